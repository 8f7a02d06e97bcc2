import { EngineError, oracleError, tsqlSyntaxError } from "./engine-error.ts";
import type { StatementScope } from "./expression-types.ts";
import { selectItems } from "./rewriting.ts";
import { isName, isSymbol, isWord, type Node, splitAt, writeTree } from "./sql-tree.ts";
import { nameChain } from "./table-references.ts";

const AGGREGATES = ["COUNT", "COUNT_BIG", "SUM", "AVG", "MIN", "MAX", "STRING_AGG", "LISTAGG"];

/** What SQLite lets pass in one SELECT and Oracle does not. */
export function refuseOracleSelect(nodes: readonly Node[], scope: StatementScope): void {
  if (!isWord(nodes[0], "SELECT", "WITH")) return;
  if (!nodes.some((node) => isWord(node, "FROM"))) throw oracleError(923, "FROM keyword not found where expected");
  const loose = ungroupedColumn(nodes, scope);
  if (loose)
    throw loose.grouped
      ? oracleError(979, "not a GROUP BY expression")
      : oracleError(937, "not a single-group group function");
}

/** What SQLite lets pass in one SELECT and SQL Server does not. */
export function refuseTsqlSelect(nodes: readonly Node[], scope: StatementScope): void {
  const loose = ungroupedColumn(nodes, scope);
  if (loose) {
    throw new EngineError(
      8120,
      `Column '${loose.column}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
    );
  }
  nodes.forEach((node, at) => {
    if (node.kind !== "group" || !isWord(nodes[at - 1], "FROM", "JOIN")) return;
    const alias = nodes[isWord(nodes[at + 1], "AS") ? at + 2 : at + 1];
    if (!isName(alias) || isWord(alias, "WHERE", "ORDER", "GROUP", "ON")) throw tsqlSyntaxError(")");
    refuseColumnNames(node.items, alias.value, nodes[at + (isWord(nodes[at + 1], "AS") ? 3 : 2)]?.kind === "group");
  });
}

/** A derived table names each of its columns once. */
function refuseColumnNames(nodes: readonly Node[], alias: string, listed: boolean): void {
  if (listed || !isWord(nodes[0], "SELECT")) return;
  const names = selectItems(nodes)?.map(({ name }) => name?.toUpperCase());
  const unnamed = names?.indexOf(undefined) ?? -1;
  if (unnamed >= 0)
    throw new EngineError(8155, `No column name was specified for column ${unnamed + 1} of '${alias}'.`, { state: 2 });
  const twice = names?.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new EngineError(8156, `The column '${twice}' was specified multiple times for '${alias}'.`);
  }
}

/** A plain column beside an aggregate that the groups do not have. */
function ungroupedColumn(
  nodes: readonly Node[],
  scope: StatementScope,
): { column: string; grouped: boolean } | undefined {
  const items = selectItems(nodes);
  if (!items) return undefined;
  const by = nodes.findIndex((node, at) => isWord(node, "GROUP") && isWord(nodes[at + 1], "BY"));
  const aggregated = items.some(({ expression }) =>
    expression.some(
      (node, at) =>
        isWord(node, ...AGGREGATES) && expression[at + 1]?.kind === "group" && !isWord(expression[at + 2], "OVER"),
    ),
  );
  if (by < 0 && !aggregated) return undefined;
  const end = nodes.findIndex(
    (node, at) => at > by && isWord(node, "ORDER", "HAVING", "OFFSET", "FETCH", "LIMIT", "OPTION"),
  );
  const groups = by < 0 ? [] : splitAt(nodes.slice(by + 2, end < 0 ? undefined : end)).map(lastName);
  const loose = items.find(({ expression }) => {
    const column = lastName(expression);
    const known = scope.references.some(({ table }) => column !== undefined && scope.schema.findColumn(table, column));
    return column !== undefined && known && !groups.includes(column);
  });
  return loose && { column: writeTree(loose.expression).replace(/[" ]/g, ""), grouped: by >= 0 };
}

/** The column's own name when the expression is nothing but a column. */
function lastName(expression: readonly Node[]): string | undefined {
  const { names, end } = nameChain(expression, 0);
  const constant = names.length === 1 && isWord(names[0], "NULL", "DUMMY");
  return end === expression.length && names.length > 0 && !constant && !isSymbol(expression[0], "*")
    ? names.at(-1)?.value.toUpperCase()
    : undefined;
}
