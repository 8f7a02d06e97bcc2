import { missingIn, readerOf } from "../../shared/department/execute/values.ts";
import type { ColumnModel } from "../../shared/department/model.ts";
import { CivigraphError } from "../../shared/errors.ts";
import { explainFailure } from "../../shared/onboarding/failures.ts";
import { type FormatContext, unreadable } from "../../shared/sql/formats/format.ts";
import { type RawRow, type RawValue, textOf } from "../../shared/sql/raw.ts";
import { formatName } from "./columns.ts";
import type { CheckedDatabase } from "./database.ts";
import type { Finding } from "./findings.ts";
import { type ReadColumn, readColumnsOf } from "./read-columns.ts";

export interface ValueOptions {
  /** Rows of one table that are read, at most. */
  readonly most: number;
  /** Whether findings may show values as the database holds them. */
  readonly showValues: boolean;
}

/** So many values must be there before all of them being unreadable says that the column has changed. */
const fewest = 5;
/** Values that one finding shows. */
const shown = 5;

/** Values that no format reads and codes that nothing maps, by column, with counts. */
export async function checkValues(database: CheckedDatabase, options: ValueOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { table, rules, columns } of groupsOf(database)) {
    const names = [...new Set(columns.map(({ model }) => model.column))];
    try {
      const { rows, whole } = await database.rows(table, names, rules, options.most);
      for (const column of columns) {
        const slot = names.indexOf(column.model.column);
        findings.push(...(await valuesOf(database, column, rows, slot, whole, options)));
      }
    } catch (error) {
      if (!(error instanceof CivigraphError)) throw error;
      findings.push(notRead(database, columns[0] as ReadColumn, table, error));
    }
  }
  return findings;
}

interface Group {
  readonly table: string;
  readonly rules: ReadColumn["rules"];
  readonly columns: readonly ReadColumn[];
}

/** Columns that one statement reads: of one table, under one set of rules, all of them there. */
function groupsOf({ model, facts }: CheckedDatabase): readonly Group[] {
  const groups = new Map<string, Group & { columns: ReadColumn[] }>();
  for (const column of readColumnsOf(model)) {
    const { table, rules, answers, lookup } = column;
    const needed = [column.model.column, ...columnsOfRules(rules)];
    const there =
      needed.every((name) => facts.column(table, name)) && (!lookup || facts.column(lookup.table, lookup.key));
    if (!answers || !there) continue;
    const name = JSON.stringify([table, rules]);
    const group = groups.get(name) ?? { table, rules, columns: [] };
    group.columns.push(column);
    groups.set(name, group);
  }
  return [...groups.values()];
}

function columnsOfRules({ where, validity, retain }: ReadColumn["rules"]): readonly string[] {
  return [...where.map(({ column }) => column), validity?.from, validity?.to, retain?.column].filter(
    (column) => column !== undefined,
  );
}

async function valuesOf(
  database: CheckedDatabase,
  column: ReadColumn,
  rows: readonly RawRow[],
  slot: number,
  whole: boolean,
  options: ValueOptions,
): Promise<readonly Finding[]> {
  const raw = rows.map((row) => row[slot] ?? null).filter((value) => value !== null);
  const context: FormatContext = column.past ? { ...database.context, yearsAhead: 0 } : database.context;
  const { model } = database;
  const codes = model.enums.get(column.type);
  const known = column.lookup ? await codesOfTable(database, column.lookup, options.most) : codes?.valueOfCode;
  if (!known) {
    const read = readerOf(model, column.model, column.type);
    const bad = raw.filter((value) => read(value, context) === unreadable);
    return bad.length === 0 ? [] : [unreadableValues(database, column, bad, raw.length, whole, options)];
  }
  const unmapped = raw
    .map((value) => codeOf(value, column, database))
    .filter((code) => code !== "" && !known.has(code));
  const other = column.lookup ? undefined : codes?.other;
  return unmapped.length === 0 ? [] : [unmappedCodes(database, column, unmapped, raw.length, whole, other, options)];
}

/** As the wrapper reads it: empty where the value means none. */
function codeOf(raw: Exclude<RawValue, null>, { model, type, lookup }: ReadColumn, database: CheckedDatabase): string {
  if (missingIn(model)(raw)) return "";
  if (lookup || !model.format) return textOf(raw).trim();
  const plain: ColumnModel = { column: model.column, format: model.format, missing: [] };
  const read = readerOf({ ...database.model, enums: new Map() }, plain, type)(raw, database.context);
  return read === null || read === unreadable ? "" : String(read).trim();
}

/** The codes that a code table explains; undefined where it holds more than may be read. */
async function codesOfTable(
  database: CheckedDatabase,
  { table, key, where }: NonNullable<ReadColumn["lookup"]>,
  most: number,
): Promise<ReadonlyMap<string, unknown> | undefined> {
  const { rows, whole } = await database.rows(table, [key], { where }, most);
  if (!whole) return undefined;
  return new Map(rows.flatMap(([code]) => (code == null ? [] : [[textOf(code).trim(), true] as const])));
}

function unreadableValues(
  { model }: CheckedDatabase,
  column: ReadColumn,
  bad: readonly Exclude<RawValue, null>[],
  of: number,
  whole: boolean,
  { showValues }: ValueOptions,
): Finding {
  const all = bad.length === of && of >= fewest;
  const { file } = model;
  return {
    code: all ? "TYPE_DRIFT" : "VALUES_UNREADABLE",
    severity: all ? "FAULT" : "WARNING",
    file,
    place: column.place,
    subject: column.subject,
    expected: `values of \`${column.model.column}\` that ${formatName(column)} reads`,
    found: all ? `that it reads none of ${counted(of, whole)}` : `${share(bad.length, of, whole)} that it does not`,
    next: all
      ? "correct `format`, or the type of the field"
      : "correct the records, the format, or name placeholders in `missing`; until then they are null, with an error",
    rows: { count: bad.length, of },
    ...(showValues ? { values: [...new Set(bad.map(textOf))].slice(0, shown) } : {}),
  };
}

function unmappedCodes(
  { model }: CheckedDatabase,
  column: ReadColumn,
  unmapped: readonly string[],
  of: number,
  whole: boolean,
  other: string | undefined,
  { showValues }: ValueOptions,
): Finding {
  const kinds = new Set(unmapped);
  const { file } = model;
  const source = column.lookup ? `the code table ${column.lookup.table} explains` : `\`@code\` on ${column.type} names`;
  const fate = other === undefined ? "until then they are null, with an error" : `until then they are ${other}`;
  return {
    code: "CODES_UNMAPPED",
    severity: other === undefined ? "WARNING" : "NOTE",
    file,
    place: column.place,
    subject: column.subject,
    expected: `codes of \`${column.model.column}\` that ${source}`,
    found: `${kinds.size === 1 ? "one code" : `${kinds.size} codes`} that it does not, in ${share(unmapped.length, of, whole)}`,
    next: `${column.lookup ? "add them there" : "map them"}${showValues ? "" : " (`--values` shows them)"}; ${fate}`,
    rows: { count: unmapped.length, of },
    ...(showValues ? { values: [...kinds].slice(0, shown) } : {}),
  };
}

function notRead({ model }: CheckedDatabase, column: ReadColumn, table: string, error: CivigraphError): Finding {
  return {
    code: "VALUES_NOT_READ",
    severity: "WARNING",
    file: model.file,
    place: column.place,
    subject: table,
    expected: `values of ${table} within five seconds`,
    found: "none",
    next: explainFailure(error).message.replace(/\.$/, ""),
  };
}

/** `12 of 3,400 values`, and whether these are all there are. */
function share(count: number, of: number, whole: boolean): string {
  return `${count.toLocaleString("en")} of ${counted(of, whole)}`;
}

function counted(of: number, whole: boolean): string {
  return `${of.toLocaleString("en")} values${whole ? "" : ", a sample"}`;
}
