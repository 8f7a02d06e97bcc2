import { isPlaceholderMailbox, isPlaceholderNumber } from "./placeholders.ts";

/**
 * The last eight digits of a phone number: enough to tell numbers apart, blind to the country codes, trunk zeros and
 * `+` that one department writes and another leaves out. Numbers of seven digits are only found as they are written:
 * whether a country code stands before them cannot be told.
 */
export function phoneKey(value: string): string | undefined {
  const digits = phoneDigits(value);
  if (digits.length < fewestDigits || isPlaceholderNumber(digits) || /(\d)\1{6}$/.test(digits)) return undefined;
  return digits.slice(-8);
}

/** The digits of a phone number, without an extension and without zeros before the rest. */
export function phoneDigits(value: string): string {
  return value
    .replace(/(?:ext|x|#)\.?\s*\d+$/i, "")
    .replace("(0)", "")
    .replace(/\D/g, "")
    .replace(/^0+/, "");
}

/** No phone number has fewer. */
export const fewestDigits = 6;

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
  const text = identifierText(notation);
  const digits = text.replace(/\D/g, "");
  if (text.length < shortestIdentifier || (digits === text && isPlaceholderNumber(text))) return undefined;
  return text;
}

/** An identifier's letters and digits. */
export function identifierText(notation: string): string {
  return notation.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** No identifier has fewer letters and digits. */
export const shortestIdentifier = 4;
