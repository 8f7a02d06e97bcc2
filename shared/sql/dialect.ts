import type { Knex } from "knex";
import type { Introspection } from "./introspection.ts";
import type { Parameter, RawRow } from "./raw.ts";

/** What an engine must provide. One folder an engine: `sqlite/` is the example. */
export interface Dialect {
  readonly name: string;
  /** Schemes of the URLs that it opens, without the colon. */
  readonly schemes: readonly string[];
  /** Makes text in the engine's dialect; has no connection. */
  readonly builder: Knex;
  readonly limits: {
    /** Placeholders that one statement may have. */
    readonly parameters: number;
    /** Keys that are asked for in one statement. */
    readonly keys: number;
  };
  /** False where `CHAR(4)` `'AB  '` and a bound `'AB'` differ: keys are then asked for padded, too. */
  readonly ignoresPadding: boolean;
  /** True where an empty text is NULL, which no value is equal to and none differs from. */
  readonly emptyIsNull?: boolean;
  /** What columns of dates and times hold in place of NULL, if the engine has such a date. */
  readonly noDate?: string;
  /** One identifier, quoted. */
  quote(identifier: string): string;
  /** What stands for a value that is compared with this column: `?`, or `?` with a cast to what its index can find. */
  placeholder(column: CatalogueColumn | undefined): string;
  /** `name` as an expression whose value the driver hands over whole. Absent where it does so with every type. */
  readable?(name: string, column: CatalogueColumn | undefined): string;
  /**
   * `name` as it is sorted and compared by size. Text goes by code points whatever the column's collation is, so that a
   * list has one order on every engine; where the collation is another, no index of the column's own serves this.
   */
  ordered(name: string, column: CatalogueColumn | undefined): string;
  /**
   * Where `=` takes texts for equal that differ, in case, accents or blanks: `name` as text that differs. It is compared
   * beside `name` itself, which the index finds. Undefined where `=` is exact.
   */
  exact(name: string, column: CatalogueColumn | undefined): string | undefined;
  /**
   * Both sides of an equality that no given text makes the engine refuse: text in letters that the column's character set
   * has not, or that its type does not read. Absent, or undefined, where `name` and `placeholder` are.
   */
  equal?(name: string, column: CatalogueColumn | undefined): readonly [name: string, given: string] | undefined;
  /** The text of `name` starts with the value of each `?`, exactly; `prefixPattern` makes that value. */
  startsWith(name: string, column: CatalogueColumn | undefined): string;
  prefixPattern(prefix: string): string;
  /**
   * A derived table of placeholders to join with, its columns `p` (who asks) and `k0`, `k1` ..., each of the type of the
   * column that it is compared with: how batches of keys, composite ones too, are matched. Placeholders come row by row.
   */
  keyTable(columns: readonly (CatalogueColumn | undefined)[], rows: number): string;
  /** Lazily: nothing is opened before the first call, so that one department's outage stops nobody's start. */
  connect(url: string, options: ConnectOptions): ReadConnection;
  /** What a mapping is drafted from. */
  readonly introspection: Introspection;
}

export interface ConnectOptions {
  /** The department's name, for messages. */
  readonly department: string;
  /** Name of the environment variable that holds the URL, for messages. */
  readonly urlVariable?: string;
  /** Schemas that the mapping names, e.g. `dbo`. */
  readonly schemas: readonly string[];
  /** Longest that a statement may run: 10 s by default. */
  readonly timeoutMs?: number;
}

/**
 * A connection, or a pool, that can only read: by this type, by session where the engine has such a thing, by grants.
 * Every call rejects with `CivigraphError` `DEPARTMENT_UNAVAILABLE` when the database cannot answer.
 */
export interface ReadConnection {
  /** Placeholders are the builder's own. Rows are arrays of values in the order of the selected columns. */
  select(statement: string, parameters: readonly Parameter[], options?: SelectOptions): Promise<readonly RawRow[]>;
  /** These tables and views (those that exist), or all. */
  catalogue(tables?: readonly string[]): Promise<readonly CatalogueTable[]>;
  ping(signal?: AbortSignal): Promise<void>;
  /** Lets go of what is open, so that the next call opens anew. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export interface SelectOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface CatalogueTable {
  /** As a mapping names it: `dbo.tblClient`. */
  readonly name: string;
  readonly kind: "table" | "view";
  readonly columns: readonly CatalogueColumn[];
  readonly primaryKey: readonly string[];
  readonly indexes: readonly { readonly columns: readonly string[]; readonly unique: boolean }[];
  /** What the database itself says of the table; like the two below only of use when a mapping is drafted. */
  readonly comment?: string;
  readonly foreignKeys?: readonly CatalogueForeignKey[];
  /** As the engine's statistics have it, which can be old; absent where there are none. */
  readonly rowEstimate?: number;
}

export interface CatalogueForeignKey {
  readonly columns: readonly string[];
  /** The table pointed to, as a mapping names it. */
  readonly table: string;
  /** Columns of that table, in the order of `columns`; absent where its primary key is meant. */
  readonly references?: readonly string[];
}

export interface CatalogueColumn {
  readonly name: string;
  /** As the engine names it: `CHAR(8)`. */
  readonly type: string;
  readonly nullable: boolean;
  /** Length of a blank-padded CHAR column. */
  readonly padded?: number;
  /** What values can be compared with it; absent where the engine converts whatever it is given. */
  readonly kind?: ColumnKind;
  /** As the engine names it; of columns that hold text. */
  readonly collation?: string;
  /** True of numbers of single precision, whose fewest digits are another number in double precision. */
  readonly single?: boolean;
  /** The only values that an enumeration has, where the engine refuses to compare with others. */
  readonly values?: readonly string[];
  /** Digits to which the engine fills up whole numbers with zeros where it shows them: MySQL's ZEROFILL. */
  readonly filledTo?: number;
  /** The first day that the type has, where a comparison with an earlier one is refused: `1753-01-01`. */
  readonly earliest?: string;
  readonly comment?: string;
}

/** `timestamp` is a local time, `instant` a time that knows its zone. `other` takes text in a form of its own. */
export type ColumnKind =
  | "text"
  | "integer"
  | "decimal"
  | "float"
  | "boolean"
  | "date"
  | "timestamp"
  | "instant"
  | "bytes"
  | "uuid"
  | "other";

/** `dbo.tblClient` in its parts; brackets and quotes keep points: `dbo.[tbl.Client]`. */
export function splitName(name: string): readonly string[] {
  const parts = name.match(/\[[^\]]*\]|"[^"]*"|`[^`]*`|[^.]+/g) ?? [name];
  return parts.map((part) => (/^[["`]/.test(part) ? part.slice(1, -1) : part));
}
