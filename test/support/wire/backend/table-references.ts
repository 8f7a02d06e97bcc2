import type { DeclaredSchema, DeclaredTable } from "./declared-schema.ts";
import { EngineError, oracleError } from "./engine-error.ts";
import { isName, isSymbol, isWord, type Node, type Token } from "./sql-tree.ts";

/** A table that a statement reads, under the name that its columns are qualified with. */
export interface TableReference {
  readonly table: DeclaredTable;
  readonly alias: string;
}

const AFTER_TABLE = [
  ..."WHERE ON JOIN INNER LEFT RIGHT FULL CROSS OUTER GROUP ORDER HAVING UNION INTERSECT EXCEPT MINUS WITH".split(" "),
  ..."OFFSET FETCH FOR OPTION SET CONNECT START USING NATURAL WINDOW AS SELECT".split(" "),
];
const ENDS_FROM =
  "WHERE GROUP ORDER HAVING UNION INTERSECT EXCEPT MINUS OFFSET FETCH FOR OPTION SELECT CONNECT START".split(" ");

/**
 * Every table named in FROM and JOIN at any depth.
 * @throws EngineError 208 or ORA-00942 for a table that is not declared, ORA-00933 for `FROM t AS x`.
 */
export function findTableReferences(tree: readonly Node[], schema: DeclaredSchema): TableReference[] {
  const found: TableReference[] = [];
  visit(tree, schema, commonTableNames(tree), found);
  return found;
}

/** Where a name chain `a.b.c` that starts at `at` ends, and its names. */
export function nameChain(
  nodes: readonly Node[],
  at: number,
): { readonly names: readonly Token[]; readonly end: number } {
  const names: Token[] = [];
  let end = at;
  while (isName(nodes[end])) {
    names.push(nodes[end] as Token);
    end++;
    if (!isSymbol(nodes[end], ".")) break;
    end++;
    while (isSymbol(nodes[end], ".")) end++; // database..table
  }
  return { names, end };
}

function visit(nodes: readonly Node[], schema: DeclaredSchema, common: Set<string>, found: TableReference[]): void {
  let inFrom = false;
  for (const [at, node] of nodes.entries()) {
    if (node.kind === "group") {
      visit(node.items, schema, common, found);
      continue;
    }
    const opens = isWord(node, "FROM") && !isWord(nodes[at - 1], "DISTINCT");
    if (opens) inFrom = true;
    else if (isWord(node, ...ENDS_FROM)) inFrom = false;
    const expected = opens || isWord(node, "JOIN", "APPLY") || (inFrom && isSymbol(node, ","));
    const next = nodes[at + 1];
    if (!expected || !isName(next)) {
      if (expected && next?.kind === "group") refuseAs(nodes, at + 2, schema);
      continue;
    }
    const { names, end } = nameChain(nodes, at + 1);
    if (nodes[end]?.kind === "group") continue; // a table function, such as OPENJSON(...)
    refuseAs(nodes, end, schema);
    const [name, owner] = [...names].reverse() as [Token, Token?];
    if (!owner && common.has(name.value.toUpperCase())) continue;
    const table = schema.findTable(owner?.value, name.value, name.kind === "quoted");
    if (!table) throw unknownTable(schema, names);
    const alias = nodes[isWord(nodes[end], "AS") ? end + 1 : end];
    const named = isName(alias) && !(alias.kind === "word" && AFTER_TABLE.includes(alias.value.toUpperCase()));
    found.push({ table, alias: (named ? alias.value : name.value).toUpperCase() });
  }
}

function refuseAs(nodes: readonly Node[], at: number, schema: DeclaredSchema): void {
  if (schema.engine === "oracle" && isWord(nodes[at], "AS")) throw oracleError(933, "SQL command not properly ended");
}

function unknownTable(schema: DeclaredSchema, names: readonly Token[]): EngineError {
  return schema.engine === "oracle"
    ? oracleError(942, "table or view does not exist")
    : new EngineError(208, `Invalid object name '${names.map((name) => name.value).join(".")}'.`);
}

/** Names that WITH gives, at any depth. */
function commonTableNames(nodes: readonly Node[], names = new Set<string>()): Set<string> {
  nodes.forEach((node, at) => {
    if (node.kind === "group") {
      commonTableNames(node.items, names);
      const before = nodes[at - 1];
      const name = isWord(before, "AS") ? (nodes[at - 2]?.kind === "group" ? nodes[at - 3] : nodes[at - 2]) : undefined;
      if (isName(name)) names.add(name.value.toUpperCase());
    }
  });
  return names;
}
