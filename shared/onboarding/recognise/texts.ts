import type { FormatName } from "../../sql/formats/index.ts";
import { LATIN1 } from "../../sql/formats/latin1.ts";
import { type Profile, share } from "../profile.ts";

/** Shares of a column's values that look like this or that. */
export interface TextShape {
  readonly values: number;
  readonly distinct: number;
  readonly letters: number;
  readonly capitals: number;
  readonly digitsOnly: number;
  readonly email: number;
  readonly phone: number;
  readonly postCode: number;
  readonly houseNumber: number;
  /** `DOE, JOHN Q` */
  readonly commaName: number;
  /** Titles, remarks, mixed orders: names as somebody typed them. */
  readonly typedName: number;
  /** Street, number and town on one line. */
  readonly oneLineAddress: number;
  /** UTF-8 that was read as CP1252, or bytes in an old character set. */
  readonly damaged: number;
  readonly longest: number;
}

const kept = new WeakMap<Profile, TextShape>();

export function shapeOf(profile: Profile): TextShape {
  const before = kept.get(profile);
  if (before) return before;
  const { texts } = profile;
  const shape: TextShape = {
    values: texts.length,
    distinct: profile.counts.size,
    letters: share(texts, (text) => /\p{L}{2}/u.test(text) && !/\d/.test(text)),
    capitals: share(
      texts.filter((text) => /\p{L}{2}/u.test(text)),
      (text) => text === text.toUpperCase(),
    ),
    digitsOnly: share(texts, (text) => /^\d+$/.test(text)),
    email: share(texts, (text) => /^(?:mailto:)?[^\s@]+@[^\s@]+\.[^\s@]{2,}$/i.test(text)),
    phone: share(texts, isPhone),
    postCode: share(texts, (text) => /^[A-Z0-9][A-Z0-9 -]{2,9}$/i.test(text) && /\d/.test(text)),
    houseNumber: share(texts, (text) => /^\d{1,5}\s*[-/ ]?\s*[\dA-Za-z]{0,6}$/.test(text)),
    commaName: share(texts, (text) => /^[\p{L}' .-]{2,}, ?[\p{L}' .-]+$/u.test(text)),
    typedName: share(texts, (text) =>
      /^(?:mr|mrs|ms|miss|dr|prof|herr|frau|sra?|mme|hr|fr)\b\.?\s|\(|\[|\s\*|\s{2,}/i.test(text),
    ),
    oneLineAddress: share(texts, (text) => /\p{L}{3}/u.test(text) && /\d/.test(text) && /,/.test(text)),
    damaged: share(profile.isBytes ? [] : texts, isDamaged),
    longest: texts.reduce((most, text) => Math.max(most, text.length), 0),
  };
  kept.set(profile, shape);
  return shape;
}

/** The format in which a text is read: bytes and damage first, then capitals, then padding. */
export function textFormat(profile: Profile, options: { readonly name?: boolean } = {}): FormatName {
  const shape = shapeOf(profile);
  if (options.name) {
    const mixed = shape.commaName > 0.05 && shape.commaName < 0.6;
    if (shape.typedName > 0.03 || mixed) return "FREE_TEXT_NAME";
    if (shape.commaName >= 0.6) return "LAST_COMMA_FIRST";
  }
  if (profile.isBytes || shape.damaged > 0) return "LATIN1";
  return shape.values > 0 && shape.capitals >= 0.9 && shape.longest > 3 ? "TITLE_CASE" : "TRIM";
}

function isPhone(text: string): boolean {
  if (!/^[+(]?[\d][\d ()./-]{4,}(?:\s*(?:x|ext\.?)\s*\d+)?$/i.test(text)) return false;
  const digits = text.replace(/\D/g, "").length;
  return digits >= 6 && digits <= 16;
}

function isDamaged(text: string): boolean {
  const read = LATIN1.read(text, { timeZone: "UTC", today: "2000-01-01" });
  return typeof read === "string" && read !== text.trim();
}
