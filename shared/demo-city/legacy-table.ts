/**
 * A legacy table as data, so that every engine's loader can create it. Types are those of the department's production
 * engine; each loader translates them.
 */
export interface LegacyTable {
  /** With its schema where it has one: `dbo.tblClient`. */
  readonly name: string;
  readonly columns: readonly LegacyColumn[];
  readonly primaryKey?: readonly string[];
  readonly indexes?: readonly LegacyIndex[];
  readonly comment?: string;
}

export interface LegacyColumn {
  readonly name: string;
  /** `VARCHAR(40)`, `NUMBER(9)`, `CHAR(8)`, `DATE` ... */
  readonly type: string;
  /** False unless said otherwise. */
  readonly nullable?: boolean;
  readonly comment?: string;
}

export interface LegacyIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique?: boolean;
}

/** Dates and times are text as SQL prints them (`2026-01-31 14:05:00`); bytes stay undecoded. */
export type LegacyValue = string | number | null | Uint8Array;

/**
 * Describes a table in few words: `"PERSNO NUMBER(9)"`, or `"NATLID CHAR(11) null -- National number"`.
 * A column is not nullable unless `null` follows its type.
 */
export function legacyTable(
  name: string,
  columns: readonly string[],
  rest: Pick<LegacyTable, "primaryKey" | "indexes" | "comment"> = {},
): LegacyTable {
  return { name, columns: columns.map(parseColumn), ...rest };
}

/** `tblClient` of `dbo.tblClient`. */
export function nameWithoutSchema(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}

/** Makes values as the column stores them: CHAR(n) filled up with blanks, longer text cut off as old systems do. */
export function fitterOf({ type }: LegacyColumn): ((value: LegacyValue) => LegacyValue) | undefined {
  const match = /^N?(VAR)?(?:CHAR2?|BINARY)\((\d+)/.exec(type);
  if (!match) return undefined;
  const length = Number(match[2]);
  const padded = match[1] === undefined;
  return (value) => {
    if (value === null || typeof value === "number") return value;
    if (typeof value === "string" && beyondTwoBytes.test(value)) return fitted([...value], length, padded);
    if (value.length > length) return value.slice(0, length);
    return padded && typeof value === "string" && value.length < length ? value.padEnd(length) : value;
  };
}

/** Characters that are two to JavaScript and one to a database. */
const beyondTwoBytes = /[\u{10000}-\u{10ffff}]/u;

function fitted(characters: readonly string[], length: number, padded: boolean): string {
  const blanks = padded ? " ".repeat(Math.max(0, length - characters.length)) : "";
  return characters.slice(0, length).join("") + blanks;
}

function parseColumn(text: string): LegacyColumn {
  const match = /^(\S+) ([^-]+?)( null)?(?: -- (.+))?$/.exec(text);
  if (!match) throw new Error(`A column must be written like "NAME TYPE null -- comment", but got: ${text}`);
  const [, name = "", type = "", nullable, comment] = match;
  return { name, type, nullable: nullable !== undefined, ...(comment ? { comment } : {}) };
}
