import { type Format, unreadable } from "./format.ts";
import { wholeNumber } from "./text.ts";

/** Cents: 12345 is `123.45`. */
export const CENTS = impliedDecimals(2, "Whole cents to an amount with two decimals.");
export const IMPLIED_DECIMALS_2 = impliedDecimals(2, "A whole number whose last two digits are decimals.");
/** Litres kept where cubic metres are meant: 1250 is `1.250`. */
export const IMPLIED_DECIMALS_3 = impliedDecimals(3, "A whole number whose last three digits are decimals.");

function impliedDecimals(places: number, description: string): Format {
  return {
    description,
    produces: ["Decimal"],
    ordered: true,
    read(raw) {
      if (typeof raw === "string" && raw.trim() === "") return null;
      const number = wholeNumber(raw);
      if (number === undefined) return unreadable;
      const digits = String(number < 0 ? -number : number).padStart(places + 1, "0");
      return `${number < 0 ? "-" : ""}${digits.slice(0, -places)}.${digits.slice(-places)}`;
    },
    write(value) {
      const parts = /^(-?)(\d{1,18})(?:\.(\d+))?$/.exec(String(value));
      if (!parts) return unreadable;
      const [, sign = "", whole = "", decimals = ""] = parts;
      if (/[1-9]/.test(decimals.slice(places))) return [];
      const number = BigInt(`${sign}${whole}${decimals.slice(0, places).padEnd(places, "0")}`);
      return [Number.isSafeInteger(Number(number)) ? Number(number) : number];
    },
  };
}
