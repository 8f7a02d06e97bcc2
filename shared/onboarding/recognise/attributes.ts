import type { PersonAttribute } from "../../department/person-feed.ts";
import type { FormatContext } from "../../sql/formats/format.ts";
import type { FormatName } from "../../sql/formats/index.ts";
import { type Profile, share } from "../profile.ts";
import { attributesByName, type NamedAttribute } from "./attribute-names.ts";
import { checkDigitScheme } from "./check-digits.ts";
import { type DateReading, recogniseDate } from "./dates.ts";
import type { ValueKind } from "./kinds.ts";
import { shapeOf, type TextShape, textFormat } from "./texts.ts";
import { wordsOf } from "./words.ts";

/** What a column may be of a person, why, and how sure that is. */
export interface AttributeGuess {
  readonly is: PersonAttribute;
  readonly format?: FormatName;
  readonly missing: readonly string[];
  /** From 0 to 1; from 0.5 on it is drafted. */
  readonly confidence: number;
  readonly evidence: readonly string[];
  /** What a person must look at. */
  readonly doubt?: string;
  /** Words of the name that say whose attribute it is: `holder`, `a1`. */
  readonly role: string;
}

/** A column, or the rows of an attribute table with one code. */
export interface Candidate {
  readonly name: string;
  readonly holds: ValueKind;
  readonly profile: Profile;
}

/** The attributes that a column may be, the likeliest first. */
export function guessAttributes(candidate: Candidate, context: FormatContext): readonly AttributeGuess[] {
  const before = kept.get(candidate.profile);
  if (before && before.name === candidate.name) return before.guesses;
  const guesses = judged(candidate, context);
  kept.set(candidate.profile, { name: candidate.name, guesses });
  return guesses;
}

/** Every table is held against every other: what was found of a column stays the same. */
const kept = new WeakMap<Profile, { readonly name: string; readonly guesses: readonly AttributeGuess[] }>();

function judged(candidate: Candidate, context: FormatContext): readonly AttributeGuess[] {
  const { profile, holds } = candidate;
  const words = wordsOf(candidate.name).meant;
  const shape = shapeOf(profile);
  const named = attributesByName(words);
  // Nobody was born or died in the future.
  const date = recogniseDate(profile, holds, true, { ...context, yearsAhead: 0 });
  const guesses = named.flatMap((name) => judge(name, candidate, shape, date) ?? []);
  if (guesses.length === 0) guesses.push(...byValue(candidate, words, shape));
  return guesses.sort((one, other) => other.confidence - one.confidence);
}

/** What the name says, held against the values. */
function judge(
  { is, certainty, role, because }: NamedAttribute,
  { profile, holds }: Candidate,
  shape: TextShape,
  date: DateReading | undefined,
): AttributeGuess | undefined {
  const dated = is === "DATE_OF_BIRTH" || is === "DATE_OF_DEATH";
  if (dated) {
    const never = holds === "date" || holds === "timestamp" || shape.values === 0;
    if (!date && !never) return undefined;
    const lived = !date?.years || (date.years[0] >= 1800 && date.years[1] <= new Date().getFullYear() + 1);
    if (!lived) return undefined;
    return {
      is,
      ...(date?.format ? { format: date.format } : {}),
      missing: date?.missing ?? [],
      confidence: certainty * (shape.values === 0 ? 0.8 : 1),
      evidence: [because, shape.values === 0 ? "no values to compare" : dateEvidence(date)],
      ...(date?.doubt ? { doubt: `Is \`format: ${date.format}\` right? As far as sampled, ${date.doubt}` } : {}),
      role,
    };
  }
  const fit = shape.values === 0 ? undefined : fits(is, shape, holds, profile);
  if (fit === false) return undefined;
  const commaName = is === "FULL_NAME" && shape.commaName >= 0.6;
  const confidence = commaName ? Math.max(certainty, 0.9) : certainty * (fit === undefined ? 0.8 : 1);
  const evidence = [because, commaName ? "values look like `DOE, JOHN`" : (fit ?? "no values to compare")];
  const refined = is === "THOROUGHFARE" && shape.oneLineAddress > 0.6 ? "FULL_ADDRESS" : is;
  const format = formatOf(refined, profile);
  return { is: refined, ...(format ? { format } : {}), missing: [], confidence, evidence, role };
}

/** What the values say where the name says nothing. */
function byValue({ profile, holds }: Candidate, words: readonly string[], shape: TextShape): AttributeGuess[] {
  if (shape.values < 5 || (holds !== "text" && holds !== "bytes" && holds !== "integer")) return [];
  const role = words.join(" ");
  const guess = (is: PersonAttribute, confidence: number, evidence: string): AttributeGuess[] => {
    const format = formatOf(is, profile);
    return [{ is, ...(format ? { format } : {}), missing: [], confidence, evidence: [evidence], role }];
  };
  if (shape.email >= 0.8) return guess("EMAIL", 0.9, "values are e-mail addresses");
  if (shape.commaName >= 0.6 && shape.distinct >= Math.min(10, shape.values / 2) && !/place|town|address/.test(role)) {
    return guess("FULL_NAME", 0.75, "values look like `DOE, JOHN`");
  }
  const numbered = /(?:number|id|code|reference|key)$/.test(role);
  const scheme = /number|id$|reference/.test(role) && words.length > 1 ? undefined : checkDigitScheme(profile.texts);
  if (scheme) return guess("IDENTIFIER", 0.8, `values keep to a check digit (${scheme})`);
  if (
    holds === "text" &&
    !numbered &&
    shape.phone >= 0.9 &&
    shape.digitsOnly < 0.5 &&
    shape.distinct > shape.values / 3
  ) {
    return guess("TELEPHONE", 0.6, "values look like telephone numbers");
  }
  return [];
}

/** The day on which a number was given, or a training passed, is nobody's number. */
const isoDate = /^\s*\d{4}-\d\d-\d\d(?!\d)/;

/** Why the values fit, or false. */
function fits(is: PersonAttribute, shape: TextShape, holds: ValueKind, profile: Profile): string | false {
  const textual = holds === "text" || holds === "bytes";
  switch (is) {
    case "EMAIL":
      return shape.email >= 0.4 && "values are e-mail addresses";
    case "TELEPHONE":
      return shape.phone >= 0.5 && "values look like telephone numbers";
    case "GENDER":
      return shape.distinct <= 8 && shape.longest <= 12 && "few different, short values";
    case "POST_CODE":
      return shape.postCode >= 0.7 && "values look like post codes";
    case "LOCATOR_DESIGNATOR":
      return shape.houseNumber >= 0.6 && "values look like house numbers";
    case "IDENTIFIER": {
      const scheme = checkDigitScheme(profile.texts);
      if (scheme) return `values keep to a check digit (${scheme})`;
      return (
        shape.longest >= 5 &&
        shape.distinct > shape.values / 3 &&
        shape.letters < 0.3 &&
        share(profile.texts, (text) => isoDate.test(text)) < 0.5 &&
        "values look like numbers of persons"
      );
    }
    case "FULL_ADDRESS":
    case "THOROUGHFARE":
      return (
        textual && shape.longest >= 4 && shape.digitsOnly < 0.3 && shape.email < 0.1 && "values look like addresses"
      );
    default:
      return textual && shape.digitsOnly < 0.1 && shape.email < 0.2 && "values are words";
  }
}

function formatOf(is: PersonAttribute, profile: Profile): FormatName | undefined {
  switch (is) {
    case "FULL_NAME":
      return textFormat(profile, { name: true });
    case "GENDER":
      return undefined;
    case "IDENTIFIER":
      return "NATIONAL_ID";
    case "TELEPHONE":
      return "PHONE";
    case "EMAIL":
      return "LOWER_EMAIL";
    case "POST_CODE":
    case "LOCATOR_DESIGNATOR":
      return "TRIM";
    default:
      return textFormat(profile);
  }
}

/** What the name says where no format reads the dates; for those who are to be found by them it is the worst loss. */
export function unreadDate({ name, profile, holds }: Candidate, context: FormatContext): PersonAttribute | undefined {
  const [named] = attributesByName(wordsOf(name).meant);
  if (named?.is !== "DATE_OF_BIRTH" || named.certainty < 0.85 || profile.texts.length === 0) return undefined;
  return recogniseDate(profile, holds, true, context) ? undefined : named.is;
}

function dateEvidence(date: DateReading | undefined): string {
  const how = date?.format ? `read as ${date.format}` : "dates";
  const placeholders =
    date && date.missing.length > 0
      ? `, ${date.missing.length} ${date.missing.length === 1 ? "placeholder" : "placeholders"}`
      : "";
  return `values are ${how}${placeholders}`;
}
