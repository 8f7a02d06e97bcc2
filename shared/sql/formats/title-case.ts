import type { Format } from "./format.ts";
import { titleCase, trimmedText } from "./text.ts";

/** `O'NEIL-SMITH` is `O'Neil-Smith`; `de Vries` stays as it is. */
export const TITLE_CASE: Format = {
  description: "Names and places in capitals, with a capital first letter each; text with small letters is left alone.",
  produces: ["String"],
  read: (raw, context) => titleCase(trimmedText(raw, context)) || null,
};
