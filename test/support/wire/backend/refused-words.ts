import { EngineError, oracleError, tsqlSyntaxError } from "./engine-error.ts";
import { findEngineType, type WireEngine } from "./engine-types.ts";
import { isSymbol, isWord, type Node } from "./sql-tree.ts";

const BEFORE_PARENTHESES = new Set(
  (
    "ALL AND ANY APPLY AS BETWEEN BY CASE CROSS DISTINCT ELSE END EXCEPT EXISTS FROM HAVING IN INTERSECT INTO IS JOIN LIKE " +
    "ESCAPE FETCH FIRST MINUS NEXT NOT OFFSET ON OPTION OR OUTER OVER PARTITION SELECT SOME THEN TOP UNION USING VALUES WHEN WHERE WITH GROUP ROWS"
  ).split(" "),
);
const SHARED =
  "ABS AVG CAST COALESCE CONCAT COUNT DENSE_RANK FIRST_VALUE FLOOR LAG LAST_VALUE LEAD LOWER LTRIM MAX MIN NTILE NULLIF " +
  "POWER RANK REPLACE ROUND ROW_NUMBER RTRIM SIGN SQRT SUM TRIM UPPER";
const FUNCTIONS: Readonly<Record<WireEngine, ReadonlySet<string>>> = {
  mssql: new Set(
    (
      `${SHARED} CEILING CHARINDEX CONVERT COUNT_BIG DATALENGTH DATEADD DATEDIFF DAY DB_NAME GETDATE GETUTCDATE IIF ISNULL ` +
      "LEFT LEN MONTH OBJECT_ID OBJECT_NAME ORIGINAL_LOGIN RIGHT SCHEMA_NAME SERVERPROPERTY STRING_AGG SUBSTRING SUSER_SNAME " +
      "SYSDATETIME SYSUTCDATETIME TRY_CAST TRY_CONVERT TYPE_NAME UNICODE YEAR"
    ).split(" "),
  ),
  oracle: new Set(
    (
      `${SHARED} CEIL DECODE GREATEST INSTR LEAST LENGTH LISTAGG LPAD MOD NVL NVL2 RPAD SUBSTR SYS_CONTEXT TO_CHAR TO_DATE ` +
      "FROM_TZ TO_NUMBER TO_TIMESTAMP TRUNC ORACLE_SYSDATE ORACLE_SYSTIMESTAMP ORACLE_USER ORACLE_DBTIMEZONE"
    ).split(" "),
  ),
};

/**
 * SQLite's own words and functions, which it would accept and the engine would not.
 * @throws EngineError 195, ORA-00904 for functions; a syntax error for the rest
 */
export function refuseForeignWords(nodes: readonly Node[], engine: WireEngine): void {
  nodes.forEach((node, at) => {
    if (isWord(node, "DISTINCT") && isWord(nodes[at - 1], "IS", "NOT")) throw syntaxError(engine, "DISTINCT");
    if (isWord(node, "FILTER", "GLOB", "REGEXP")) throw syntaxError(engine, node.value);
    if (engine === "mssql" && isWord(node, "NULLS")) throw syntaxError(engine, "NULLS");
    if (node.kind === "group" && isWord(node.items[0], "VALUES")) refuseValues(nodes, at, engine);
    const name = node.kind === "word" ? node.value.toUpperCase() : undefined;
    if (name === undefined || nodes[at + 1]?.kind !== "group" || BEFORE_PARENTHESES.has(name)) return;
    // `WITH k(a) AS (...)`, `(...) AS k(a)`, `(...) k(a)` and `varchar(40)` are no calls.
    const listed = isWord(nodes[at + 2], "AS") && nodes[at + 3]?.kind === "group";
    const before = nodes[at - 1];
    if (
      listed ||
      before?.kind === "group" ||
      isWord(before, "AS") ||
      isSymbol(before, ".") ||
      findEngineType(engine, name)
    )
      return;
    if (!FUNCTIONS[engine].has(name)) throw unknownFunction(engine, node.kind === "word" ? node.value : name);
  });
}

/** A list of rows is a table in FROM only, and in Oracle not before 23ai. */
function refuseValues(nodes: readonly Node[], at: number, engine: WireEngine): void {
  if (engine === "oracle") throw oracleError(928, "missing SELECT keyword");
  if (!isWord(nodes[at - 1], "FROM", "JOIN", "APPLY")) {
    throw new EngineError(156, "Incorrect syntax near the keyword 'VALUES'.", { severity: 15 });
  }
  const alias = nodes[isWord(nodes[at + 1], "AS") ? at + 2 : at + 1];
  const named = nodes[isWord(nodes[at + 1], "AS") ? at + 3 : at + 2]?.kind === "group";
  if (!named && alias && alias.kind !== "group") {
    throw new EngineError(8155, `No column name was specified for column 1 of '${alias.value}'.`, { state: 2 });
  }
}

export function unknownFunction(engine: WireEngine, name: string): EngineError {
  return engine === "oracle"
    ? oracleError(904, `"${name.toUpperCase()}": invalid identifier`)
    : new EngineError(195, `'${name}' is not a recognized built-in function name.`, { severity: 15, state: 10 });
}

function syntaxError(engine: WireEngine, near: string): EngineError {
  return engine === "oracle" ? oracleError(933, "SQL command not properly ended") : tsqlSyntaxError(near);
}
