import type { PersonAttribute } from "../../department/person-feed.ts";

/** What the words of a name say of a person's attribute. */
export interface NamedAttribute {
  readonly is: PersonAttribute;
  readonly certainty: number;
  /** The other words: whose attribute it is. */
  readonly role: string;
  readonly because: string;
}

/** Words, in English, that stand for an attribute; the longest that a name holds counts. */
const patterns: readonly (readonly [string, PersonAttribute, number])[] = [
  ["first name", "GIVEN_NAME", 0.95],
  ["given name", "GIVEN_NAME", 0.95],
  ["given", "GIVEN_NAME", 0.8],
  ["last name", "FAMILY_NAME", 0.95],
  ["family name", "FAMILY_NAME", 0.95],
  ["name family", "FAMILY_NAME", 0.95],
  ["birth last name", "BIRTH_NAME", 0.95],
  ["birth name", "BIRTH_NAME", 0.95],
  ["name birth", "BIRTH_NAME", 0.95],
  ["patronymic name", "PATRONYMIC_NAME", 0.95],
  ["alternative name", "ALTERNATIVE_NAME", 0.85],
  ["full name", "FULL_NAME", 0.95],
  ["name", "FULL_NAME", 0.7],
  ["birth date", "DATE_OF_BIRTH", 0.97],
  ["date birth", "DATE_OF_BIRTH", 0.97],
  ["birth", "DATE_OF_BIRTH", 0.85],
  ["death date", "DATE_OF_DEATH", 0.97],
  ["date death", "DATE_OF_DEATH", 0.97],
  ["death", "DATE_OF_DEATH", 0.8],
  ["gender code", "GENDER", 0.95],
  ["gender", "GENDER", 0.95],
  ["national id number", "IDENTIFIER", 0.95],
  ["national id", "IDENTIFIER", 0.95],
  ["passport number", "IDENTIFIER", 0.7],
  ["full address", "FULL_ADDRESS", 0.95],
  ["address street", "THOROUGHFARE", 0.95],
  ["street name", "THOROUGHFARE", 0.95],
  ["street address", "THOROUGHFARE", 0.9],
  ["street", "THOROUGHFARE", 0.92],
  ["address", "THOROUGHFARE", 0.85],
  ["address house number", "LOCATOR_DESIGNATOR", 0.95],
  ["house number", "LOCATOR_DESIGNATOR", 0.95],
  ["street number", "LOCATOR_DESIGNATOR", 0.9],
  ["address number", "LOCATOR_DESIGNATOR", 0.9],
  ["address town", "POST_NAME", 0.95],
  ["town name", "POST_NAME", 0.95],
  ["town", "POST_NAME", 0.9],
  ["address post code", "POST_CODE", 0.95],
  ["post code", "POST_CODE", 0.95],
  ["country name", "ADMIN_UNIT_L1", 0.85],
  ["country", "ADMIN_UNIT_L1", 0.85],
  ["region name", "ADMIN_UNIT_L2", 0.8],
  ["region", "ADMIN_UNIT_L2", 0.75],
  ["phone number", "TELEPHONE", 0.95],
  ["mobile number", "TELEPHONE", 0.95],
  ["mobile phone", "TELEPHONE", 0.95],
  ["phone", "TELEPHONE", 0.95],
  ["mobile", "TELEPHONE", 0.9],
  ["email address", "EMAIL", 0.95],
  ["email", "EMAIL", 0.95],
];

/** With these words beside it, a word does not mean the attribute: `birth place`, `country id`, `phone flag`. */
const spoilers: ReadonlySet<string> = new Set(
  "id flag count verified valid kind status time sequence place changed created file line user password".split(" "),
);
/** Names of things, not of persons. */
const thingNames =
  /\b(?:programme|product|item|service|street|town|country|region|place|document|picture|organisation|supplier|department|event|kind|category|order|project|title|language|currency|attribute|table|code|permit|case|site|school|ship|middle|user)\b/;

/** What a column's words, in English, say. */
export function attributesByName(words: readonly string[]): readonly NamedAttribute[] {
  const text = ` ${words.filter((word, at) => at === 0 || at === words.length - 1 || !particles.has(word)).join(" ")} `;
  let best: readonly [string, PersonAttribute, number] | undefined;
  for (const pattern of patterns) {
    if (text.includes(` ${pattern[0]} `) && pattern[0].length > (best?.[0].length ?? 0)) best = pattern;
  }
  if (!best) return [];
  const [phrase, is, certainty] = best;
  const rest = text.replace(` ${phrase} `, " ").trim();
  const others = rest === "" ? [] : rest.split(/\s+/);
  if (others.some((word) => spoilers.has(word))) return [];
  if (is === "FULL_NAME" && thingNames.test(rest)) return [];
  if ((is === "DATE_OF_BIRTH" || is === "DATE_OF_DEATH") && /town|country|name|address/.test(rest)) return [];
  const role = others.filter((word) => !neutral.has(word)).join(" ");
  return [{ is, certainty, role, because: `its name says "${phrase}"` }];
}

/** What stands between words: `date_of_birth`, `nom_de_famille`, `data_di_nascita`. */
const particles: ReadonlySet<string> = new Set("of de del du da do di della van".split(" "));

/** Words that do not say whose attribute it is; `data` is a date in four languages. */
const neutral: ReadonlySet<string> = new Set(
  "number code text value address home private current main primary person client customer citizen patient member caller student employee user registered date data full".split(
    " ",
  ),
);
