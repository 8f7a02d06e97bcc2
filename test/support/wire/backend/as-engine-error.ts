import Sqlite from "../../../../shared/sql/sqlite/driver.js";
import { doubleError, EngineError, oracleError, tsqlSyntaxError } from "./engine-error.ts";
import type { WireEngine } from "./engine-types.ts";
import { invalidIdentifier } from "./oracle-sql.ts";
import { unknownFunction } from "./refused-words.ts";
import { SqlSyntaxError } from "./sql-tree.ts";

/** What went wrong with a statement, in the engine's words; what only the double cannot do says so. */
export function asEngineError(error: unknown, engine: WireEngine): EngineError {
  if (error instanceof EngineError) return error;
  const oracle = engine === "oracle";
  if (error instanceof SqlSyntaxError) {
    return oracle ? oracleError(933, "SQL command not properly ended") : tsqlSyntaxError(error.near);
  }
  if (!(error instanceof Sqlite.SqliteError)) return doubleError(engine, `the double failed: ${error}`);
  const [, kind = "", name = ""] =
    /^(no such column|no such table|no such function|ambiguous column name|near): ?"?(.*?)"?$/.exec(
      error.message.replace(/^near "(.*)": syntax error$/s, "near: $1"),
    ) ?? [];
  const last = name.split(".").at(-1) ?? name;
  switch (kind) {
    case "no such column":
      return oracle ? invalidIdentifier(name) : new EngineError(207, `Invalid column name '${last}'.`);
    case "no such table":
      return oracle
        ? oracleError(942, "table or view does not exist")
        : new EngineError(208, `Invalid object name '${name}'.`);
    case "no such function":
      return unknownFunction(engine, name);
    case "ambiguous column name":
      return oracle
        ? oracleError(918, "column ambiguously defined")
        : new EngineError(209, `Ambiguous column name '${last}'.`);
    case "near":
      return oracle ? oracleError(933, "SQL command not properly ended") : tsqlSyntaxError(name);
    default:
      return doubleError(engine, `the double cannot run this statement: ${error.message}`);
  }
}
