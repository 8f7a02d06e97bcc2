import type { FormatContext } from "../../sql/formats/format.ts";
import { share } from "../profile.ts";
import type { SurveyedTable } from "../survey.ts";
import { toAscii } from "./ascii.ts";
import { guessAttributes } from "./attributes.ts";
import { dictionary } from "./dictionary.ts";

/** The given names, in small letters without accents, that columns of given names hold. */
export function givenNamesOf(tables: readonly SurveyedTable[], context: FormatContext): ReadonlySet<string> {
  const names = new Set<string>();
  for (const column of tables.flatMap(({ columns }) => columns)) {
    const [guess] = guessAttributes(column, context);
    if (guess?.is !== "GIVEN_NAME" || guess.confidence < 0.8) continue;
    for (const text of column.profile.counts.keys()) {
      for (const word of wordsIn(text)) if (word.length > 2) names.add(word);
    }
  }
  return names;
}

/**
 * True where most texts look like names of people: two to four capitalised words of nothing but letters, with a comma
 * between them or without, that the dictionary of databases has not, or a given name of the same database. `Child Benefit` is none, `Ann Smith` is one.
 */
export function areNamesOfPeople(texts: readonly string[], givenNames: ReadonlySet<string>): boolean {
  return share(texts, (text) => isNameOfPerson(text, givenNames)) > 0.5;
}

function isNameOfPerson(text: string, givenNames: ReadonlySet<string>): boolean {
  const words = wordsIn(text);
  if (words.length > 0 && words.length <= 4 && words.some((word) => givenNames.has(word))) return true;
  if (
    !/^\p{Lu}[\p{L}.'’-]*(?: (?:(?:van|de|den|der|von|zu|del|la|le|du) ){0,2}\p{Lu}[\p{L}.'’-]*){1,3}$/u.test(
      text.replace(", ", " "),
    )
  ) {
    return false;
  }
  return !words.some((word) => word.length > 3 && dictionary.has(word));
}

function wordsIn(text: string): readonly string[] {
  return toAscii(text)
    .toLowerCase()
    .split(/[^a-z'’-]+/)
    .filter((word) => word !== "");
}
