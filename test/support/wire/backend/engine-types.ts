/** Which engine's rules, words and type names apply. */
export type WireEngine = "mssql" | "oracle";

/** What a type is on the wire and in SQLite, whatever the engine calls it. */
export type TypeKind =
  | "integer"
  | "decimal"
  | "float"
  | "bit"
  | "char"
  | "varchar"
  | "text"
  | "date"
  | "datetime"
  | "zoned"
  | "time"
  | "binary"
  | "blob"
  | "guid"
  | "rowid";

/** A column type as the engine declares it, taken apart. */
export interface EngineType {
  /** The engine's own name in capitals, without arguments: `VARCHAR2`, `DATETIME2`. */
  readonly name: string;
  readonly kind: TypeKind;
  /** Characters or bytes; `Infinity` for `(max)`. */
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  /** N-types travel as UTF-16. */
  readonly national: boolean;
}

interface Defaults {
  readonly kind: TypeKind;
  readonly length?: number;
  readonly precision?: number;
  readonly scale?: number;
}

const MSSQL_TYPES: Readonly<Record<string, Defaults>> = {
  TINYINT: { kind: "integer", length: 1, precision: 3 },
  SMALLINT: { kind: "integer", length: 2, precision: 5 },
  INT: { kind: "integer", length: 4, precision: 10 },
  INTEGER: { kind: "integer", length: 4, precision: 10 },
  BIGINT: { kind: "integer", length: 8, precision: 19 },
  BIT: { kind: "bit", length: 1 },
  DECIMAL: { kind: "decimal", precision: 18 },
  NUMERIC: { kind: "decimal", precision: 18 },
  MONEY: { kind: "decimal", length: 8, precision: 19, scale: 4 },
  SMALLMONEY: { kind: "decimal", length: 4, precision: 10, scale: 4 },
  FLOAT: { kind: "float", length: 8 },
  REAL: { kind: "float", length: 4 },
  CHAR: { kind: "char", length: 1 },
  NCHAR: { kind: "char", length: 1 },
  VARCHAR: { kind: "varchar", length: 1 },
  NVARCHAR: { kind: "varchar", length: 1 },
  SYSNAME: { kind: "varchar", length: 128 },
  TEXT: { kind: "text", length: 2_147_483_647 },
  NTEXT: { kind: "text", length: 1_073_741_823 },
  DATE: { kind: "date", length: 3 },
  SMALLDATETIME: { kind: "datetime", length: 4 },
  DATETIME: { kind: "datetime", length: 8, scale: 3 },
  DATETIME2: { kind: "datetime", length: 8, scale: 7 },
  DATETIMEOFFSET: { kind: "zoned", length: 10, scale: 7 },
  TIME: { kind: "time", length: 5, scale: 7 },
  BINARY: { kind: "binary", length: 1 },
  VARBINARY: { kind: "binary", length: 1 },
  IMAGE: { kind: "binary", length: Number.POSITIVE_INFINITY },
  UNIQUEIDENTIFIER: { kind: "guid", length: 16 },
};

const ORACLE_TYPES: Readonly<Record<string, Defaults>> = {
  NUMBER: { kind: "decimal" },
  INTEGER: { kind: "decimal", precision: 38 },
  INT: { kind: "decimal", precision: 38 },
  SMALLINT: { kind: "decimal", precision: 38 },
  DECIMAL: { kind: "decimal", precision: 38 },
  NUMERIC: { kind: "decimal", precision: 38 },
  FLOAT: { kind: "decimal" },
  BINARY_FLOAT: { kind: "float", length: 4 },
  BINARY_DOUBLE: { kind: "float", length: 8 },
  CHAR: { kind: "char", length: 1 },
  NCHAR: { kind: "char", length: 1 },
  VARCHAR2: { kind: "varchar", length: 1 },
  VARCHAR: { kind: "varchar", length: 1 },
  NVARCHAR2: { kind: "varchar", length: 1 },
  CLOB: { kind: "text", length: 2_147_483_647 },
  NCLOB: { kind: "text", length: 1_073_741_823 },
  LONG: { kind: "text", length: 2_147_483_647 },
  DATE: { kind: "datetime", length: 7 },
  TIMESTAMP: { kind: "datetime", length: 11, scale: 6 },
  "TIMESTAMP WITH TIME ZONE": { kind: "zoned", length: 13, scale: 6 },
  "TIMESTAMP WITH LOCAL TIME ZONE": { kind: "zoned", length: 11, scale: 6 },
  RAW: { kind: "binary", length: 1 },
  BLOB: { kind: "blob", length: 2_147_483_647 },
  ROWID: { kind: "rowid", length: 18 },
};

/** Oracle's NUMBER without precision and scale keeps any scale; the wire says so with -127. */
export const ANY_SCALE = -127;

/** The type that `declaration` (`DECIMAL(10,2)`, `VARCHAR2(40 CHAR)`) names, or undefined when the engine has none such. */
export function findEngineType(engine: WireEngine, declaration: string): EngineType | undefined {
  const match = /^\s*([A-Z_0-9]+)\s*(?:\(([^)]*)\))?\s*(WITH\s+(?:LOCAL\s+)?TIME\s+ZONE)?/i.exec(declaration);
  if (!match?.[1]) return undefined;
  const name = [match[1], match[3]?.replace(/\s+/g, " ")].filter(Boolean).join(" ").toUpperCase();
  const defaults = (engine === "mssql" ? MSSQL_TYPES : ORACLE_TYPES)[name];
  if (!defaults) return undefined;
  const [first, second] = (match[2] ?? "").split(",").map((part) => part.trim().split(/\s+/)[0] ?? "");
  const sized = defaults.kind === "char" || defaults.kind === "varchar" || defaults.kind === "binary";
  const argument =
    first === "" || first === undefined ? undefined : Number(first.toLowerCase() === "max" ? "Infinity" : first);
  const anyScale = engine === "oracle" && (name === "NUMBER" || name === "FLOAT") && argument === undefined;
  const timed = defaults.kind === "datetime" || defaults.kind === "zoned" || defaults.kind === "time";
  return {
    name,
    kind: defaults.kind,
    length: (sized ? argument : undefined) ?? defaults.length ?? 22,
    precision:
      (defaults.kind === "decimal" && defaults.length === undefined ? argument : undefined) ?? defaults.precision ?? 0,
    scale: anyScale ? ANY_SCALE : timed ? (argument ?? defaults.scale ?? 0) : Number(second || (defaults.scale ?? 0)),
    national: name.startsWith("N") && defaults.kind !== "decimal",
  };
}

/** As `findEngineType`, for declarations that a test wrote itself.
 * @throws Error that names the declaration when the engine has no such type. */
export function engineType(engine: WireEngine, declaration: string): EngineType {
  const type = findEngineType(engine, declaration);
  if (!type) throw new Error(`${engine} has no column type "${declaration}".`);
  return type;
}
