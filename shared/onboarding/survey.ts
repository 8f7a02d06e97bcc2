import { CivigraphError } from "../errors.ts";
import {
  type CatalogueColumn,
  type CatalogueTable,
  type Dialect,
  type ReadConnection,
  splitName,
} from "../sql/dialect.ts";
import type { Parameter, RawRow } from "../sql/raw.ts";
import { explainFailure } from "./failures.ts";
import { type Profile, profileOf } from "./profile.ts";
import { kindOf, type ValueKind } from "./recognise/kinds.ts";
import type { Source } from "./source.ts";

/** What was seen of a database: its catalogue, and a bounded sample of each table. */
export interface Survey {
  readonly tables: readonly SurveyedTable[];
  /** Tables and views that are left out, and why. */
  readonly leftOut: readonly { readonly table: string; readonly reason: string }[];
  /** Reads more of it, as politely; empty where the database does not answer in time. */
  readonly ask: Ask;
}

export type Ask = (sql: string, parameters?: readonly Parameter[]) => Promise<readonly RawRow[]>;

export interface SurveyedTable extends Omit<CatalogueTable, "columns"> {
  readonly columns: readonly SurveyedColumn[];
  /** Rows of both ends of the primary key, or whichever come first. */
  readonly sample: readonly RawRow[];
  readonly rows: { readonly count: number; readonly atLeast: boolean };
}

export interface SurveyedColumn extends CatalogueColumn {
  readonly holds: ValueKind;
  readonly profile: Profile;
}

/** Rows that are read of one table, at most. */
const sampleRows = 200;
/** No statement runs longer: the database has other work to do. */
export const statementMs = 5_000;
/** Tables that are read at a time. */
const atOnce = 4;
/** Beyond it a table is simply large. */
const countedRows = 100_000;

/**
 * Reads the catalogue, then samples: at most 200 rows a table, four tables at a time, no statement over five seconds.
 *
 * @throws CivigraphError CONFIGURATION_INVALID that says what to do where the database cannot be read, or is empty.
 */
export async function survey(
  { dialect }: Source,
  connection: ReadConnection,
  onTable: (done: number, all: number) => void = () => {},
): Promise<Survey> {
  const catalogue = await connection.catalogue().catch((error: unknown) => {
    throw explainFailure(error);
  });
  if (catalogue.length === 0) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail:
        "The database has no table that this account can see. Check that the URL names the right database, and that the account was granted SELECT on its tables.",
    });
  }
  const { kept, leftOut } = chooseTables(catalogue);
  const tables: SurveyedTable[] = [];
  let next = 0;
  let done = 0;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, kept.length) }, async () => {
      for (let table = kept[next++]; table; table = kept[next++]) {
        const surveyed = await readTable(dialect, connection, table);
        if ("reason" in surveyed) leftOut.push({ table: table.name, reason: surveyed.reason });
        else tables.push(surveyed);
        onTable(++done, kept.length);
      }
    }),
  );
  const order = new Map(kept.map(({ name }, index) => [name, index]));
  tables.sort((one, other) => (order.get(one.name) ?? 0) - (order.get(other.name) ?? 0));
  if (tables.length === 0) {
    const reasons = leftOut.slice(0, 5).map(({ table, reason }) => `  ${table}: ${reason}`);
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: ["None of the database's tables can be read:", ...reasons].join("\n"),
    });
  }
  const ask: Ask = (sql, parameters = []) =>
    connection.select(sql, parameters, { timeoutMs: statementMs }).catch(() => []);
  return { tables, leftOut, ask };
}

/** A table's name, quoted part by part. */
export function quotedTable(dialect: Dialect, name: string): string {
  return splitName(name).map(dialect.quote).join(".");
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
    } else if (/["`[\]]/.test(table.name)) {
      const reason = "its name holds quotes or brackets. Offer it as a view under another name.";
      leftOut.push({ table: table.name, reason });
    } else if (table.columns.length === 0) {
      leftOut.push({ table: table.name, reason: unreadableView });
    } else {
      seen.set(folded, table.name);
      kept.push(table);
    }
  }
  return { kept, leftOut };
}

const unreadableView =
  "it cannot be read: what it is made of is missing, or this account may not read it. Repair the view, drop it, or grant SELECT.";

async function readTable(
  dialect: Dialect,
  connection: ReadConnection,
  table: CatalogueTable,
): Promise<SurveyedTable | { readonly reason: string }> {
  const readable = table.columns.map((column) => !isLarge(column));
  let sample: readonly RawRow[] = [];
  try {
    sample = await readSample(dialect, connection, table, readable);
  } catch (error) {
    if (table.kind === "view" || table.columns.length < 3) return { reason: unreadableView };
    const reason = explainFailure(error).message;
    if (/may log in, but not read/.test(reason)) return { reason: "this account may not read it. Grant SELECT on it." };
    // Recognition falls back on names.
  }
  const rows = await countRows(dialect, connection, table, sample.length);
  const distinctCase = new Set<string>();
  const columns = table.columns.filter(({ name }) => {
    if (distinctCase.has(name.toLowerCase())) return false;
    return distinctCase.add(name.toLowerCase());
  });
  const places = columns.map((column) => table.columns.indexOf(column));
  return {
    ...table,
    sample: sample.map((row) => places.map((index) => row[index] ?? null)),
    rows,
    columns: columns.map((column, at) => {
      const index = places[at] ?? 0;
      const profile = profileOf(readable[index] ? sample.map((row) => row[index] ?? null) : []);
      return { ...column, profile, holds: kindOf(column, profile) };
    }),
  };
}

/** Both ends of the primary key: old rows and new ones are often kept differently. */
async function readSample(
  dialect: Dialect,
  connection: ReadConnection,
  table: CatalogueTable,
  readable: readonly boolean[],
): Promise<readonly RawRow[]> {
  const { builder, quote } = dialect;
  const columns = table.columns.map(
    ({ name }, index) => `${readable[index] ? quote(name) : "NULL"} AS ${quote(`c${index}`)}`,
  );
  const read = async (direction: "ASC" | "DESC" | undefined, limit: number) => {
    const statement = builder
      .select(builder.raw(escaped(columns.join(", "))))
      .from(builder.raw(escaped(quotedTable(dialect, table.name))));
    if (direction) {
      statement.orderByRaw(escaped(table.primaryKey.map((name) => `${quote(name)} ${direction}`).join(", ")));
    }
    const { sql, bindings } = statement.limit(limit).toSQL().toNative();
    return connection.select(sql, bindings as readonly Parameter[], { timeoutMs: statementMs });
  };
  if (table.primaryKey.length === 0) return read(undefined, sampleRows);
  const first = await read("ASC", sampleRows / 2);
  if (first.length < sampleRows / 2) return first;
  const last = await read("DESC", sampleRows / 2);
  const key = table.primaryKey.map((name) => table.columns.findIndex((column) => column.name === name));
  const keyOf = (row: RawRow) => JSON.stringify(key.map((index) => String(row[index])));
  const seen = new Set(first.map(keyOf));
  return [...first, ...last.filter((row) => !seen.has(keyOf(row)))];
}

/** A `?` in a quoted name is not a placeholder. */
function escaped(text: string): string {
  return text.replaceAll("?", "\\?");
}

async function countRows(
  dialect: Dialect,
  connection: ReadConnection,
  { name, rowEstimate }: CatalogueTable,
  sampled: number,
): Promise<SurveyedTable["rows"]> {
  if (rowEstimate !== undefined && rowEstimate > countedRows) return { count: rowEstimate, atLeast: false };
  if (sampled < sampleRows / 2) return { count: sampled, atLeast: false };
  const { builder } = dialect;
  const some = builder
    .select(builder.raw("1 AS one"))
    .from(builder.raw(escaped(quotedTable(dialect, name))))
    .limit(countedRows);
  const { sql, bindings } = builder.select(builder.raw("COUNT(*)")).from(some.as("r")).toSQL().toNative();
  const [row] = await connection
    .select(sql, bindings as readonly Parameter[], { timeoutMs: statementMs })
    .catch(() => []);
  const count = Number(row?.[0] ?? rowEstimate ?? sampled);
  return { count, atLeast: row === undefined || count >= countedRows };
}

/** Documents and pictures are not sampled; short bytes can be text in an old character set. */
function isLarge({ type }: CatalogueColumn): boolean {
  const base = type.trim().toLowerCase();
  if (
    /^(?:n?clob|(?:medium|long)?blob|(?:medium|long)text|image|ntext|bytea|long raw|raw|xml|json|jsonb|geometry|geography|tsvector|sdo_|bfile)/.test(
      base,
    )
  ) {
    return true;
  }
  return /^varbinary\s*\(\s*max/.test(base) || /^(?:var)?binary\s*\(\s*(\d{4,})/.test(base);
}
