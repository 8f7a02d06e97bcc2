import { codeListOf } from "../recognise/code-lists.ts";
import { keyOf, nounOf } from "../recognise/keys.ts";
import { type Condition, deletedCondition } from "../recognise/person-rows.ts";
import type { PersonGuess } from "../recognise/persons.ts";
import type { Recognition } from "../recognise/recognise.ts";
import type { SurveyedTable } from "../survey.ts";
import { camel, type Names } from "./names.ts";
import { personalIdReason } from "./personal-ids.ts";

/** A type of the draft, before its fields. */
export interface DraftTable {
  readonly table: SurveyedTable;
  readonly type: string;
  /** What its rows are, in words. */
  readonly noun: readonly string[];
  readonly id: readonly string[];
  readonly certainId: boolean;
  readonly where: readonly Condition[];
  /** Persons whose record is a row of this table. */
  readonly persons: readonly DraftPerson[];
}

/** A person of the draft, with what tells it apart from others. */
export interface DraftPerson {
  readonly guess: PersonGuess;
  readonly keySuffix?: string;
  readonly role?: string;
}

export interface DraftPlan {
  readonly recognition: Recognition;
  readonly tables: readonly DraftTable[];
  readonly persons: readonly DraftPerson[];
  /** Tables that get no type, and why; those that are read through others among them. */
  readonly withoutType: readonly { readonly table: string; readonly reason: string }[];
}

/** Which tables become types, under which names, and which persons there are. */
export function planDraft(recognition: Recognition, names: Names): DraftPlan {
  const { survey, attributeTables, codeTables, prefix, persons: guesses } = recognition;
  const usedAs = new Map<string, string>();
  for (const { table } of attributeTables) usedAs.set(table, "its rows are read as fields of what they belong to");
  for (const table of survey.tables) {
    for (const column of table.columns) {
      const list = codeListOf(table, column, codeTables, prefix);
      if (list) usedAs.set(list.table.table, "its codes are drafted as enum values where columns use them");
    }
  }
  const personTables = new Set(guesses.map(({ table }) => table));
  const withoutType: { table: string; reason: string }[] = [];
  const chosen = survey.tables.filter((table) => {
    const isViewBesideTables =
      table.kind === "view" && !personTables.has(table.name) && survey.tables.some(({ kind }) => kind === "table");
    const reason =
      usedAs.get(table.name) ??
      personalIdReason(table, recognition) ??
      (keyOf(table) ? undefined : "nothing tells its rows apart: name its columns in `@table(id: ...)` to offer it") ??
      (isViewBesideTables
        ? "it is a view beside the tables that it is made of: offer it instead of them if it is the better one"
        : undefined);
    if (reason !== undefined) withoutType.push({ table: table.name, reason });
    return reason === undefined;
  });
  const persons = draftPersons(guesses, prefix);
  const tables = chosen.map((table): DraftTable => {
    const own = persons.filter(({ guess }) => guess.table === table.name);
    const whole = nounOf(table.name, prefix);
    const noun = own.some(({ guess }) => guess.isWholeRow) ? personNoun(whole) : whole;
    const key = keyOf(table);
    const deleted = deletedCondition(table);
    return {
      table,
      type: names.type(noun),
      noun,
      id: key?.columns ?? [],
      certainId: key?.certain ?? false,
      where: deleted ? [deleted] : [],
      persons: own,
    };
  });
  return { recognition, tables, persons, withoutType };
}

/** `client status` and `person register` are tables of clients and persons. */
function personNoun(noun: readonly string[]): readonly string[] {
  const rest = noun.filter((word) => !/^(?:status|registry|master|main|base|data|file|list)$/.test(word));
  return rest.length > 0 ? rest : noun;
}

/** One kind of person needs no suffix; several are told apart by their role or their table. */
function draftPersons(guesses: readonly PersonGuess[], prefix: string | undefined): readonly DraftPerson[] {
  const used = new Set<string>();
  return guesses.map((guess): DraftPerson => {
    const noun = personNoun(nounOf(guess.table, prefix));
    const words = guess.role === "" ? noun : guess.role.split(" ");
    const role = words
      .join("_")
      .toUpperCase()
      .replace(/[^A-Z0-9_]/g, "");
    if (guesses.length === 1) return { guess, ...(role === "" ? {} : { role }) };
    let keySuffix = camel(words);
    if (used.has(keySuffix)) keySuffix = camel([...noun, ...words]);
    for (let number = 2; used.has(keySuffix); number++) keySuffix = `${camel(words)}${number}`;
    used.add(keySuffix);
    return { guess, keySuffix, role };
  });
}
