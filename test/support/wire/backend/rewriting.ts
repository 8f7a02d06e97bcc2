import type { EngineType } from "./engine-types.ts";
import { expressionType, type StatementScope } from "./expression-types.ts";
import {
  type Group,
  group,
  isName,
  isSymbol,
  isWord,
  joinWith,
  type Node,
  splitAt,
  symbol,
  type Token,
  word,
} from "./sql-tree.ts";

/** What a dialect must say about its SQL; everything else is alike. */
export interface DialectRules {
  /** The operator that joins texts, and the SQLite function that does it the engine's way. */
  readonly concatenation: { readonly operator: string; readonly call: string };
  /** Whether a chain of that operator joins texts (T-SQL's `+` also adds). */
  isConcatenation(operands: readonly Node[][], scope: StatementScope): boolean;
  /** Calls that SQLite has under another name, form or not at all; undefined leaves the call alone. */
  rewriteCall(name: string, call: Group, scope: StatementScope): Node[] | undefined;
  /** Conditions, lists and derived tables of one level of parentheses. */
  rewriteConditions(nodes: Node[], scope: StatementScope): Node[];
  /** One SELECT of a level: row limits, hints, and the mistakes that the engine refuses. */
  rewriteSelect(nodes: Node[], scope: StatementScope, nested: boolean): Node[];
  /** One name, literal or symbol. */
  rewriteToken(token: Token, scope: StatementScope): Node[];
}

const SET_OPERATORS = ["UNION", "INTERSECT", "EXCEPT", "MINUS"];

/** A statement in the engine's SQL as one that SQLite runs, from the innermost parentheses outwards. */
export function rewriteLevel(
  nodes: readonly Node[],
  rules: DialectRules,
  scope: StatementScope,
  nested = false,
): Node[] {
  let level = nodes.flatMap((node) =>
    node.kind === "group"
      ? [group(rewriteLevel(node.items, rules, scope, true), node.type)]
      : rules.rewriteToken(node, scope),
  );
  level = rewriteCalls(rules.rewriteConditions(level, scope), rules, scope);
  level = rewriteConcatenations(level, rules, scope);
  level = rewriteInLists(level);
  if (level.some((node) => isWord(node, "SELECT"))) level = rewriteSelects(level, rules, scope, nested);
  recordAliases(level, scope);
  return level.map(quoteForSqlite);
}

/** Names to both engines, key words to SQLite. */
const RESERVED_BY_SQLITE = new Set(["AUTOINCREMENT", "DEFERRABLE", "NOTHING", "NOTNULL", "RETURNING", "TRANSACTION"]);

function quoteForSqlite(node: Node): Node {
  return node.kind === "word" && RESERVED_BY_SQLITE.has(node.value.toUpperCase()) ? { ...node, kind: "quoted" } : node;
}

export function rewriteCalls(nodes: readonly Node[], rules: DialectRules, scope: StatementScope): Node[] {
  const result: Node[] = [];
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at] as Node;
    const next = nodes[at + 1];
    const rewritten =
      node.kind === "word" && next?.kind === "group"
        ? rules.rewriteCall(node.value.toUpperCase(), next, scope)
        : undefined;
    result.push(...(rewritten ?? [node]));
    if (rewritten) at++;
  }
  return result;
}

/** `a || b || c` as one call: the operator itself treats NULL otherwise in SQLite. */
function rewriteConcatenations(nodes: readonly Node[], rules: DialectRules, scope: StatementScope): Node[] {
  const { operator, call } = rules.concatenation;
  const at = nodes.findIndex((node) => isSymbol(node, operator));
  if (at <= 0) return [...nodes];
  const start = operandStart(nodes, at - 1);
  const operands: Node[][] = [nodes.slice(start, at)];
  let end = at;
  while (isSymbol(nodes[end], operator)) {
    const from = end + 1;
    end = operandEnd(nodes, from);
    operands.push(nodes.slice(from, end));
  }
  const joined = rules.isConcatenation(operands, scope);
  const rewritten = joined ? [word(call), group(joinWith(operands))] : nodes.slice(start, end);
  return [...nodes.slice(0, start), ...rewritten, ...rewriteConcatenations(nodes.slice(end), rules, scope)];
}

const COMPARISONS = ["=", "<>", "!=", "<", ">", "<=", ">="];

export function isComparison(node: Node): boolean {
  return node.kind === "symbol" && COMPARISONS.includes(node.text);
}

/** Where the operand that ends at `last` begins: a name, a call or a group. */
export function operandStart(nodes: readonly Node[], last: number): number {
  let at = last;
  if (
    nodes[at]?.kind === "group" &&
    isName(nodes[at - 1]) &&
    !isWord(nodes[at - 1], "SELECT", "AND", "OR", "WHERE", "ON")
  )
    at--;
  while (isSymbol(nodes[at - 1], ".")) at -= 2;
  return at;
}

/** Where the operand that begins at `first` ends. */
export function operandEnd(nodes: readonly Node[], first: number): number {
  let at = first + 1;
  while (isSymbol(nodes[at], ".")) at += 2;
  return nodes[at]?.kind === "group" && isName(nodes[at - 1]) ? at + 1 : at;
}

/** SQLite reads `(a, b) IN ((1, 2))` only with VALUES. */
function rewriteInLists(nodes: readonly Node[]): Node[] {
  return nodes.map((node, at) => {
    if (node.kind !== "group" || !isWord(nodes[at - 1], "IN")) return node;
    const items = splitAt(node.items);
    const tuples = items.every(
      (item) => item.length === 1 && item[0]?.kind === "group" && item[0].items.some((n) => isSymbol(n, ",")),
    );
    return tuples ? group([word("VALUES"), ...node.items]) : node;
  });
}

function rewriteSelects(nodes: readonly Node[], rules: DialectRules, scope: StatementScope, nested: boolean): Node[] {
  const breaks = nodes.flatMap((node, at) => (isWord(node, ...SET_OPERATORS) ? [at] : []));
  if (breaks.length === 0) return rules.rewriteSelect([...nodes], scope, nested);
  const result: Node[] = [];
  let from = 0;
  for (const at of [...breaks, nodes.length]) {
    const branch = rules.rewriteSelect(nodes.slice(from, at), scope, nested);
    const limited = at !== nodes.length && branch.some((node) => isWord(node, "LIMIT"));
    result.push(...(limited ? [word("SELECT"), symbol("*"), word("FROM"), group(branch)] : branch));
    const operator = nodes[at];
    if (!operator) break;
    result.push(isWord(operator, "MINUS") ? word("EXCEPT") : operator);
    from = at + 1;
    if (isWord(nodes[from], "ALL", "DISTINCT")) result.push(nodes[from++] as Node);
  }
  return result;
}

/** `expression AS alias` and `expression alias`, for columns that are read from outside. */
export function recordAliases(nodes: readonly Node[], scope: StatementScope): void {
  for (const { name, expression } of selectItems(nodes) ?? []) {
    if (name === undefined) continue;
    const type = expressionType(expression, scope);
    if (type && !scope.aliasTypes.has(name.toUpperCase())) scope.aliasTypes.set(name.toUpperCase(), type);
  }
}

export interface SelectItem {
  /** The alias, or the column's own name. */
  readonly name: string | undefined;
  readonly expression: readonly Node[];
}

/** The select list of this level's first SELECT; undefined without one or when it has a star. */
export function selectItems(nodes: readonly Node[]): SelectItem[] | undefined {
  const start = nodes.findIndex((node) => isWord(node, "SELECT"));
  if (start < 0) return undefined;
  let from = start + 1;
  if (isWord(nodes[from], "DISTINCT", "ALL")) from++;
  const to = nodes.findIndex((node, at) => at >= from && isWord(node, "FROM", "LIMIT", ...SET_OPERATORS));
  const items = splitAt(nodes.slice(from, to < 0 ? undefined : to));
  if (items.some((item) => isSymbol(item.at(-1), "*") && (item.length === 1 || isSymbol(item.at(-2), "."))))
    return undefined;
  return items.map(selectItem);
}

function selectItem(item: readonly Node[]): SelectItem {
  const last = item.at(-1);
  const before = item.at(-2);
  if (isWord(before, "AS") && last && last.kind !== "group") return { name: last.value, expression: item.slice(0, -2) };
  if (!isName(last) || isWord(last, "END", "NULL")) return { name: undefined, expression: item };
  if (before === undefined || isSymbol(before, ".")) return { name: last.value, expression: item };
  const aliased =
    before.kind !== "symbol" && !(before.kind === "word" && isWord(before, "NOT", "AND", "OR", "IS", "LIKE"));
  return aliased ? { name: last.value, expression: item.slice(0, -1) } : { name: undefined, expression: item };
}

/** A call to one of our SQLite functions whose result type is known. */
export function typedCall(name: string, parts: readonly Node[][], type: EngineType | undefined): Node[] {
  return [word(name), group(joinWith(parts), type)];
}

/** `LIMIT rows [OFFSET skipped]`. */
export function limitClause(rows: readonly Node[], skipped: readonly Node[] = []): Node[] {
  return [word("LIMIT"), ...rows, ...(skipped.length > 0 ? [word("OFFSET"), ...skipped] : [])];
}

/**
 * Takes `OFFSET n ROWS FETCH NEXT m ROWS ONLY` off the end of a SELECT.
 * `skipped` and `rows` are empty where the part is missing.
 */
export function takeRowLimit(nodes: readonly Node[]): { rest: Node[]; skipped: Node[]; rows: Node[] } {
  const offset = nodes.findIndex(
    (node, at) => isWord(node, "OFFSET") && nodes.slice(at).some((n) => isWord(n, "ROW", "ROWS")),
  );
  const fetch = nodes.findIndex((node, at) => isWord(node, "FETCH") && isWord(nodes[at + 1], "FIRST", "NEXT"));
  const cut = offset >= 0 ? offset : fetch;
  if (cut < 0) return { rest: [...nodes], skipped: [], rows: [] };
  const untilRows = (from: number) => {
    const end = nodes.findIndex((node, at) => at >= from && isWord(node, "ROW", "ROWS"));
    return nodes.slice(from, end);
  };
  const skipped = offset >= 0 ? untilRows(offset + 1) : [];
  const rows = fetch < 0 ? [] : isWord(nodes[fetch + 2], "ROW", "ROWS") ? [word("1")] : untilRows(fetch + 2);
  return { rest: nodes.slice(0, cut), skipped, rows };
}
