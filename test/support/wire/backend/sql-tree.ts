import type { EngineType, WireEngine } from "./engine-types.ts";

/** One word of a statement. `value` is the name, text or number without its quotes. */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "param" | "symbol";
  readonly text: string;
  readonly value: string;
}

/** What stands between parentheses; `type` is what a rewritten call is known to give. */
export interface Group {
  readonly kind: "group";
  readonly items: Node[];
  readonly type?: EngineType;
}

export type Node = Token | Group;

/** SQL that the engine cannot read; `near` is what its message quotes. */
export class SqlSyntaxError extends Error {
  override readonly name = "SqlSyntaxError";
  readonly near: string;

  constructor(near: string) {
    super(`syntax error near ${near}`);
    this.near = near;
  }
}

const SYMBOLS = ["||", "<>", "<=", ">=", "!=", "=>"];

/** Reads a statement into words nested by parentheses. Comments are left out. */
export function readTree(sql: string, engine: WireEngine): Node[] {
  const open: Node[][] = [[]];
  for (const token of readTokens(sql, engine)) {
    const level = open[open.length - 1] as Node[];
    if (token.text === "(") {
      open.push([]);
    } else if (token.text === ")") {
      if (open.length === 1) throw new SqlSyntaxError(")");
      open.pop();
      (open[open.length - 1] as Node[]).push({ kind: "group", items: level });
    } else {
      level.push(token);
    }
  }
  if (open.length > 1) throw new SqlSyntaxError("end of statement");
  return open[0] as Node[];
}

/** SQL text of `nodes`. */
export function writeTree(nodes: readonly Node[]): string {
  return nodes.map((node) => (node.kind === "group" ? `(${writeTree(node.items)})` : writeToken(node))).join(" ");
}

/** SQLite knows neither `N'text'` nor `]]`: quotes are written its way. */
function writeToken(token: Token): string {
  if (token.kind === "string") return `'${token.value.replaceAll("'", "''")}'`;
  return token.kind === "quoted" ? `"${token.value.replaceAll('"', '""')}"` : token.text;
}

export function isWord(node: Node | undefined, ...words: readonly string[]): node is Token & { kind: "word" } {
  return node?.kind === "word" && words.includes(node.value.toUpperCase());
}

export function isSymbol(node: Node | undefined, symbol: string): node is Token & { kind: "symbol" } {
  return node?.kind === "symbol" && node.text === symbol;
}

export function isName(node: Node | undefined): node is Token & { kind: "word" | "quoted" } {
  return node?.kind === "word" || node?.kind === "quoted";
}

export function word(text: string): Token {
  return { kind: "word", text, value: text };
}

export function symbol(text: string): Token {
  return { kind: "symbol", text, value: text };
}

export function textLiteral(value: string): Token {
  return { kind: "string", text: `'${value.replaceAll("'", "''")}'`, value };
}

export function group(items: Node[], type?: EngineType): Group {
  return type ? { kind: "group", items, type } : { kind: "group", items };
}

/** `nodes` split at commas (or another symbol) of this level. */
export function splitAt(nodes: readonly Node[], separator = ","): Node[][] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (isSymbol(node, separator)) parts.push([]);
    else (parts[parts.length - 1] as Node[]).push(node);
  }
  return parts;
}

/** The arguments of a call; none for `()`. */
export function callArguments(call: Group): Node[][] {
  return call.items.length === 0 ? [] : splitAt(call.items);
}

export function joinWith(parts: readonly Node[][], separator = ","): Node[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [symbol(separator), ...part]));
}

function* readTokens(sql: string, engine: WireEngine): Generator<Token> {
  let at = 0;
  while (at < sql.length) {
    const rest = sql.slice(at, at + 2);
    if (/^\s/.test(rest)) {
      at++;
    } else if (rest === "--") {
      const end = sql.indexOf("\n", at);
      at = end < 0 ? sql.length : end;
    } else if (rest === "/*") {
      const end = sql.indexOf("*/", at + 2);
      if (end < 0) throw new SqlSyntaxError("/*");
      at = end + 2;
    } else {
      const token = readToken(sql, at, engine);
      yield token;
      at += token.text.length;
    }
  }
}

function readToken(sql: string, at: number, engine: WireEngine): Token {
  const first = sql[at] as string;
  if (first === "'") return quotedToken(sql, at, "'", "string");
  if (first === '"') return quotedToken(sql, at, '"', "quoted");
  if (first === "[" && engine === "mssql") return quotedToken(sql, at, "]", "quoted");
  if (/[Nn]/.test(first) && sql[at + 1] === "'") {
    const literal = quotedToken(sql, at + 1, "'", "string");
    return { ...literal, text: first + literal.text };
  }
  const patterns: readonly [Token["kind"], RegExp][] = [
    ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
    ["param", engine === "mssql" ? /@@?[\w$#]+/y : /:[\w$#]+/y],
    ["word", /[\p{L}_#][\p{L}\p{N}_$#]*/uy],
  ];
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return { kind, text, value: kind === "param" ? text.slice(1) : text };
  }
  const pair = sql.slice(at, at + 2);
  const text = SYMBOLS.includes(pair) ? pair : first;
  return { kind: "symbol", text, value: text };
}

function quotedToken(sql: string, at: number, close: string, kind: "string" | "quoted"): Token {
  let end = at + 1;
  for (;;) {
    end = sql.indexOf(close, end);
    if (end < 0) throw new SqlSyntaxError(sql.slice(at, at + 20));
    if (sql[end + 1] !== close) break;
    end += 2;
  }
  const text = sql.slice(at, end + 1);
  return { kind, text, value: text.slice(1, -1).replaceAll(close + close, close) };
}
