import type { Format } from "./format.ts";
import { trimmedText } from "./text.ts";

/** `mailto:` and angle brackets fall away; what is not `something@something` is no address. */
export const LOWER_EMAIL: Format = {
  description: "E-mail addresses in small letters; what holds no `@` is null.",
  produces: ["String", "ID"],
  read(raw, context) {
    const text = trimmedText(raw, context).toLowerCase();
    const address = (/<([^<>]+)>/.exec(text)?.[1] ?? text).replace(/^mailto:/, "").trim();
    return /^[^\s@]+@[^\s@]+$/.test(address) ? address : null;
  },
};
