import { doubleError, type EngineError, oracleError } from "./engine-error.ts";
import { ANY_SCALE, type EngineType, engineType, findEngineType } from "./engine-types.ts";
import { expressionType, type StatementScope } from "./expression-types.ts";
import { convertBesideMoments } from "./implicit-moments.ts";
import { dualTable, placeNulls, rewriteComparisons, rewriteLiterals } from "./oracle-conditions.ts";
import { refuseOracleSelect } from "./refused-selects.ts";
import { refuseForeignWords } from "./refused-words.ts";
import { type DialectRules, limitClause, rewriteCalls, takeRowLimit, typedCall } from "./rewriting.ts";
import {
  callArguments,
  type Group,
  group,
  isSymbol,
  isWord,
  type Node,
  symbol,
  type Token,
  textLiteral,
  word,
  writeTree,
} from "./sql-tree.ts";

/** Oracle SQL as SQLite can run it, with Oracle's refusals. */
export const oracleRules: DialectRules = {
  concatenation: { operator: "||", call: "oracle_join" },

  isConcatenation: () => true,

  rewriteCall(name, call, scope) {
    const parts = callArguments(call);
    switch (name) {
      case "CAST": {
        const at = call.items.findIndex((node) => isWord(node, "AS"));
        return conversion(call.items.slice(at + 1), call.items.slice(0, at), scope);
      }
      case "TRIM":
        return trim(call, scope);
      case "TRUNC": {
        const type = expressionType(parts[0] ?? [], scope);
        const moment = type?.kind === "datetime" || type?.kind === "zoned";
        return moment
          ? typedCall("oracle_trunc_date", parts, engineType("oracle", "DATE"))
          : typedCall("oracle_trunc", parts, undefined);
      }
      case "TO_CHAR": {
        const type = expressionType(parts[0] ?? [], scope);
        const source = type ? `${type.kind}(${type.scale === ANY_SCALE ? 0 : type.scale})` : "";
        return typedCall(
          "oracle_to_char",
          [parts[0] ?? [], parts[1] ?? [word("NULL")], [textLiteral(source)]],
          VARCHAR2,
        );
      }
      default: {
        const renamed = RENAMED[name];
        return renamed === undefined ? undefined : typedCall(renamed, parts, RESULT_TYPES[renamed]);
      }
    }
  },

  rewriteConditions(nodes, scope) {
    refuseForeignWords(nodes, "oracle");
    const convert = (operand: Node[]) => typedCall("oracle_implicit_date", [operand], DATE);
    const converted = convertBesideMoments(rewriteLiterals(nodes), scope, convert, false);
    const compared = placeNulls(rewriteComparisons(converted, scope));
    return dualTable(
      compared.some((node) => isWord(node, "UNION")) ? rewriteCalls(compared, oracleRules, scope) : compared,
      scope,
    );
  },

  rewriteSelect(nodes, scope) {
    refuseOracleSelect(nodes, scope);
    const { rest, skipped, rows } = takeRowLimit(nodes);
    if (rows.length > 0 || skipped.length > 0) {
      return [...rest, ...limitClause(rows.length > 0 ? rows : [symbol("-"), word("1")], skipped)];
    }
    return takeRownum(rest);
  },

  rewriteToken(token, scope) {
    if (token.kind === "symbol" && !"()+-*/,.;=<>!|:".includes(token.text[0] as string))
      throw oracleError(911, "invalid character");
    if (token.kind === "string" && token.value === "") return [word("NULL")];
    if (token.kind === "quoted") return [checkQuoted(token, scope)];
    if (token.kind !== "word") return [token];
    const name = token.value.toUpperCase();
    if (name === "LIMIT" || name === "ILIKE") throw oracleError(933, "SQL command not properly ended");
    if (name === "TRUE" || name === "FALSE") throw oracleError(904, `"${name}": invalid identifier`);
    const pseudo = PSEUDO_COLUMNS[name];
    return pseudo
      ? typedCall(pseudo[0], [[]], engineType("oracle", pseudo[1]))
      : [{ ...token, text: name, value: name }];
  },
};

const DATE = engineType("oracle", "DATE");
const VARCHAR2 = engineType("oracle", "VARCHAR2(4000)");

const PSEUDO_COLUMNS: Readonly<Record<string, readonly [string, string]>> = {
  SYSDATE: ["oracle_sysdate", "DATE"],
  CURRENT_DATE: ["oracle_sysdate", "DATE"],
  SYSTIMESTAMP: ["oracle_systimestamp", "TIMESTAMP WITH TIME ZONE"],
  USER: ["oracle_user", "VARCHAR2(128)"],
  DBTIMEZONE: ["oracle_dbtimezone", "VARCHAR2(6)"],
  SESSIONTIMEZONE: ["oracle_dbtimezone", "VARCHAR2(6)"],
};

const RENAMED: Readonly<Record<string, string>> = {
  NVL: "ifnull",
  NVL2: "oracle_nvl2",
  DECODE: "oracle_decode",
  TO_DATE: "oracle_to_date",
  TO_TIMESTAMP: "oracle_to_timestamp",
  TO_NUMBER: "oracle_to_number",
  FROM_TZ: "oracle_from_tz",
  SUBSTR: "oracle_substr",
  RTRIM: "oracle_rtrim",
  LTRIM: "oracle_ltrim",
  REPLACE: "oracle_replace",
  LPAD: "oracle_lpad",
  RPAD: "oracle_rpad",
  GREATEST: "max",
  LEAST: "min",
  LISTAGG: "group_concat",
  SYS_CONTEXT: "oracle_sys_context",
};

const RESULT_TYPES = {
  oracle_to_date: engineType("oracle", "DATE"),
  oracle_to_timestamp: engineType("oracle", "TIMESTAMP"),
  oracle_to_number: engineType("oracle", "NUMBER"),
  oracle_from_tz: engineType("oracle", "TIMESTAMP WITH TIME ZONE"),
  oracle_substr: VARCHAR2,
} as Readonly<Record<string, ReturnType<typeof engineType>>>;

function conversion(target: Node[], value: Node[], scope: StatementScope): Node[] {
  const declared = writeTree(target).replaceAll('"', "");
  const type = findEngineType("oracle", declared);
  if (!type) throw oracleError(902, "invalid datatype");
  const source = expressionType(value, scope);
  const parts = [
    value,
    [textLiteral(declared)],
    [textLiteral(source ? `${source.kind}(${Math.max(source.scale, 0)})` : "")],
  ];
  return typedCall("oracle_cast", parts, type);
}

/** `TRIM(BOTH '0' FROM x)`. */
function trim(call: Group, scope: StatementScope): Node[] {
  const from = call.items.findIndex((node) => isWord(node, "FROM"));
  if (from < 0) return typedCall("oracle_trim", callArguments(call), expressionType(call.items, scope) && VARCHAR2);
  const side = isWord(call.items[0], "LEADING")
    ? "oracle_ltrim"
    : isWord(call.items[0], "TRAILING")
      ? "oracle_rtrim"
      : "oracle_trim";
  const characters = call.items.slice(isWord(call.items[0], "LEADING", "TRAILING", "BOTH") ? 1 : 0, from);
  return typedCall(side, [call.items.slice(from + 1), characters], VARCHAR2);
}

/** ROWNUM in the select list counts rows; in WHERE it limits them, before any ORDER BY of the same SELECT. */
function takeRownum(nodes: readonly Node[]): Node[] {
  const where = nodes.findIndex((node) => isWord(node, "WHERE"));
  const at = nodes.findIndex((node, index) => index > where && where >= 0 && isWord(node, "ROWNUM"));
  const counted = (list: readonly Node[]) =>
    list.flatMap((node): Node[] => {
      if (!isWord(node, "ROWNUM")) return [node];
      return [word("ROW_NUMBER() OVER ()"), ...(isNamed(list, node) ? [] : [word("AS"), word("ROWNUM")])];
    });
  if (at < 0) return counted(nodes);
  const comparison = nodes[at + 1];
  const limit = nodes[at + 2];
  const first = isSymbol(comparison, "=") && limit?.kind === "number" && limit.value === "1";
  if (!limit || !(first || isSymbol(comparison, "<=") || isSymbol(comparison, "<"))) {
    throw doubleError("oracle", "the double reads ROWNUM only in ROWNUM <= n, ROWNUM < n and ROWNUM = 1");
  }
  if (nodes.slice(at).some((node) => isWord(node, "ORDER"))) {
    throw doubleError("oracle", "ROWNUM beside ORDER BY limits before it sorts: order in a subquery");
  }
  const rest = [...nodes];
  if (isWord(nodes[at - 1], "AND")) rest.splice(at - 1, 4);
  else if (isWord(nodes[at + 3], "AND")) rest.splice(at, 4);
  else rest.splice(at - 1, 4);
  const rows: Node[] = isSymbol(comparison, "<") ? [group([limit, symbol("-"), word("1")])] : [limit];
  return [...counted(rest), ...limitClause(rows.map(withoutCollation))];
}

function isNamed(nodes: readonly Node[], node: Node): boolean {
  const next = nodes[nodes.indexOf(node) + 1];
  return next?.kind === "quoted" || (next?.kind === "word" && !isWord(next, "FROM"));
}

function withoutCollation(node: Node): Node {
  return node.kind === "group" && isWord(node.items.at(-1), "BINARY") ? group(node.items.slice(0, -2)) : node;
}

/**
 * Names in quotes are exact in Oracle: `"name"` is not the column NAME.
 * @throws EngineError ORA-00904
 */
function checkQuoted(token: Token, scope: StatementScope): Token {
  const folded = token.value.toUpperCase();
  if (token.value === folded) return token;
  const declared = scope.references.flatMap(({ table }) => table.columns.map((column) => column.name));
  const aliased = scope.aliases.has(token.value);
  if (!aliased && declared.includes(folded) && !declared.includes(token.value)) throw invalidIdentifier(token.value);
  return token;
}

export function invalidIdentifier(name: string): EngineError {
  return oracleError(
    904,
    `${name
      .split(".")
      .map((part) => `"${part}"`)
      .join(".")}: invalid identifier`,
  );
}

/**
 * A bind as SQLite compares it. Texts are VARCHAR2, so a comparison with a CHAR column is not blank-padded and matches
 * only when the text is padded already; a bind of type CHAR takes the column's own rule.
 */
export function bindNode(name: string, type: EngineType | undefined): Node {
  const token = { kind: "param", text: `@${name}`, value: name } as const;
  const varying = type === undefined || type.kind === "varchar";
  return group(varying ? [token, word("COLLATE"), word("BINARY")] : [token], type);
}

/** Names that the statement itself gives to columns and tables. */
export function givenNames(nodes: readonly Node[], names = new Set<string>()): Set<string> {
  nodes.forEach((node, at) => {
    if (node.kind === "group") givenNames(node.items, names);
    const before = nodes[at - 1];
    const follows =
      isWord(before, "AS") || before?.kind === "group" || before?.kind === "quoted" || before?.kind === "word";
    if (
      node.kind === "quoted" &&
      follows &&
      !isWord(before, "SELECT", "BY", "ON", "AND", "OR", "WHERE", "FROM", "JOIN", "DISTINCT")
    ) {
      names.add(node.value);
    }
  });
  return names;
}
