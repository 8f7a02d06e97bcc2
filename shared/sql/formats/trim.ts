import type { Format } from "./format.ts";
import { trimmedText } from "./text.ts";

/** CHAR columns: `"ACTIVE    "`. */
export const TRIM: Format = {
  description: "Text without the blanks that CHAR columns are padded with; blank is null.",
  produces: ["String", "ID"],
  ordered: true,
  read: (raw, context) => trimmedText(raw, context) || null,
  write: (value) => [String(value)],
};
