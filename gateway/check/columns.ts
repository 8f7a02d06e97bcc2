import { checkColumns } from "../../shared/department/check-columns.ts";
import { referencesOf } from "../../shared/department/column-references.ts";
import { formatFor } from "../../shared/department/execute/values.ts";
import { mappedColumns } from "../../shared/department/mapped-columns.ts";
import type { DepartmentModel } from "../../shared/department/model.ts";
import { placeOfText } from "../../shared/department/place-of-text.ts";
import { isDenied } from "../../shared/onboarding/failures.ts";
import type { CatalogueTable, ColumnKind } from "../../shared/sql/dialect.ts";
import { unreadable } from "../../shared/sql/formats/format.ts";
import type { RawValue } from "../../shared/sql/raw.ts";
import { type CheckedDatabase, tableIn } from "./database.ts";
import { type Finding, ofFault } from "./findings.ts";
import { type ReadColumn, readColumnsOf } from "./read-columns.ts";

/** Tables and columns that are not there, that the login may not read, or whose type no longer fits. */
export async function checkLiveColumns(database: CheckedDatabase): Promise<readonly Finding[]> {
  const { model, catalogue, tableNames } = database;
  const denied = await deniedColumns(database);
  const isComplete = mappedColumns(model).every(({ table }) => tableIn(catalogue, table));
  const others = isComplete ? [] : await tableNames();
  const missing = checkColumns(model, withColumns(catalogue, denied), others).map((fault) =>
    ofFault("TABLE_OR_COLUMN_MISSING", fault),
  );
  return [...missing, ...deniedFindings(model, denied), ...typeDrift(database)];
}

interface DeniedColumn {
  readonly table: string;
  readonly column: string;
  /** Some engines refuse what is not there, too, and do not say which it is. */
  readonly mayBeMissing: boolean;
}

/** No table has a column of this name. */
const nowhere = "civigraph_asks_for_no_such_column";

/** What a catalogue leaves out can be missing or withheld: only the statement that reads it tells which. */
async function deniedColumns({ model, catalogue, probe }: CheckedDatabase): Promise<readonly DeniedColumn[]> {
  const denied: DeniedColumn[] = [];
  for (const { table, columns } of mappedColumns(model)) {
    const known = new Set(tableIn(catalogue, table)?.columns.map(({ name }) => name.toLowerCase()));
    const listed = columns.filter((column) => known.has(column.toLowerCase()));
    const all = listed.length === 0 || (await isRefused(() => probe(table, listed)));
    const doubtful = columns.filter((column) => all || !known.has(column.toLowerCase()));
    let mayBeMissing: boolean | undefined;
    for (const column of doubtful) {
      if (!(await isRefused(() => probe(table, [column])))) continue;
      const isListed = known.has(column.toLowerCase());
      mayBeMissing ??= await isRefused(() => probe(table, [nowhere]));
      denied.push({ table, column, mayBeMissing: mayBeMissing && !isListed });
    }
  }
  return denied;
}

async function isRefused(probe: () => Promise<void>): Promise<boolean> {
  try {
    await probe();
    return false;
  } catch (error) {
    return isDenied(error);
  }
}

/** The catalogue with what is there though it may not be read, so that it is not called missing, too. */
function withColumns(catalogue: readonly CatalogueTable[], added: readonly DeniedColumn[]): readonly CatalogueTable[] {
  const names = new Map<string, string[]>();
  for (const { table, column } of added) names.set(table, [...(names.get(table) ?? []), column]);
  const columnsOf = (table: string) =>
    (names.get(table) ?? []).map((name) => ({ name, type: "", nullable: true }) as const);
  const unlisted = [...names.keys()].filter((table) => !tableIn(catalogue, table));
  return [
    ...catalogue.map((table) => {
      const own = [...names.keys()].filter((name) => tableIn([table], name));
      return { ...table, columns: [...table.columns, ...own.flatMap(columnsOf)] };
    }),
    ...unlisted.map((name): CatalogueTable => {
      return { name, kind: "table", columns: columnsOf(name), primaryKey: [], indexes: [] };
    }),
  ];
}

function deniedFindings(model: DepartmentModel, denied: readonly DeniedColumn[]): readonly Finding[] {
  return denied.flatMap(({ table, column, mayBeMissing }): Finding[] => {
    const reference = referencesOf(model).find((each) => each.table === table && each.columns.includes(column));
    if (!reference) return [];
    return [
      {
        code: "NOT_READABLE_BY_LOGIN",
        severity: "FAULT",
        file: model.file,
        place: placeOfText(model.document, reference.place, column),
        subject: `${table}.${column}`,
        expected: `that the login may read \`${column}\` of ${table}`,
        found: mayBeMissing
          ? "that the database refuses it, and does not say whether there is such a column"
          : "that the database refuses it",
        next: `${mayBeMissing ? "check the name, then " : ""}have its administrator run what \`civigraph grants ${model.id}\` prints`,
      },
    ];
  });
}

/** Columns of a type of which the mapping's format reads no value at all. */
function typeDrift(database: CheckedDatabase): readonly Finding[] {
  const { model, facts } = database;
  return readColumnsOf(model).flatMap((column) => {
    const { table, name } = valuesOf(column);
    const fact = facts.column(table, name);
    if (!fact?.kind || model.enums.has(column.type) || canRead(column, fact.kind, database)) return [];
    return [
      {
        code: "TYPE_DRIFT",
        severity: "FAULT",
        file: model.file,
        place: column.place,
        subject: column.subject,
        expected: `that \`${name}\` of ${table} is of a type that ${formatName(column)} reads`,
        found: fact.type,
        next: "correct `format`, or the type of the field",
      },
    ];
  });
}

/** Where the values that become the field stand: in the code table, where one translates them. */
function valuesOf({ table, model, lookup }: ReadColumn): { readonly table: string; readonly name: string } {
  return lookup ? { table: lookup.table, name: lookup.value } : { table, name: model.column };
}

export function formatName({ model, type }: ReadColumn): string {
  return model.format ? `\`format: ${model.format}\`` : `a field of type ${type}`;
}

function canRead({ model, type }: ReadColumn, kind: ColumnKind, { context }: CheckedDatabase): boolean {
  const examples = examplesOf[kind];
  if (examples.length === 0) return true;
  const format = formatFor(model, type);
  return examples.some((example) => {
    const value = format.read(example, context);
    return value !== unreadable && value !== null;
  });
}

/** Values as drivers hand over those of each kind of column. Text, and types of an engine's own, can hold anything. */
const examplesOf: Readonly<Record<ColumnKind, readonly Exclude<RawValue, null>[]>> = {
  text: [],
  other: [],
  integer: [20_240_229, 240_229, 1],
  decimal: ["20240229", "1", "12.50"],
  float: [20_240_229, 1, 1.5],
  boolean: [true, 1],
  date: ["2024-02-29"],
  timestamp: ["2024-02-29 10:11:12"],
  instant: ["2024-02-29 10:11:12+00:00"],
  uuid: ["0188d3a8-5d1c-7cc5-b1a8-2f6c1f2f6c1f"],
  bytes: [new TextEncoder().encode("20240229"), new TextEncoder().encode("Y")],
};
