import {
  type CatalogueColumn,
  type CatalogueTable,
  type Dialect,
  type ReadConnection,
  splitName,
} from "../sql/dialect.ts";
import type { Parameter, RawRow } from "../sql/raw.ts";

/** Rows that are read of one table, at most. */
const sampleRows = 200;
/** No statement runs longer: the database has other work to do. */
export const statementMs = 5_000;
/** Beyond it a table is simply large. */
const countedRows = 100_000;

/** How many rows a table has, or `atLeast` has. */
export interface RowCount {
  readonly count: number;
  readonly atLeast: boolean;
}

/** A table's name, quoted part by part. */
export function quotedTable(dialect: Dialect, name: string): string {
  return splitName(name).map(dialect.quote).join(".");
}

/** Both ends of the primary key: old rows and new ones are often kept differently. */
export async function readSample(
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
      .select(builder.raw(columns.join(", ")))
      .from(builder.raw(quotedTable(dialect, table.name)));
    if (direction) {
      statement.orderByRaw(table.primaryKey.map((name) => `${quote(name)} ${direction}`).join(", "));
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

/** @param sampled Rows of the sample; undefined where it failed, which says nothing of how many there are. */
export async function countRows(
  dialect: Dialect,
  connection: ReadConnection,
  { name, rowEstimate }: CatalogueTable,
  sampled: number | undefined,
): Promise<RowCount> {
  if (rowEstimate !== undefined && rowEstimate > countedRows) return { count: rowEstimate, atLeast: false };
  if (sampled !== undefined && sampled < sampleRows / 2) return { count: sampled, atLeast: false };
  const { builder } = dialect;
  const some = builder
    .select(builder.raw("1 AS one"))
    .from(builder.raw(quotedTable(dialect, name)))
    .limit(countedRows);
  const { sql, bindings } = builder.select(builder.raw("COUNT(*)")).from(some.as("r")).toSQL().toNative();
  const [row] = await connection
    .select(sql, bindings as readonly Parameter[], { timeoutMs: statementMs })
    .catch(() => []);
  const count = Number(row?.[0] ?? rowEstimate ?? sampled ?? 0);
  return { count, atLeast: row === undefined || count >= countedRows };
}

/** Documents and pictures are not sampled; short bytes can be text in an old character set. */
export function isLarge({ type }: CatalogueColumn): boolean {
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
