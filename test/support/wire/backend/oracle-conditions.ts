import { oracleError } from "./engine-error.ts";
import { engineType } from "./engine-types.ts";
import { expressionType, type StatementScope } from "./expression-types.ts";
import { readMoment, writeMoment } from "./moments.ts";
import { isComparison, operandEnd, operandStart, recordAliases, selectItems } from "./rewriting.ts";
import { group, isName, isWord, joinWith, type Node, splitAt, textLiteral, word, writeTree } from "./sql-tree.ts";

const MAXIMUM_LIST = 1000;

/**
 * Oracle pads blanks only when it compares CHAR with CHAR or with a literal. CHAR columns are declared to ignore
 * trailing blanks; every other operand beside one takes that back.
 * @throws EngineError ORA-01795 for a list that is too long
 */
export function rewriteComparisons(nodes: readonly Node[], scope: StatementScope): Node[] {
  const result: Node[] = [];
  let comparisonEnd = -1;
  nodes.forEach((node, at) => {
    const inAt = isWord(node, "NOT") && isWord(nodes[at + 1], "IN") ? at + 1 : at;
    if (isWord(nodes[inAt], "IN") && !(inAt === at && isWord(nodes[at - 1], "NOT"))) {
      if (listIsVarying(nodes[inAt + 1]) && nodes[at - 1]?.kind !== "group") result.push(...BINARY);
    }
    result.push(node);
    if (isComparison(node) && differsFromChar(nodes, at, scope)) comparisonEnd = operandEnd(nodes, at + 1) - 1;
    if (at === comparisonEnd) result.push(...BINARY);
  });
  return result;
}

const BINARY = [word("COLLATE"), word("BINARY")];

function differsFromChar(nodes: readonly Node[], at: number, scope: StatementScope): boolean {
  const left = nodes.slice(operandStart(nodes, at - 1), at);
  const right = nodes.slice(at + 1, operandEnd(nodes, at + 1));
  const kinds = [left, right].map((side) => expressionType(side, scope)?.kind);
  if (!kinds.includes("char") || kinds.every((kind) => kind === "char")) return false;
  return isName((kinds[0] === "char" ? right : left)[0]);
}

/** A list of binds is VARCHAR2; one of literals is padded. */
function listIsVarying(list: Node | undefined): boolean {
  if (list?.kind !== "group") return false;
  const items = isWord(list.items[0], "SELECT", "WITH") ? [] : splitAt(list.items);
  if (items.length > MAXIMUM_LIST) {
    throw oracleError(1795, `maximum number of expressions in a list is ${MAXIMUM_LIST}`);
  }
  return writeTree(items[0] ?? []).includes("COLLATE BINARY");
}

/** `DATE '2024-01-31'` and `TIMESTAMP '2024-01-31 08:00:00'`. */
export function rewriteLiterals(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node, at) => {
    const next = nodes[at + 1];
    if (isWord(node, "DATE", "TIMESTAMP") && next?.kind === "string") return [];
    const before = nodes[at - 1];
    if (node.kind !== "string" || !isWord(before, "DATE", "TIMESTAMP")) return [node];
    const moment = readMoment(node.value);
    if (!moment) throw oracleError(1861, "literal does not match format string");
    const declared = before.value.toUpperCase() === "DATE" ? "DATE" : "TIMESTAMP";
    return [word("oracle_moment"), group([textLiteral(writeMoment(moment))], engineType("oracle", declared))];
  });
}

const ENDS_ORDER = ["OFFSET", "FETCH", "FOR", "ROWS", "RANGE", "UNION", "INTERSECT", "MINUS"];

/** NULL is the greatest value in Oracle and the smallest in SQLite. */
export function placeNulls(nodes: readonly Node[]): Node[] {
  const start = nodes.findIndex((node, at) => isWord(node, "BY") && isWord(nodes[at - 1], "ORDER")) + 1;
  if (start === 0) return [...nodes];
  const found = nodes.findIndex((node, at) => at >= start && isWord(node, ...ENDS_ORDER));
  const end = found < 0 ? nodes.length : found;
  const terms = splitAt(nodes.slice(start, end)).map((term) => {
    if (term.some((node) => isWord(node, "NULLS"))) return term;
    return [...term, word("NULLS"), word(isWord(term.at(-1), "DESC") ? "FIRST" : "LAST")];
  });
  return [...nodes.slice(0, start), ...joinWith(terms), ...nodes.slice(end)];
}

/**
 * `SELECT :1 a, :2 b FROM DUAL UNION ALL SELECT ...` as VALUES: SQLite joins at most 500 SELECTs, and batches of keys are
 * written this way for Oracle.
 */
export function dualTable(nodes: readonly Node[], scope: StatementScope): Node[] {
  const unions = nodes.flatMap((node, at) => (isWord(node, "UNION") ? [at] : []));
  if (unions.length === 0 || unions.some((at) => !isWord(nodes[at + 1], "ALL"))) return [...nodes];
  const branches = [-2, ...unions].map((at, index) => nodes.slice(at + 2, unions[index] ?? nodes.length));
  const rows = branches.map((branch) => {
    const constant = isWord(branch[0], "SELECT") && isWord(branch.at(-1), "DUAL") && isWord(branch.at(-2), "FROM");
    return constant ? selectItems(branch) : undefined;
  });
  if (rows.some((row) => row === undefined)) return [...nodes];
  recordAliases(branches[0] ?? [], scope);
  const names =
    rows[0]?.map(({ name }, at) => [word(`column${at + 1}`), word("AS"), word(name ?? `column${at + 1}`)]) ?? [];
  const values = rows.map((row) => [group(joinWith(row?.map(({ expression }) => [...expression]) ?? []))]);
  return [word("SELECT"), ...joinWith(names), word("FROM"), group([word("VALUES"), ...joinWith(values)])];
}
