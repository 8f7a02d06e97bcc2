import type { Format } from "./format.ts";
import { trimmedText } from "./text.ts";

/**
 * Blanks, points, dashes and slashes are how people group digits. A wrong check digit is not judged here: the record
 * does hold that text, and linking weighs it.
 */
export const NATIONAL_ID: Format = {
  description: "National numbers without blanks, points and dashes. The check digit is not judged.",
  produces: ["String", "ID"],
  read(raw, context) {
    const text = trimmedText(raw, context)
      .replace(/[\s.\-/]/g, "")
      .toUpperCase();
    return text === "" || /^0+$/.test(text) ? null : text;
  },
};
