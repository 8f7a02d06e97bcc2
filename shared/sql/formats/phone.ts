import type { Format } from "./format.ts";
import { trimmedText } from "./text.ts";

/**
 * Towards E.164, as far as the text itself goes: `00` is `+`, `(0)` after a country code and extensions fall away, all
 * else but digits too. A number without a country code stays national. Fewer than five digits are no number.
 */
export const PHONE: Format = {
  description: "Telephone numbers as digits, with a leading `+` where the country is given.",
  produces: ["String", "ID"],
  read(raw, context) {
    const text = trimmedText(raw, context)
      .replace(/(?:ext\.?|extension|x|#)\s*\d+\s*$/i, "")
      .replace(/^\s*00(?=[1-9])/, "+");
    const international = text.startsWith("+");
    const digits = (international ? text.replace("(0)", "") : text).replace(/\D/g, "");
    if (digits.length < 5) return null;
    return international ? `+${digits}` : digits;
  },
};
