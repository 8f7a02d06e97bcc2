import type { CatalogueTable } from "./dialect.ts";
import type { RawRow } from "./raw.ts";

/** Reads of the database's own catalogue; placeholders are the engine's. */
export type CatalogueSelect = (sql: string, parameters: readonly string[]) => Promise<readonly RawRow[]>;

/** What drafting a mapping asks of an engine besides its catalogue: nothing of it is read while queries are answered. */
export interface Introspection {
  /** Every table and view that the account may read at least in part; schemas of the server itself aside. */
  tables(select: CatalogueSelect): Promise<readonly ListedTable[]>;
  /** What the database says of these tables; absent for engines whose catalogue says it all. */
  describe?(select: CatalogueSelect, names: readonly string[]): Promise<readonly TableDescription[]>;
}

export interface ListedTable {
  /** As a mapping names it: `dbo.tblClient`. */
  readonly name: string;
  /** SQL Server and PostgreSQL: the schema. Oracle: the owner. MySQL and MariaDB: the database. SQLite: `main`. */
  readonly schema: string;
  /** True where the account's names without a schema are looked up there. */
  readonly own: boolean;
}

/** Comments, foreign keys and statistics of one table. */
export interface TableDescription extends Pick<CatalogueTable, "comment" | "foreignKeys" | "rowEstimate"> {
  readonly name: string;
  /** By the column's name. */
  readonly comments: ReadonlyMap<string, string>;
}

/** One column of a foreign key, in the order of the key. */
export interface ForeignKeyColumn {
  readonly table: string;
  /** Tells the keys of a table apart. */
  readonly key: string;
  readonly column: string;
  readonly target: string;
  readonly reference: string;
}

/** Puts together what an engine's catalogue says row by row; a table of which it says nothing is left out. */
export function descriptions(found: {
  readonly comments?: readonly (readonly [table: string, column: string | null, comment: string])[];
  readonly foreignKeys?: readonly ForeignKeyColumn[];
  readonly rows?: readonly (readonly [table: string, count: number])[];
}): readonly TableDescription[] {
  const { comments = [], foreignKeys = [], rows = [] } = found;
  const byTable = new Map<string, Draft>();
  const at = (name: string) => {
    const draft: Draft = byTable.get(name) ?? { comments: new Map(), keys: new Map() };
    byTable.set(name, draft);
    return draft;
  };
  for (const [table, column, comment] of comments) {
    if (comment.trim() === "") continue;
    if (column === null) at(table).comment = comment;
    else at(table).comments.set(column, comment);
  }
  for (const [table, count] of rows) at(table).rowEstimate = count;
  for (const { table, key, column, target, reference } of foreignKeys) {
    const { keys } = at(table);
    const entry = keys.get(key) ?? { columns: [], table: target, references: [] };
    entry.columns.push(column);
    entry.references.push(reference);
    keys.set(key, entry);
  }
  return [...byTable].map(([name, { keys, ...rest }]) => ({ name, ...rest, foreignKeys: [...keys.values()] }));
}

interface Draft {
  comment?: string;
  rowEstimate?: number;
  readonly comments: Map<string, string>;
  readonly keys: Map<string, { readonly columns: string[]; readonly table: string; readonly references: string[] }>;
}
