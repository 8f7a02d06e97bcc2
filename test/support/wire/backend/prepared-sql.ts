import type { Database, Statement } from "../../../../shared/sql/sqlite/driver.js";
import { asEngineError } from "./as-engine-error.ts";
import type { DeclaredSchema } from "./declared-schema.ts";
import { EngineError } from "./engine-error.ts";
import type { EngineType } from "./engine-types.ts";
import { expressionType, type StatementScope } from "./expression-types.ts";
import { bindNode, givenNames, oracleRules } from "./oracle-sql.ts";
import { type BoundValue, isText, type ResultColumn, type ResultRows, typeOfValues } from "./results.ts";
import { rewriteLevel, selectItems } from "./rewriting.ts";
import { group, isWord, type Node, readTree, word, writeTree } from "./sql-tree.ts";
import type { Stored } from "./stored-values.ts";
import { findTableReferences, type TableReference } from "./table-references.ts";
import { tsqlRules } from "./tsql.ts";

/** One statement, rewritten and prepared once for the types of its binds. */
export interface PreparedSql {
  run(binds: ReadonlyMap<string, BoundValue>): ResultRows;
}

/** Throws for what the user was not granted. */
export type GrantCheck = (tree: readonly Node[], references: readonly TableReference[]) => void;

/** @throws EngineError for everything that the engine would refuse. */
export function prepareSql(
  sqlite: Database,
  schema: DeclaredSchema,
  sql: string,
  binds: ReadonlyMap<string, BoundValue>,
  checkGrants?: GrantCheck,
): PreparedSql {
  try {
    const tree = numberBinds(readTree(sql, schema.engine), schema, binds);
    const references = findTableReferences(tree, schema);
    checkGrants?.(tree, references);
    const scope: StatementScope = { schema, references, aliases: givenNames(tree), aliasTypes: new Map() };
    const rewritten = rewriteLevel(tree, schema.engine === "mssql" ? tsqlRules : oracleRules, scope);
    const items = selectItems(rewritten);
    const types = items?.map((item) => expressionType(item.expression, scope));
    const statement = sqlite.prepare<unknown[], Stored[]>(writeTree(rewritten)).raw(true).safeIntegers(true);
    const named = items?.map((item) => item.name !== undefined);
    return { run: (values) => read(statement, schema, scope, types, named, values) };
  } catch (error) {
    throw asEngineError(error, schema.engine);
  }
}

function read(
  statement: Statement<unknown[], Stored[]>,
  schema: DeclaredSchema,
  scope: StatementScope,
  types: readonly (EngineType | undefined)[] | undefined,
  named: readonly boolean[] | undefined,
  binds: ReadonlyMap<string, BoundValue>,
): ResultRows {
  try {
    const rows = statement.all(
      Object.fromEntries([...binds].map(([name, bound]) => [name, sqliteBind(bound.value, schema)])),
    );
    const columns = statement.columns().map((column, at): ResultColumn => {
      const table =
        column.table === null ? undefined : schema.findTable(column.database ?? undefined, column.table, true);
      const declared = table && column.column !== null ? schema.findColumn(table, column.column) : undefined;
      const sameShape = types?.length === statement.columns().length;
      const type =
        declared?.type ??
        (sameShape ? types?.[at] : undefined) ??
        scope.aliasTypes.get(column.name.toUpperCase()) ??
        typeOfValues(
          schema.engine,
          rows.map((row) => row[at] ?? null),
        );
      const unnamed = schema.engine === "mssql" && sameShape && named?.[at] === false;
      const name = unnamed ? "" : declared ? column.name : expressionName(column.name);
      return { name, type, nullable: declared?.nullable ?? true };
    });
    return { columns, rows };
  } catch (error) {
    throw asEngineError(error, schema.engine);
  }
}

/** `COUNT ( * )` as Oracle names it, and pseudo-columns by their own name. */
function expressionName(name: string): string {
  const compact = name.replace(/ (?=[(),*])|(?<=[(),*]) /g, "");
  return compact.replace(/^oracle_(\w+)\(\)$/, (_, pseudo: string) => pseudo.toUpperCase());
}

/** Oracle's empty text is NULL; a JavaScript integer would be bound as REAL. */
function sqliteBind(value: Stored, schema: DeclaredSchema): Stored {
  if (value === "" && schema.engine === "oracle") return null;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
}

/**
 * Gives every bind its SQLite form. Oracle's are bound by occurrence, whatever they are called. SQL Server ignores
 * trailing blanks where it compares texts.
 */
function numberBinds(nodes: readonly Node[], schema: DeclaredSchema, binds: ReadonlyMap<string, BoundValue>): Node[] {
  let count = 0;
  const visit = (level: readonly Node[], list: boolean): Node[] =>
    level.flatMap((node, at): Node[] => {
      if (node.kind === "group")
        return [group(visit(node.items, isWord(level[at - 1], "IN") || isWord(level[0], "VALUES")), node.type)];
      if (node.kind !== "param") return [node];
      if (schema.engine === "oracle") {
        const name = `b${++count}`;
        return [bindNode(name, binds.get(name)?.type)];
      }
      if (node.value.startsWith("@")) return [node];
      const found = [...binds.keys()].find((name) => name.toUpperCase() === node.value.toUpperCase());
      if (found === undefined) {
        throw new EngineError(137, `Must declare the scalar variable "@${node.value}".`, { severity: 15, state: 2 });
      }
      const bound = binds.get(found) as BoundValue;
      const param = group([{ kind: "param", text: `@${found}`, value: found }], bound.type);
      const before = level[at - 1];
      const compared = list || (before?.kind === "symbol" && /^[=<>!]/.test(before.text));
      return [compared && isText(bound) ? group([word("rtrim"), param], bound.type) : param];
    });
  return visit(nodes, false);
}
