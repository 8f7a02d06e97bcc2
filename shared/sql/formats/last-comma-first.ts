import type { Format } from "./format.ts";
import { titleCase, trimmedText } from "./text.ts";

/** `DOE, JOHN Q` is `John Q Doe`; `DOE, JOHN, JR` is `John Doe Jr`. Without a comma the text is taken as it stands. */
export const LAST_COMMA_FIRST: Format = {
  description: "Names written family name first, with a comma: `DOE, JOHN Q` is `John Q Doe`.",
  produces: ["String"],
  read(raw, context) {
    const text = trimmedText(raw, context).replace(/\s+/g, " ");
    return titleCase(givenNameFirst(text)) || null;
  },
};

/** The parts around the first comma exchanged; what follows a second comma (JR, III) stays last. */
export function givenNameFirst(text: string): string {
  const [family = "", given = "", ...rest] = text.split(",").map((part) => part.trim());
  return [given, family, ...rest].filter((part) => part !== "").join(" ");
}
