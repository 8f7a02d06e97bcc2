import { storedDecimal } from "./decimals.ts";
import type { EngineType, WireEngine } from "./engine-types.ts";
import { momentOf, readMoment, writeMoment } from "./moments.ts";

/** What SQLite holds and gives back. Integers are read as bigint. */
export type Stored = bigint | number | string | Buffer | null;

/**
 * The value that a column of `type` holds after `value` was inserted.
 * Oracle: `''` is NULL, and CHAR is blank-padded. SQL Server compares without trailing blanks, so CHAR is kept without them
 * and padded again on the wire.
 * @throws Error when the value is none of the type: the table of a test is wrong.
 */
export function toStored(engine: WireEngine, type: EngineType, value: unknown): Stored {
  if (value === null || value === undefined) return null;
  if (engine === "oracle" && value === "") return null;
  switch (type.kind) {
    case "integer":
    case "bit":
      return BigInt(typeof value === "string" ? value : Number(value));
    case "decimal":
      return storedDecimal(typeof value === "boolean" ? Number(value) : (value as bigint | number | string));
    case "float":
      return Number(value);
    case "char":
      return engine === "oracle" ? String(value).padEnd(type.length) : String(value).trimEnd();
    case "binary":
    case "blob":
      return Buffer.isBuffer(value) ? value : Buffer.from(String(value), "hex");
    case "date":
    case "datetime":
    case "zoned":
    case "time":
      return storedMoment(type, value);
    case "guid":
      return String(value).toUpperCase();
    default:
      return String(value);
  }
}

/** The SQLite column type that gives comparisons the engine's behaviour. */
export function storageClass(engine: WireEngine, type: EngineType, exact: boolean): string {
  switch (type.kind) {
    case "integer":
    case "bit":
      return "INTEGER";
    case "decimal":
      return exact ? "BLOB" : "NUMERIC";
    case "float":
      return "REAL";
    case "binary":
    case "blob":
      return "BLOB";
    case "char":
      return engine === "mssql" ? "TEXT COLLATE NOCASE" : "TEXT COLLATE RTRIM";
    case "varchar":
    case "text":
      return engine === "mssql" ? "TEXT COLLATE NOCASE" : "TEXT";
    case "zoned":
      return "TEXT COLLATE RTRIM";
    default:
      return "TEXT";
  }
}

function storedMoment(type: EngineType, value: unknown): string {
  const moment = value instanceof Date ? momentOf(value) : readMoment(String(value));
  if (!moment) throw new Error(`A ${type.name} column was given a value that is no date or time.`);
  if (type.kind === "zoned") return writeMoment({ ...moment, offset: moment.offset ?? 0 });
  if (type.kind === "date")
    return writeMoment({ ...moment, hour: 0, minute: 0, second: 0, nanosecond: 0, offset: undefined });
  return writeMoment({ ...moment, offset: undefined });
}
