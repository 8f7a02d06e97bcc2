import { EngineError, tsqlSyntaxError } from "./engine-error.ts";
import { type EngineType, findEngineType } from "./engine-types.ts";
import { expressionType, type StatementScope } from "./expression-types.ts";
import { convertBesideMoments } from "./implicit-moments.ts";
import { refuseTsqlSelect } from "./refused-selects.ts";
import { refuseForeignWords } from "./refused-words.ts";
import {
  type DialectRules,
  limitClause,
  operandEnd,
  operandStart,
  rewriteCalls,
  takeRowLimit,
  typedCall,
} from "./rewriting.ts";
import {
  callArguments,
  type Group,
  group,
  isName,
  isSymbol,
  isWord,
  type Node,
  splitAt,
  symbol,
  type Token,
  textLiteral,
  word,
  writeTree,
} from "./sql-tree.ts";

/** T-SQL as SQLite can run it, with SQL Server's refusals. */
export const tsqlRules: DialectRules = {
  concatenation: { operator: "+", call: "tsql_join" },

  isConcatenation: (operands, scope) =>
    operands.some((operand) => {
      const type = expressionType(operand, scope);
      return (
        operand[0]?.kind === "string" || type?.kind === "char" || type?.kind === "varchar" || type?.kind === "text"
      );
    }),

  rewriteCall(name, call, scope) {
    switch (name) {
      case "CAST":
      case "TRY_CAST": {
        const at = call.items.findIndex((node) => isWord(node, "AS"));
        return conversion(name.startsWith("TRY"), call.items.slice(at + 1), call.items.slice(0, at), undefined, scope);
      }
      case "CONVERT":
      case "TRY_CONVERT": {
        const [target = [], value = [], style] = callArguments(call);
        return conversion(name.startsWith("TRY"), target, value, style, scope);
      }
      case "DATEADD":
      case "DATEDIFF": {
        const [part = [], ...rest] = callArguments(call);
        const type = name === "DATEADD" ? expressionType(rest[1] ?? [], scope) : findEngineType("mssql", "INT");
        return typedCall(`tsql_${name.toLowerCase()}`, [[textLiteral(writeTree(part))], ...rest], type);
      }
      default:
        if (CATALOGUE_CALLS[name]) return catalogueCall(CATALOGUE_CALLS[name], call);
        return RENAMED[name] === undefined
          ? undefined
          : typedCall(RENAMED[name], callArguments(call), resultType(name, call, scope));
    }
  },

  rewriteConditions(nodes, scope) {
    refuseForeignWords(nodes, "mssql");
    refuseTuples(nodes);
    const convert = (operand: Node[], type: EngineType) => {
      const target = type.scale > 0 && type.name !== "DATETIME" ? `${type.name}(${type.scale})` : type.name;
      const value = rewriteCalls(operand, tsqlRules, scope);
      return typedCall("tsql_convert", [value, [textLiteral(target)], [textLiteral("")], [word("0")]], type);
    };
    return nameDerivedColumns(convertBesideMoments(likes(collate(dropHints(nodes)), scope), scope, convert, true));
  },

  rewriteSelect(nodes, scope, nested) {
    refuseTsqlSelect(nodes, scope);
    const top = takeTop(nodes);
    const { rest, skipped, rows } = takeRowLimit(top.rest);
    const ordered = rest.some((node, at) => isWord(node, "ORDER") && isWord(rest[at + 1], "BY"));
    if (rows.length > 0 && skipped.length === 0) throw invalidFetch("FETCH");
    if (skipped.length > 0) {
      if (!ordered) throw invalidFetch(writeTree(skipped.slice(0, 1)));
      if (top.rows.length > 0) {
        throw new EngineError(10741, "A TOP can not be used in the same query or sub-query as a OFFSET.", {
          severity: 15,
          state: 2,
        });
      }
      return [...rest, ...limitClause(rows.length > 0 ? rows : [symbol("-"), word("1")], skipped)];
    }
    if (top.rows.length > 0) return [...rest, ...limitClause(top.rows)];
    if (nested && ordered && isWord(nodes[0], "SELECT")) {
      throw new EngineError(
        1033,
        "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.",
        { severity: 15 },
      );
    }
    return rest;
  },

  rewriteToken(token) {
    if (token.kind === "symbol" && !"()+-*/%,.;=<>!&|^~".includes(token.text[0] as string))
      throw tsqlSyntaxError(token.text);
    if (token.text === "||") throw tsqlSyntaxError("|");
    if (token.kind === "word" && ["LIMIT", "ILIKE"].includes(token.value.toUpperCase()))
      throw tsqlSyntaxError(token.value);
    if (token.kind === "word" && ["TRUE", "FALSE"].includes(token.value.toUpperCase())) {
      throw new EngineError(207, `Invalid column name '${token.value}'.`);
    }
    return [token.kind === "param" && token.value.startsWith("@") ? systemVariable(token) : token];
  },
};

/** SQL Server's name to SQLite's or ours. */
const RENAMED: Readonly<Record<string, string>> = {
  ISNULL: "ifnull",
  LEN: "tsql_len",
  LEFT: "tsql_left",
  RIGHT: "tsql_right",
  COUNT_BIG: "count",
  CHARINDEX: "tsql_charindex",
  DATALENGTH: "tsql_datalength",
  STRING_AGG: "group_concat",
  GETDATE: "tsql_now",
  GETUTCDATE: "tsql_now",
  SYSDATETIME: "tsql_now",
  SYSUTCDATETIME: "tsql_now",
  CURRENT_TIMESTAMP: "tsql_now",
  CEILING: "ceil",
  YEAR: "tsql_year",
  MONTH: "tsql_month",
  DAY: "tsql_day",
};

const OBJECTS = "sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id";

/** Functions that look in the catalogue: what they select, and by which name they find it. */
const CATALOGUE_CALLS: Readonly<Record<string, readonly [string, string]>> = {
  OBJECT_ID: [`o.object_id FROM ${OBJECTS}`, "IN (o.name, s.name || '.' || o.name) COLLATE NOCASE"],
  OBJECT_NAME: [`o.name FROM ${OBJECTS}`, "= o.object_id"],
  SCHEMA_NAME: ["s.name FROM sys.schemas s", "= s.schema_id"],
  TYPE_NAME: ["t.name FROM sys.types t", "= t.user_type_id"],
};

function catalogueCall([selected, found]: readonly [string, string], call: Group): Node[] {
  const [argument = []] = callArguments(call);
  const name = [word("replace(replace("), ...argument, word(", '[', ''), ']', '')")];
  // Without an argument it is the caller's own schema, `dbo`, which is the first.
  const own = argument.length === 0 ? [word("1")] : argument;
  const sought = found.startsWith("=") ? own : name;
  const type = findEngineType("mssql", selected.includes("object_id FROM") ? "INT" : "SYSNAME");
  return [group([word(`SELECT ${selected} WHERE`), ...sought, word(found)], type)];
}

function resultType(name: string, call: Group, scope: StatementScope) {
  if (RENAMED[name] === "tsql_now") return findEngineType("mssql", name.startsWith("SYS") ? "DATETIME2" : "DATETIME");
  if (["LEN", "CHARINDEX", "DATALENGTH", "YEAR", "MONTH", "DAY"].includes(name)) return findEngineType("mssql", "INT");
  if (name === "COUNT_BIG") return findEngineType("mssql", "BIGINT");
  return name === "ISNULL" ? expressionType(callArguments(call)[0] ?? [], scope) : undefined;
}

/** The conversion functions need to know what they convert: a DECIMAL(10,2) is 12.50 as text. */
function conversion(
  tried: boolean,
  target: Node[],
  value: Node[],
  style: Node[] | undefined,
  scope: StatementScope,
): Node[] {
  const declared = writeTree(target).replaceAll('"', "");
  const type = findEngineType("mssql", declared);
  if (!type) throw new EngineError(243, `Type ${declared} is not a defined system type.`);
  const sized = /\(/.test(declared) || (type.kind !== "char" && type.kind !== "varchar" && type.kind !== "binary");
  const source = expressionType(value, scope);
  const sourceText = source ? `${source.name}(${source.precision || source.length},${source.scale})` : "";
  const parts = [
    value,
    [textLiteral(sized ? declared : `${declared}(30)`)],
    [textLiteral(sourceText)],
    style ?? [word("0")],
  ];
  return typedCall(tried ? "tsql_try_convert" : "tsql_convert", parts, sized ? type : { ...type, length: 30 });
}

function takeTop(nodes: readonly Node[]): { rest: Node[]; rows: Node[] } {
  const at = nodes.findIndex(
    (node, index) => isWord(node, "TOP") && isWord(nodes[index - 1], "SELECT", "DISTINCT", "ALL"),
  );
  if (at < 0) return { rest: [...nodes], rows: [] };
  const rows = nodes[at + 1];
  if (!rows || (rows.kind === "param" && rows.text.startsWith("@")))
    throw tsqlSyntaxError(rows ? writeTree([rows]) : "TOP");
  return { rest: [...nodes.slice(0, at), ...nodes.slice(at + 2)], rows: [rows] };
}

/** Lock hints and query hints mean nothing to SQLite. */
function dropHints(nodes: readonly Node[]): Node[] {
  const isHint = (at: number) => {
    const list = nodes[at + 1];
    return (
      list?.kind === "group" &&
      (isWord(nodes[at], "OPTION") || (at > 0 && isWord(nodes[at], "WITH") && isHintList(list)))
    );
  };
  return nodes.filter((_, at) => !isHint(at) && !isHint(at - 1));
}

/** Binary collations of SQL Server pass over blanks at the end, like all of its collations. */
function collate(nodes: readonly Node[]): Node[] {
  return nodes.map((node, at) => {
    if (node.kind !== "word" || !isWord(nodes[at - 1], "COLLATE")) return node;
    if (!/_(?:BIN2?|C[IS]_A[IS]\w*)$/i.test(node.value)) {
      throw new EngineError(448, `Invalid collation '${node.value}'.`, { state: 3 });
    }
    return word(/_BIN2?$/i.test(node.value) ? "RTRIM" : "NOCASE");
  });
}

/** LIKE sees the blanks of CHAR columns, and the case of letters under a binary collation. */
function likes(nodes: readonly Node[], scope: StatementScope): Node[] {
  const result = [...nodes];
  for (let at = nodes.length - 1; at > 0; at--) {
    if (!isWord(result[at], "LIKE")) continue;
    if (isWord(result[at - 1], "RTRIM") && isWord(result[at - 2], "COLLATE")) {
      const end = operandEnd(result, at + 1);
      const escapedBy = isWord(result[end], "ESCAPE") ? result[end + 1] : undefined;
      const parts = [result.slice(at + 1, end), ...(escapedBy ? [[escapedBy]] : [])];
      result.splice(at, end + (escapedBy ? 2 : 0) - at, word("GLOB"), ...typedCall("tsql_glob", parts, undefined));
      padOperand(result, at - 2, scope);
      continue;
    }
    padOperand(result, isWord(result[at - 1], "NOT") ? at - 1 : at, scope);
  }
  return result;
}

/** Fills the operand that ends before `end` up with blanks, if it is of a CHAR column. */
function padOperand(nodes: Node[], end: number, scope: StatementScope): void {
  const start = operandStart(nodes, end - 1);
  const operand = nodes.slice(start, end);
  const type = expressionType(operand, scope);
  if (type?.kind !== "char") return;
  nodes.splice(start, end - start, ...typedCall("tsql_padded", [operand, [word(String(type.length))]], undefined));
}

/** `(VALUES ...) AS v(a, b)`: SQLite names the columns of a derived table only in WITH. */
function nameDerivedColumns(nodes: readonly Node[]): Node[] {
  const result = [...nodes];
  for (let at = 0; at < result.length; at++) {
    const derived = result[at];
    const aliasAt = isWord(result[at + 1], "AS") ? at + 2 : at + 1;
    const [alias, names] = result.slice(aliasAt, aliasAt + 2);
    if (derived?.kind !== "group" || !isWord(result[at - 1], "FROM", "JOIN", "APPLY") || !isName(alias)) continue;
    if (names?.kind !== "group") continue;
    const body = [word("WITH"), alias, names, word("AS"), derived, word("SELECT"), symbol("*"), word("FROM"), alias];
    result.splice(at, aliasAt + 2 - at, group(body), word("AS"), alias);
  }
  return result;
}

function isHintList(list: Group): boolean {
  return list.items.every((node) => isSymbol(node, ",") || isWord(node, ...HINTS));
}

const HINTS =
  "NOLOCK READUNCOMMITTED READCOMMITTED READPAST REPEATABLEREAD SERIALIZABLE HOLDLOCK ROWLOCK TABLOCK UPDLOCK".split(
    " ",
  );

/** SQL Server has no row values. */
function refuseTuples(nodes: readonly Node[]): void {
  nodes.forEach((node, at) => {
    if (!isWord(node, "IN")) return;
    const before = nodes[isWord(nodes[at - 1], "NOT") ? at - 2 : at - 1];
    const called = nodes[isWord(nodes[at - 1], "NOT") ? at - 3 : at - 2];
    const isCall = called?.kind === "word" && !isWord(called, "WHERE", "AND", "OR", "ON", "WHEN", "NOT", "HAVING");
    if (before?.kind === "group" && !isCall && splitAt(before.items).length > 1) {
      throw new EngineError(
        4145,
        "An expression of non-boolean type specified in a context where a condition is expected, near ','.",
        { severity: 15 },
      );
    }
  });
}

/** SQL Server reads OFFSET as the table's alias when no ORDER BY stands before it, and says so. */
function invalidFetch(near: string): EngineError {
  return new EngineError(102, `Incorrect syntax near '${near}'.`, {
    severity: 15,
    followedBy: new EngineError(153, "Invalid usage of the option NEXT in the FETCH statement.", {
      severity: 15,
      state: 2,
    }),
  });
}

const SYSTEM_VARIABLES: Readonly<Record<string, string>> = {
  "@VERSION": "'Microsoft SQL Server 2019 (RTM-CU25) - 15.0.4355.3 (X64)'",
  "@SPID": "51",
  "@TRANCOUNT": "tsql_trancount()",
  "@ROWCOUNT": "0",
  "@LOCK_TIMEOUT": "-1",
  "@SERVERNAME": "'WIRE'",
  "@MAX_PRECISION": "38",
};

function systemVariable(token: Token): Token {
  const text = SYSTEM_VARIABLES[token.value.toUpperCase()];
  if (!text)
    throw new EngineError(137, `Must declare the scalar variable "@${token.value}".`, { severity: 15, state: 2 });
  return word(text);
}
