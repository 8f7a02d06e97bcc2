import { isPlaceholderMailbox, isPlaceholderNumber } from "./placeholders.ts";

/**
 * The last eight digits of the national number: enough to tell numbers apart, blind to the country codes and trunk
 * zeros that one department writes and another leaves out. A country code can be told from the number only where it is
 * written as one (`+`, `00`); elsewhere eight digits leave it aside, except before numbers that are shorter.
 */
export function phoneKey(value: string): string | undefined {
  const written = value.replace(/(?:ext|x|#)\.?\s*\d+$/i, "").replace("(0)", "");
  const digits = written.replace(/\D/g, "");
  const national = (nationalDigits(written, digits) ?? digits).replace(/^0+/, "");
  if (national.length < leastDigits || isPlaceholderNumber(national)) return undefined;
  return national.slice(-8);
}

/** What follows the country code of a number that is written with one. */
function nationalDigits(written: string, digits: string): string | undefined {
  if (!/^\s*(?:\+|00)/.test(written)) return undefined;
  const rest = digits.replace(/^0+/, "").replace(countryCode, "");
  return rest.length < leastDigits ? undefined : rest;
}

const leastDigits = 6;

/** The country codes of ITU-T E.164: one digit, two, or three. */
const countryCode = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/** A lower-case address without sub-address (`+tag`), or nothing when it has no domain or its mailbox is a placeholder. */
export function emailKey(value: string): string | undefined {
  const text = value
    .trim()
    .toLowerCase()
    .replace(/^mailto:/, "");
  const at = text.lastIndexOf("@");
  if (at <= 0) return /^[\w.-]{4,}$/.test(text) ? text : undefined;
  const mailbox = text.slice(0, at).replace(/\+.*$/, "");
  if (mailbox === "" || isPlaceholderMailbox(mailbox) || at === text.length - 1) return undefined;
  return `${mailbox}@${text.slice(at + 1)}`;
}

/** An identifier without its printed separators, or nothing when nobody was ever issued it. */
export function identifierKey(notation: string): string | undefined {
  const text = notation.toLowerCase().replace(/[^a-z0-9]/g, "");
  const digits = text.replace(/\D/g, "");
  if (text.length < 4 || (digits === text && isPlaceholderNumber(text))) return undefined;
  return text;
}
