import { CivigraphError } from "../../errors.ts";
import type { ConnectOptions, ReadConnection, SelectOptions } from "../dialect.ts";
import { EngineTime, type Parameter, type RawRow } from "../raw.ts";
import { readCatalogue } from "./catalogue.ts";
import { type Cell, cellOf } from "./messages.ts";
import { createThread } from "./thread.ts";

/** A file, read in a thread of its own: however slow a statement is, it holds up only its own database. */
export function createConnection(path: string, options: ConnectOptions): ReadConnection {
  // SQLite attaches at most ten files to one connection.
  if (options.schemas.length > 10) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: `${options.department} names ${options.schemas.length} schemas; a SQLite file can stand for at most 10.`,
    });
  }
  const schemas = options.schemas.filter((schema) => !["main", "temp"].includes(schema.toLowerCase()));
  const thread = createThread({ path, schemas }, (cause) => {
    return new CivigraphError("DEPARTMENT_UNAVAILABLE", { department: options.department }, { cause });
  });

  function select(sql: string, parameters: readonly Parameter[], given: SelectOptions = {}) {
    const timeoutMs = given.timeoutMs ?? options.timeoutMs ?? 10_000;
    return thread.run(sql, parameters.map(cell), timeoutMs, given.signal);
  }

  return {
    select,
    catalogue: (tables) =>
      readCatalogue((sql, parameters): Promise<readonly RawRow[]> => select(sql, parameters), schemas, tables),
    async ping(signal) {
      await select("SELECT count(*) FROM sqlite_master", [], signal ? { signal } : {});
    },
    reopen: thread.restart,
    close: thread.close,
  };
}

function cell(value: Parameter): Cell {
  if (typeof value === "string" || value === null) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof EngineTime) return value.text;
  return value instanceof Date ? value.toISOString() : cellOf(value);
}
