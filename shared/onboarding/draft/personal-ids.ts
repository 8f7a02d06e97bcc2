import { guessAttributes } from "../recognise/attributes.ts";
import { keyOf, nounOf } from "../recognise/keys.ts";
import type { PersonGuess } from "../recognise/persons.ts";
import type { Recognition } from "../recognise/recognise.ts";
import { sensitivityWithin } from "../recognise/sensitive.ts";
import { wordsOf } from "../recognise/words.ts";
import type { SurveyedColumn, SurveyedTable } from "../survey.ts";

/**
 * Why a table can have no type, with the columns that have no field therefore: ids can be read by whoever has them, so
 * that no national number, name or diagnosis may be part of one. Undefined where its key says nothing of anybody.
 */
export function personalIdReason(table: SurveyedTable, recognition: Recognition): string | undefined {
  const key = keyOf(table)?.columns ?? [];
  const owners = recognition.persons.filter((guess) => guess.table === table.name);
  const personal = key.filter((column) => isPersonal(table.name, column, recognition, new Set()));
  if (personal.length === 0) return undefined;
  const shown = new Set(owners.flatMap(({ attributes }) => attributes.map(({ column }) => column)));
  const lost = table.columns.flatMap(({ name }) => (key.includes(name) || shown.has(name) ? [] : [name]));
  const named =
    lost.slice(0, mostNamed).join(", ") + (lost.length > mostNamed ? ` and ${lost.length - mostNamed} more` : "");
  const without =
    lost.length === 0 ? "" : `. Without a field therefore: ${named}. Offer a view with a number of its own`;
  return `its key is personal data (${personal.join(", ")}), which must not become part of an id${without}`;
}

/** Names that a sentence can take. */
const mostNamed = 12;

/** The column itself, or the one that it points to, identifies a person or says what is nobody's business. */
function isPersonal(table: string, name: string, recognition: Recognition, seen: Set<string>): boolean {
  const place = `${table}\u0000${name}`;
  if (seen.has(place)) return false;
  seen.add(place);
  const { survey, joins, persons, prefix, context } = recognition;
  const surveyed = survey.tables.find((each) => each.name === table);
  const column = surveyed?.columns.find((each) => each.name === name);
  if (persons.some((guess) => guess.table === table && isKeyOf(guess, name))) return true;
  if (column && saysMore(column, nounOf(table, prefix))) return true;
  const [guess] = column ? guessAttributes(column, context) : [];
  if (guess && guess.confidence >= 0.5 && /^(?:IDENTIFIER|EMAIL|TELEPHONE)$/.test(guess.is)) return true;
  return joins.some((join) => {
    const at = join.table === table ? join.columns.indexOf(name) : -1;
    return at >= 0 && isPersonal(join.to, join.references[at] ?? "", recognition, seen);
  });
}

function isKeyOf({ personalKey, key }: PersonGuess, column: string): boolean {
  return personalKey && key.includes(column);
}

const number = /\b(?:id|number|sequence|key)$/;
const identifying = /\b(?:national|passport|phone|mobile|fax|email|iban|name|birth|initials)\b/;

/** `address id` only counts addresses, and `diagnosis number` diagnoses; a national id or a diagnosis code says more. */
function saysMore({ name, holds }: SurveyedColumn, noun: readonly string[]): boolean {
  const sensitivity = sensitivityWithin(noun, name);
  if (sensitivity === "ORDINARY") return false;
  const words = wordsOf(name).meant.join(" ");
  if (sensitivity === "PERSONAL") return identifying.test(words) || !(number.test(words) || /\bcode$/.test(words));
  return sensitivity === "SECRET" || !(number.test(words) && holds === "integer") || identifying.test(words);
}
