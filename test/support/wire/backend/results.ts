import { type EngineType, engineType, type WireEngine } from "./engine-types.ts";
import type { Stored } from "./stored-values.ts";

/** A value that a client bound. */
export interface BoundValue {
  readonly value: Stored;
  readonly type: EngineType | undefined;
}

export interface ResultColumn {
  readonly name: string;
  readonly type: EngineType;
  readonly nullable: boolean;
}

export interface ResultRows {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Stored[])[];
}

/** The type that a value without a declared column travels as. */
export function typeOfValues(engine: WireEngine, values: readonly Stored[]): EngineType {
  const present = values.filter((value) => value !== null);
  const all = (test: (value: Stored) => boolean) => present.length > 0 && present.every(test);
  if (engine === "oracle") {
    if (all((value) => typeof value === "bigint" || typeof value === "number")) return engineType(engine, "NUMBER");
    return engineType(engine, all((value) => Buffer.isBuffer(value)) ? "RAW(2000)" : "VARCHAR2(4000)");
  }
  if (present.length === 0 || all((value) => typeof value === "bigint" && BigInt.asIntN(32, value) === value)) {
    return engineType(engine, "INT");
  }
  if (all((value) => typeof value === "bigint")) return engineType(engine, "BIGINT");
  if (all((value) => typeof value === "bigint" || typeof value === "number")) return engineType(engine, "FLOAT");
  if (all((value) => Buffer.isBuffer(value))) return engineType(engine, "VARBINARY(max)");
  const long = present.some((value) => String(value).length > 4000);
  return engineType(engine, long ? "NVARCHAR(max)" : "NVARCHAR(4000)");
}

export function isText(bound: BoundValue): boolean {
  return typeof bound.value === "string";
}
