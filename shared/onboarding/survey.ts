import { CivigraphError } from "../errors.ts";
import {
  type CatalogueColumn,
  type CatalogueTable,
  type Dialect,
  type ReadConnection,
  splitName,
} from "../sql/dialect.ts";
import type { CatalogueSelect, TableDescription } from "../sql/introspection.ts";
import type { Parameter, RawRow } from "../sql/raw.ts";
import { explainFailure, isDenied } from "./failures.ts";
import { fewAtOnce } from "./few-at-once.ts";
import { type Profile, profileOf } from "./profile.ts";
import { kindOf, type ValueKind } from "./recognise/kinds.ts";
import { countRows, isLarge, type RowCount, readSample, statementMs } from "./sampling.ts";
import { chooseSchemas, type SchemaChoice } from "./schemas.ts";
import type { Source } from "./source.ts";

/** What was seen of a database: its catalogue, and a bounded sample of each table. */
export interface Survey {
  readonly tables: readonly SurveyedTable[];
  /** Schemas of the database with tables that the account may read, those that were looked at and the others. */
  readonly schemas: SchemaChoice;
  /** Tables and views that are left out, and why. */
  readonly leftOut: readonly { readonly table: string; readonly reason: string }[];
  /** Reads more of it, as politely; undefined where the database does not answer in time, or not at all. */
  readonly ask: Ask;
}

export type Ask = (sql: string, parameters?: readonly Parameter[]) => Promise<readonly RawRow[] | undefined>;

export interface SurveyedTable extends Omit<CatalogueTable, "columns"> {
  readonly columns: readonly SurveyedColumn[];
  /** Rows of both ends of the primary key, or whichever come first. */
  readonly sample: readonly RawRow[];
  readonly rows: RowCount;
}

export interface SurveyedColumn extends CatalogueColumn {
  readonly holds: ValueKind;
  readonly profile: Profile;
}

/**
 * Reads the catalogue, then samples: at most 200 rows a table, four tables at a time, no statement over five seconds.
 *
 * @param named Schemas to look at; none for those of the account itself.
 * @throws CivigraphError CONFIGURATION_INVALID that says what to do where the database cannot be read, or is empty.
 */
export async function survey(
  { dialect }: Source,
  connection: ReadConnection,
  named: readonly string[] = [],
  onTable: (done: number, all: number) => void = () => {},
): Promise<Survey> {
  const { schemas, catalogue, gone } = await readChosen(dialect, connection, named).catch((error: unknown) => {
    throw explainFailure(error);
  });
  const { kept, leftOut } = chooseTables(catalogue);
  for (const table of gone) leftOut.push({ table, reason: unreadableView });
  const tables: SurveyedTable[] = [];
  let done = 0;
  await fewAtOnce(kept, async (table) => {
    const surveyed = await readTable(dialect, connection, table);
    if ("reason" in surveyed) leftOut.push({ table: table.name, reason: surveyed.reason });
    else tables.push(surveyed);
    onTable(++done, kept.length);
  });
  const order = new Map(kept.map(({ name }, index) => [name, index]));
  tables.sort((one, other) => (order.get(one.name) ?? 0) - (order.get(other.name) ?? 0));
  if (tables.length === 0) {
    const reasons = leftOut.slice(0, 5).map(({ table, reason }) => `  ${table}: ${reason}`);
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: ["None of the database's tables can be read:", ...reasons].join("\n"),
    });
  }
  const ask: Ask = (sql, parameters = []) =>
    connection.select(sql, parameters, { timeoutMs: statementMs }).catch(() => undefined);
  return { tables, schemas, leftOut, ask };
}

/** The catalogue of the schemas that are looked at, with comments and foreign keys where the engine gives them. */
async function readChosen(dialect: Dialect, connection: ReadConnection, named: readonly string[]) {
  const select: CatalogueSelect = (sql, parameters) => connection.select(sql, parameters, { timeoutMs: statementMs });
  const { looked: listed, ...schemas } = chooseSchemas(await dialect.introspection.tables(select), named);
  const names = listed.map(({ name }) => name);
  const catalogue = await connection.catalogue(names);
  // Nobody needs to be granted more than the tables: a draft can do without comments.
  const described = (await dialect.introspection.describe?.(select, names).catch(() => undefined)) ?? [];
  const byName = new Map(described.map((each) => [each.name, each]));
  const found = new Set(catalogue.map(({ name }) => name));
  return {
    schemas,
    catalogue: catalogue.map((table) => withDescription(table, byName.get(table.name))),
    gone: names.filter((name) => !found.has(name)),
  };
}

function withDescription(table: CatalogueTable, description: TableDescription | undefined): CatalogueTable {
  if (!description) return table;
  const { name: _, comments, ...rest } = description;
  const columns = table.columns.map((column) => {
    const comment = comments.get(column.name);
    return comment === undefined ? column : { ...column, comment };
  });
  return { ...table, ...rest, columns };
}

/** Names that a mapping cannot tell apart, or cannot write down, are left out. */
function chooseTables(catalogue: readonly CatalogueTable[]) {
  const kept: CatalogueTable[] = [];
  const leftOut: { table: string; reason: string }[] = [];
  const seen = new Map<string, string>();
  for (const table of catalogue) {
    const folded = table.name.toLowerCase();
    const twin = seen.get(folded);
    if (twin !== undefined) {
      const reason = `its name differs from ${twin} by upper and lower case only. Offer it as a view under another name.`;
      leftOut.push({ table: table.name, reason });
    } else if (splitName(table.name).some((part) => unwritable.test(part))) {
      const reason = "its name holds quotes, brackets or a question mark. Offer it as a view under another name.";
      leftOut.push({ table: table.name, reason });
    } else if (table.columns.length === 0) {
      leftOut.push({ table: table.name, reason: unreadableView });
    } else {
      seen.set(folded, table.name);
      const columns = table.columns.filter(({ name }) => !unwritable.test(name));
      for (const { name } of table.columns.filter((column) => !columns.includes(column))) {
        const reason = "its name holds quotes, brackets or a question mark. Offer a view that calls it otherwise.";
        leftOut.push({ table: `${table.name}.${name}`, reason });
      }
      if (columns.length > 0) kept.push({ ...table, columns, primaryKey: within(table.primaryKey, columns) });
    }
  }
  return { kept, leftOut };
}

/** What a mapping, or a statement with placeholders, cannot have in a name. */
const unwritable = /["`[\]?]/;

/** A key of which a column is left out is none. */
function within(key: readonly string[], columns: readonly CatalogueColumn[]): readonly string[] {
  return key.every((each) => columns.some(({ name }) => name === each)) ? key : [];
}

const unreadableView =
  "it cannot be read: what it is made of is missing, or this account may not read it. Repair the view, drop it, or grant SELECT.";

async function readTable(
  dialect: Dialect,
  connection: ReadConnection,
  table: CatalogueTable,
): Promise<SurveyedTable | { readonly reason: string }> {
  const readable = table.columns.map((column) => !isLarge(column));
  let sample: readonly RawRow[] | undefined;
  try {
    sample = await readSample(dialect, connection, table, readable);
  } catch (error) {
    if (isDenied(error)) return { reason: "this account may not read it. Grant SELECT on it." };
    if (table.kind === "view" || table.columns.length < 3) return { reason: unreadableView };
    // Recognition falls back on names.
  }
  const rows = await countRows(dialect, connection, table, sample?.length);
  const distinctCase = new Set<string>();
  const columns = table.columns.filter(({ name }) => {
    if (distinctCase.has(name.toLowerCase())) return false;
    return distinctCase.add(name.toLowerCase());
  });
  const places = columns.map((column) => table.columns.indexOf(column));
  return {
    ...table,
    sample: (sample ?? []).map((row) => places.map((index) => row[index] ?? null)),
    rows,
    columns: columns.map((column, at) => {
      const index = places[at] ?? 0;
      const profile = profileOf(readable[index] ? (sample ?? []).map((row) => row[index] ?? null) : []);
      return { ...column, profile, holds: kindOf(column, profile) };
    }),
  };
}
