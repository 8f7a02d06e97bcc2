import { wordsOf } from "./words.ts";

/** How carefully a column is to be treated. */
export type Sensitivity = "SECRET" | "SPECIAL" | "PERSONAL" | "ORDINARY";

const secret = /\b(?:password|secret|hash|salt)\b/;
/** GDPR Art. 9 and 10, and what national laws put beside them. */
const special =
  /\b(?:religion|ethnicity|health|illness|diagnosis|disability|pregnancy|blood|union|political|sexual|biometric|genetic|criminal|medicine|medication|allergy|therapy|treatment|vaccination|care level|asylum|addiction)\b/;
const personal =
  /\b(?:name|birth|death|gender|national|nationality|passport|address|street|house|flat|town|post|phone|mobile|fax|email|iban|picture|civil status|marriage|children|income|salary|household|initials|signature|latitude|longitude|account(?: number)?$)\b/;
/** Says whom or what about, unless it is only a number, a code or a date of it. */
const aboutPersons =
  /\b(?:case worker|inspector|employee|staff|contact|owner|holder|occupant|applicant|doctor|user|note|who|language|title|subject)\b/;
const ofThings = /\b(?:id|number|sequence|kind|date|time|code|count|key)$/;

/** What a column's name says of it; its table, values and person tables add to that. */
export function sensitivityOf(name: string): Sensitivity {
  const words = wordsOf(name).meant.join(" ");
  if (secret.test(words)) return "SECRET";
  if (special.test(words)) return "SPECIAL";
  const isPersonal = personal.test(words) || (aboutPersons.test(words) && !ofThings.test(words));
  return isPersonal ? "PERSONAL" : "ORDINARY";
}

/** The same of a column in its table: all of a diagnosis is as special as its code, however the columns are called. */
export function sensitivityWithin(noun: readonly string[], column: string): Sensitivity {
  const own = sensitivityOf(column);
  return own !== "SECRET" && isSpecialTable(noun) ? "SPECIAL" : own;
}

/** True where the rows themselves are of a special category. The parties of a case are not political. */
export function isSpecialTable(noun: readonly string[]): boolean {
  const words = noun.join(" ");
  return words !== "political" && special.test(words);
}
