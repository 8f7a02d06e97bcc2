import { CivigraphError } from "../../errors.ts";
import type { ConnectOptions, ReadConnection, SelectOptions } from "../dialect.ts";
import { EngineTime, type Parameter, type RawRow } from "../raw.ts";
import { readCatalogue } from "./catalogue.ts";
import { createDatabase } from "./database.ts";
import { type Cell, cellOf } from "./messages.ts";

/** A file, read in a thread that is not this one: however slow a statement is, it holds up only its own database. */
export function createConnection(path: string, options: ConnectOptions): ReadConnection {
  // SQLite attaches at most ten files to one connection.
  if (options.schemas.length > 10) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: `${options.department} names ${options.schemas.length} schemas; a SQLite file can stand for at most 10.`,
    });
  }
  const schemas = options.schemas.filter((schema) => !["main", "temp"].includes(schema.toLowerCase()));
  const database = createDatabase(path, schemas, (cause) => {
    return new CivigraphError("DEPARTMENT_UNAVAILABLE", { department: options.department }, { cause });
  });

  function select(sql: string, parameters: readonly Parameter[], given: SelectOptions = {}) {
    const timeoutMs = given.timeoutMs ?? options.timeoutMs ?? 10_000;
    return database.run(sql, cells(parameters), timeoutMs, given.signal);
  }

  return {
    select,
    catalogue: (tables) =>
      readCatalogue((sql, parameters): Promise<readonly RawRow[]> => select(sql, parameters), schemas, tables),
    async ping(signal) {
      await select("SELECT count(*) FROM sqlite_master", [], signal ? { signal } : {});
    },
    reopen: database.reopen,
    close: database.close,
  };
}

function cells(parameters: readonly Parameter[]): readonly Cell[] {
  return parameters.every(isPlain) ? parameters : parameters.map(cell);
}

/** What needs no other form: text, and the numbers of most keys. */
function isPlain(value: Parameter): value is null | string | number {
  return typeof value === "string" || value === null || (typeof value === "number" && Number.isFinite(value));
}

function cell(value: Parameter): Cell {
  if (typeof value === "string" || value === null) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof EngineTime) return value.text;
  return value instanceof Date ? value.toISOString() : cellOf(value);
}
