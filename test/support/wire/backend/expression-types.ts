import type { DeclaredSchema } from "./declared-schema.ts";
import { type EngineType, engineType } from "./engine-types.ts";
import { callArguments, type Group, isName, isWord, type Node } from "./sql-tree.ts";
import { nameChain, type TableReference } from "./table-references.ts";

/** What is known about the names of one statement while it is rewritten. */
export interface StatementScope {
  readonly schema: DeclaredSchema;
  readonly references: readonly TableReference[];
  /** Names that the statement itself gives to columns and tables, as written. */
  readonly aliases: ReadonlySet<string>;
  /** Types of `expression AS alias`, of all levels: a derived table's columns are looked up here. */
  readonly aliasTypes: Map<string, EngineType>;
}

const TAKES_FIRST = [
  "MIN",
  "MAX",
  "COALESCE",
  "ISNULL",
  "NVL",
  "NULLIF",
  "FIRST_VALUE",
  "LAST_VALUE",
  "LAG",
  "LEAD",
  "ABS",
];

const COUNTS = ["COUNT", "ROW_NUMBER", "RANK", "DENSE_RANK"];

/** The engine type of an expression, or undefined when only its value can tell. */
export function expressionType(nodes: readonly Node[], scope: StatementScope): EngineType | undefined {
  const [first, second] = nodes;
  if (nodes.length === 1 && first?.kind === "group") return first.type ?? expressionType(first.items, scope);
  // A statement without rows is described, too, and keeps its description.
  if (nodes.length === 1 && first?.kind === "number" && scope.schema.engine === "oracle") {
    return engineType("oracle", "NUMBER");
  }
  const called = isName(first) && second?.kind === "group";
  if (called && (nodes.length === 2 || isWord(nodes[2], "OVER")))
    return callType(first.value.toUpperCase(), second, scope);
  if (isWord(first, "CASE")) return caseType(nodes, scope);
  if (!isName(first)) return undefined;
  const { names, end } = nameChain(nodes, 0);
  if (end !== nodes.length) return undefined;
  const [column, table] = [...names].reverse().map((name) => name.value);
  return columnType(column as string, table, scope);
}

function callType(name: string, call: Group, scope: StatementScope): EngineType | undefined {
  if (call.type) return call.type;
  const { engine } = scope.schema;
  const argument = callArguments(call)[0] ?? [];
  if (TAKES_FIRST.includes(name)) return expressionType(argument, scope);
  if (engine === "oracle") return COUNTS.includes(name) ? engineType(engine, "NUMBER") : undefined;
  if (["ROW_NUMBER", "RANK", "DENSE_RANK", "COUNT_BIG"].includes(name)) return engineType(engine, "BIGINT");
  if (["COUNT", "LEN", "CHARINDEX", "DATALENGTH"].includes(name)) return engineType(engine, "INT");
  if (name !== "SUM" && name !== "AVG") return undefined;
  const summed = expressionType(argument, scope);
  if (summed?.kind === "decimal" && summed.name !== "MONEY") {
    return engineType(engine, `DECIMAL(38,${name === "SUM" ? summed.scale : Math.max(summed.scale, 6)})`);
  }
  return summed?.kind === "integer" && summed.length < 4 ? engineType(engine, "INT") : summed;
}

/** The type of the first branch that has one. */
function caseType(nodes: readonly Node[], scope: StatementScope): EngineType | undefined {
  for (let at = 0; at < nodes.length; at++) {
    if (!isWord(nodes[at], "THEN", "ELSE")) continue;
    const end = nodes.findIndex((node, index) => index > at && isWord(node, "WHEN", "ELSE", "END"));
    const type = expressionType(nodes.slice(at + 1, end), scope);
    if (type) return type;
  }
  return undefined;
}

function columnType(column: string, qualifier: string | undefined, scope: StatementScope): EngineType | undefined {
  const named = scope.references.filter((reference) => !qualifier || reference.alias === qualifier.toUpperCase());
  const derived = scope.aliasTypes.get(column.toUpperCase());
  if (named.length === 0 && derived) return derived;
  for (const { table } of named.length > 0 ? named : scope.references) {
    const declared = scope.schema.findColumn(table, column);
    if (declared) return declared.type;
  }
  return derived;
}
