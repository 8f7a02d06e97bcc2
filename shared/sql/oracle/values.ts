import { plainDecimal } from "../plain-decimal.ts";
import { EngineTime, type Parameter, type RawValue } from "../raw.ts";
import { shortestSingle } from "../single-precision.ts";
import type { ColumnFacts, Driver, FetchType } from "./driver.ts";

/** Stored nowhere, equal to nothing, and less than every text: what an empty text is elsewhere. Oracle's is NULL. */
const emptyText = "\u0000";

/** A parameter as the driver sends it. */
export function bound(value: Parameter): unknown {
  if (value === "") return emptyText;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof EngineTime) return value.text;
  if (value instanceof Date) return value.toISOString().slice(0, 23).replace("T", " ");
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}

/** Asked of each statement: the driver's own list of types to fetch as text is one for the whole process. */
export function fetchTypes(driver: Driver): (column: ColumnFacts) => FetchType | undefined {
  const types = new Map<unknown, FetchType>([
    [driver.DB_TYPE_NUMBER, { type: driver.DB_TYPE_VARCHAR, converter: number }],
    [driver.DB_TYPE_BINARY_FLOAT, { converter: single }],
    [driver.DB_TYPE_CLOB, { type: driver.DB_TYPE_VARCHAR }],
    [driver.DB_TYPE_NCLOB, { type: driver.DB_TYPE_NVARCHAR }],
    [driver.DB_TYPE_BLOB, { type: driver.DB_TYPE_RAW }],
  ]);
  return ({ dbType }) => types.get(dbType);
}

/** Whole numbers as numbers as far as they are exact, decimals digit by digit. */
function number(text: string | null): RawValue {
  if (text === null) return null;
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  if (/^-?\d+$/.test(text)) return BigInt(text);
  return plainDecimal(text);
}

function single(value: number | null): RawValue {
  return value === null ? null : shortestSingle(value);
}
