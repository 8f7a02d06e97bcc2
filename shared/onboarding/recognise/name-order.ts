import { titles } from "../../sql/formats/free-text-name.ts";
import type { Profile } from "../profile.ts";
import type { SurveyedTable } from "../survey.ts";
import { toAscii } from "./ascii.ts";
import type { PersonColumn, PersonGuess } from "./persons.ts";
import { shapeOf } from "./texts.ts";

/** Fewer names in one order than this, or than this share, do not show a column's order. */
const [fewest, leastShare] = [10, 0.15];
/** Fewer different given names can be family names of another people, as Kim and Lee are. */
const fewestGiven = 5;
/** Fewer are chance. */
const fewestDoubtful = 3;

/** How many names look like one order or the other. */
interface Seen {
  readonly names: number;
  readonly familyFirst: number;
  readonly givenFirst: number;
  /** Names of three words and more that begin with no given name, and how many have one as the second or third word. */
  readonly long: { readonly names: number; readonly second: number; readonly third: number };
  /** Those that capitals or a patronymic show. */
  readonly marked: number;
  /** Different given names that stand behind a word that is none. */
  readonly given: number;
}

/** The persons, with the format of names written family name first where the values show it, and a doubt where they may. */
export function withNameOrder(
  persons: readonly PersonGuess[],
  tables: readonly SurveyedTable[],
  givenNames: ReadonlySet<string>,
): readonly PersonGuess[] {
  return persons.map((person) => {
    const table = tables.find(({ name }) => name === person.table);
    return { ...person, attributes: person.attributes.map((each) => inOrder(each, table, givenNames)) };
  });
}

function inOrder(
  attribute: PersonColumn,
  table: SurveyedTable | undefined,
  givenNames: ReadonlySet<string>,
): PersonColumn {
  const column = table?.columns.find(({ name }) => name === attribute.column);
  if (attribute.is !== "FULL_NAME" || attribute.from || !column) return attribute;
  const seen = orderOf(column.profile, givenNames);
  const { familyFirst, givenFirst, names } = seen;
  const format = hasTwoFamilyNames(seen) ? "TWO_FAMILY_NAMES_FIRST" : "FAMILY_FIRST";
  const titled = shapeOf(column.profile).typedName > 0.03 ? "; titles and remarks are then read as parts of names" : "";
  const counts = `of ${names} sampled names without a comma, ${familyFirst} look like a family name in front and ${givenFirst} like one at the end${titled}`;
  const isEvident =
    familyFirst >= Math.max(fewest, leastShare * names) &&
    familyFirst > 5 * givenFirst &&
    (seen.given >= fewestGiven || seen.marked >= fewest);
  if (isEvident) {
    return {
      ...attribute,
      format,
      evidence: [...attribute.evidence, `values look like \`${examples[format]}\``],
      doubt: `Are its names written family name first? Drafted: \`format: ${format}\`; ${counts}`,
    };
  }
  if (familyFirst < fewestDoubtful || 2 * familyFirst <= givenFirst) return attribute;
  const remedy = `where the family name comes first, write \`format: ${format}\`, or relatives are taken for one person`;
  return { ...attribute, doubt: `In which order are its names written? Not drafted: ${counts}; ${remedy}` };
}

/** Of two given names, either is as often a known one; the second of two family names hardly ever is. */
function hasTwoFamilyNames({ long, names }: Seen): boolean {
  return 2 * long.names > names && long.third >= fewestGiven && 4 * long.second < long.third;
}

const examples = { FAMILY_FIRST: "DOE JOHN", TWO_FAMILY_NAMES_FIRST: "GARCIA LOPEZ ANA" } as const;

/** Endings of East Slavic patronymics, which stand last only where the family name stands first. */
const patronymic = /(?:[oe]v[iy]ch|[oei]vna|ichna)$/;
/** `KOVÁCS Anna` and `Anna KOVÁCS`. */
const capitalsFirst = /^\p{Lu}[\p{Lu}'’-]+ (?=\S*\p{Ll})/u;
const capitalsLast = /^\S*\p{Ll}.* \p{Lu}[\p{Lu}'’-]+$/u;

function orderOf({ counts }: Profile, givenNames: ReadonlySet<string>): Seen {
  const isGiven = (word: string) => spellings(word).some((each) => givenNames.has(each));
  const given = new Set<string>();
  let [names, familyFirst, givenFirst, marked] = [0, 0, 0, 0];
  const long = { names: 0, second: 0, third: 0 };
  for (const text of counts.keys()) {
    const name = text.replace(/\s+/g, " ").replace(titles, "");
    const words = name.split(" ");
    const [first = "", second = "", third] = words;
    const last = words.at(-1) ?? "";
    if (words.length < 2 || words.length > 6 || !/^[\p{L}\p{M}'’. -]+$/u.test(name)) continue;
    names++;
    const [byFather, endsByFather] = [second, last].map(
      (word) => words.length > 2 && patronymic.test(toAscii(word).toLowerCase()),
    );
    const [begins, ends] = [isGiven(first), isGiven(last)];
    if (capitalsLast.test(name) || (byFather && !endsByFather) || (begins && !ends && !endsByFather)) givenFirst++;
    else if (capitalsFirst.test(name) || (endsByFather && !byFather) || (ends && !begins)) {
      familyFirst++;
      if (capitalsFirst.test(name) || endsByFather) marked++;
      for (const word of words.slice(1)) if (isGiven(word)) given.add(word.toLowerCase());
    }
    if (third === undefined || begins || byFather || endsByFather) continue;
    long.names++;
    if (isGiven(second)) long.second++;
    if (isGiven(third)) long.third++;
  }
  return { names, familyFirst, givenFirst, long, marked, given: given.size };
}

/** Lists of names have no accents: `Jürgen` is in some as `jurgen`, in others as `juergen`. */
function spellings(word: string): readonly string[] {
  return [toAscii(word), toAscii(word.normalize("NFD").replace(/\p{M}/gu, ""))].map((each) => each.toLowerCase());
}
