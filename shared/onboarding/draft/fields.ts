import { guessAttributes } from "../recognise/attributes.ts";
import { codeListOf } from "../recognise/code-lists.ts";
import { nounOf } from "../recognise/keys.ts";
import { areNamesOfPeople } from "../recognise/person-names.ts";
import type { Condition } from "../recognise/person-rows.ts";
import { type Sensitivity, sensitivityOf, sensitivityWithin } from "../recognise/sensitive.ts";
import { shapeOf } from "../recognise/texts.ts";
import { wordsOf } from "../recognise/words.ts";
import type { SurveyedColumn } from "../survey.ts";
import { enumOf, meaningsInComment, wordsOfList } from "./enums.ts";
import { camel, type Names } from "./names.ts";
import type { DraftPlan, DraftTable } from "./plan.ts";
import { policyOf } from "./policies.ts";
import { type FieldReading, type Readable, readingOf } from "./reading.ts";
import { directive, type SdlEnum, type SdlField, symbol } from "./sdl.ts";

/** A field that is read from a column, with what lists need to know of it. */
export interface ValueField {
  readonly sdl: SdlField;
  readonly column: string;
  readonly reading: FieldReading;
  /** The GraphQL type: a scalar's or an enum's name. */
  readonly type: string;
  readonly sensitivity: Sensitivity;
  /** False where the value is in another table. */
  readonly own: boolean;
}

export interface TableFields {
  readonly values: readonly ValueField[];
  readonly enums: readonly SdlEnum[];
  /** Columns that no field shows, and why. */
  readonly leftOut: readonly { readonly column: string; readonly reason: string; readonly matters: boolean }[];
  readonly doubts: readonly { readonly field: string; readonly doubt: string }[];
}

/** Fields of one type; a table of hundreds of columns is more than anybody reads. */
const mostFields = 150;

/**
 * The columns of a table as fields: closed by a policy each, secrets and keys of persons left out.
 *
 * @param shared The enum of each code table that was drafted before; those of this table are added.
 */
export function fieldsOf(
  drafted: DraftTable,
  plan: DraftPlan,
  names: Names,
  department: string,
  shared: Map<string, string>,
): TableFields {
  const { table } = drafted;
  const { recognition } = plan;
  const used = new Set(["id"]);
  const values: ValueField[] = [];
  const enums: SdlEnum[] = [];
  const leftOut: { column: string; reason: string; matters: boolean }[] = [];
  const doubts: { field: string; doubt: string }[] = [];
  const skipped = skippedColumns(drafted, plan);
  const add = (column: SurveyedColumn | Readable, from: Source, given?: Sensitivity) => {
    const sensitivity = given ?? sensitivityOfColumn(column, drafted, plan);
    if (sensitivity === "SECRET") {
      leftOut.push({ column: column.name, reason: "it seems to hold a secret", matters: true });
      return;
    }
    if (values.length >= mostFields) {
      leftOut.push({ column: column.name, reason: "", matters: false });
      return;
    }
    const list =
      "comment" in column || "nullable" in column
        ? codeListOf(table, column as SurveyedColumn, recognition.codeTables, recognition.prefix)
        : undefined;
    const reading = list ? ({ type: "Enum", missing: [] } as const) : readingOf(column, recognition.context);
    if (!reading) {
      leftOut.push({
        column: column.name,
        reason: unshownReason(column),
        matters: false,
      });
      return;
    }
    const words = fieldWords(column.name, reading);
    let name = camel(words);
    for (let number = 2; used.has(name.toLowerCase()); number++) name = `${camel(words)}${number}`;
    used.add(name.toLowerCase());
    let type: string = reading.type;
    let lookup: SdlField["directives"][number]["arguments"] | undefined;
    const fewMeanings = list && list.meanings.size <= 40;
    if (list && !fewMeanings) {
      type = "String";
      const where =
        list.list === undefined || list.table.list === undefined
          ? undefined
          : [{ column: list.table.list, is: [list.list] }];
      lookup = { table: list.table.table, key: list.table.key, value: list.table.value, where };
    } else if (reading.type === "Enum") {
      const own = [...drafted.noun, ...words.filter((word) => word !== drafted.noun.at(-1))];
      const enumWords = (list && wordsOfList(list, recognition.prefix)) ?? own;
      const key = list && JSON.stringify([list.table.table, list.list]);
      const before = key === undefined ? undefined : shared.get(key);
      type = before ?? names.type(enumWords, [...enumWords, "code"]);
      if (key !== undefined) shared.set(key, type);
      const said = list?.meanings ?? meaningsInComment("comment" in column ? column.comment : undefined);
      if (!before) enums.push(enumOf(type, list ? [...list.meanings.keys()] : (reading.codes ?? []), said));
      if (said.size === 0)
        doubts.push({
          field: `${drafted.type}.${name}`,
          doubt: `what do the codes of ${type} mean? Give its values names`,
        });
    }
    if (reading.doubt) doubts.push({ field: `${drafted.type}.${name}`, doubt: reading.doubt });
    const comment = "comment" in column ? column.comment : undefined;
    const mapping = directive("column", {
      name: from.column,
      format: reading.format ? symbol(reading.format) : undefined,
      missing: reading.missing.length > 0 ? reading.missing : undefined,
      lookup,
      from: from.joined,
    });
    values.push({
      sdl: {
        name,
        type,
        ...(comment ? { description: comment } : {}),
        directives: [mapping, policyOf(department, sensitivity)],
      },
      column: from.column,
      reading,
      type,
      sensitivity,
      own: from.joined === undefined && lookup === undefined,
    });
  };
  for (const column of table.columns) {
    const reason = skipped.get(column.name);
    if (reason === undefined) add(column, { column: column.name });
    else if (reason !== "") leftOut.push({ column: column.name, reason, matters: false });
  }
  for (const list of recognition.attributeTables.filter(({ owner }) => owner.to === table.name)) {
    const taken = new Set(
      plan.persons.flatMap(({ guess }) =>
        guess.attributes.flatMap(({ from }) => (from?.table === list.table ? (from.where?.[0]?.is ?? []) : [])),
      ),
    );
    for (const { code, profile, holds } of list.attributes) {
      if (taken.has(code)) continue;
      const joined = {
        table: list.table,
        on: list.owner.columns,
        parent: list.owner.references,
        where: [{ column: list.codeColumn, is: [code] }],
      };
      const own = sensitivityOf(code);
      add(
        { name: code, type: "", holds, profile },
        { column: list.valueColumn, joined },
        own === "ORDINARY" ? "PERSONAL" : own,
      );
    }
  }
  const tooMany = leftOut.filter(({ reason }) => reason === "").length;
  if (tooMany > 0) {
    leftOut.push({
      column: `${tooMany} columns`,
      reason: `the table has ${table.columns.length}: the first ${mostFields} are drafted. Add those that are needed`,
      matters: true,
    });
  }
  return { values, enums, leftOut: leftOut.filter(({ reason }) => reason !== ""), doubts };
}

interface Source {
  readonly column: string;
  readonly joined?: {
    readonly table: string;
    readonly on: readonly string[];
    readonly parent: readonly string[];
    readonly where: readonly Record<string, string | readonly string[]>[];
  };
}

/** Columns that are shown otherwise or not at all; the empty reason is for those of which nothing needs to be said. */
function skippedColumns({ table, id, where, persons }: DraftTable, plan: DraftPlan): ReadonlyMap<string, string> {
  const skipped = new Map<string, string>();
  const { joins } = plan.recognition;
  for (const { column } of where) skipped.set(column, "");
  for (const { guess } of persons) {
    for (const { column, from } of guess.attributes) if (!from) skipped.set(column, "");
    for (const condition of guess.where as readonly Condition[]) skipped.set(condition.column, "");
    if (guess.isWholeRow || guess.personalKey) for (const column of guess.key) skipped.set(column, "");
    if (guess.changed) skipped.set(guess.changed.column, "");
  }
  const typed = new Set(plan.tables.map((each) => each.table.name));
  for (const join of joins) {
    if (join.table !== table.name) continue;
    const person = plan.persons.find(({ guess }) => guess.table === join.to);
    const secret = person !== undefined && (person.guess.isWholeRow || person.guess.personalKey);
    if (!typed.has(join.to) && !person) continue;
    for (const column of join.columns) if (secret || !id.includes(column)) skipped.set(column, "");
  }
  for (const { name } of table.columns) {
    if (/^(?:who|user|created user|changed user)$/.test(wordsOf(name).meant.join(" ")) && !id.includes(name)) {
      skipped.set(name, "it says which employee wrote the row");
    }
  }
  return skipped;
}

function unshownReason({ type, holds, profile }: Readable): string {
  if (/json|xml/i.test(type)) {
    return "it holds documents that were not looked into: add a field of type String if clients may read them";
  }
  if (holds === "other" && profile.rows > 0 && profile.raw.length === 0) {
    return `none of its sampled rows has a value of its type (${type}): add a field of type String if it is needed`;
  }
  return "it holds what a field cannot show, such as pictures";
}

const noNames: ReadonlySet<string> = new Set();

function sensitivityOfColumn(column: Readable, { persons, table }: DraftTable, plan: DraftPlan): Sensitivity {
  const named = sensitivityWithin(nounOf(table.name, plan.recognition.prefix), column.name);
  if (named === "SECRET" || named === "SPECIAL" || named === "PERSONAL") return named;
  const [guess] = guessAttributes(column, plan.recognition.context);
  if (guess && guess.confidence >= 0.5) return "PERSONAL";
  if (column.holds === "text" && areNamesOfPeople([...column.profile.counts.keys()], noNames)) return "PERSONAL";
  if (shapeOf(column.profile).oneLineAddress > 0.6) return "PERSONAL";
  return persons.some(({ guess: { isWholeRow } }) => isWholeRow) ? "PERSONAL" : "ORDINARY";
}

/** `PrgCd` as an enum is `programme`, `MthAmtCents` as an amount is `monthlyAmount`. */
function fieldWords(column: string, { type, format }: FieldReading): readonly string[] {
  const { said } = wordsOf(column);
  const drop = type === "Enum" ? ["code", "id"] : format === "CENTS" ? ["cents"] : [];
  const rest = said.filter((word) => !drop.includes(word));
  const words = rest.length > 0 ? rest : said.length > 0 ? said : ["value"];
  return words.join(" ") === "id" ? ["own", "id"] : words;
}
