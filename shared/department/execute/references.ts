import type { SelectionSetNode } from "graphql";
import { CivigraphError } from "../../errors.ts";
import { rulesOf } from "../../sql/conditions.ts";
import type { RawRow } from "../../sql/raw.ts";
import { allByKey } from "../../sql/read-statement.ts";
import type { Condition, TypeModel } from "../model.ts";
import { ColumnSet } from "./column-set.ts";
import { type GrantCheck, grantCheck } from "./grants.ts";
import { type KeyedStatement, keyedStatement, loadByKeys } from "./keyed-load.ts";
import { type Key, textOfKey } from "./keys.ts";
import { type Planner, tableRef } from "./planner.ts";
import { failed, type Request, type Shaped } from "./request.ts";
import { planRow, type RowShape, shapeRows } from "./row-shape.ts";

/** One row of another table for each row, or for each entity. */
export interface ReferencePlan {
  /** `Permit.office`, for messages. */
  readonly name: string;
  readonly shape: RowShape;
  readonly statement: KeyedStatement;
  readonly check?: GrantCheck | undefined;
}

/** What names the row: columns of the target that equal a key. */
export interface Reference {
  readonly name: string;
  readonly type: string;
  readonly on: readonly string[];
  readonly where: readonly Condition[];
}

export function planReference(
  reference: Reference,
  owner: string,
  selectionSets: readonly SelectionSetNode[],
  planner: Planner,
): ReferencePlan {
  const type = planner.model.types.get(reference.type) as TypeModel;
  const columns = new ColumnSet();
  const shape = planRow(type, selectionSets, columns, planner);
  const check = grantCheck(type, columns, planner.model, (name) => tableRef(planner, name));
  const table = tableRef(planner, type.table);
  const statement = keyedStatement(table, reference.on, (keyRows) =>
    allByKey({
      table,
      columns: columns.names,
      conditions: [...rulesOf(table, type), ...rulesOf(table, { where: reference.where })],
      on: reference.on,
      keyRows,
    }),
  );
  return { name: `${owner}.${reference.name}`, shape, statement, check };
}

/** For each key its row, null where there is none or none may be seen, an error where several match. */
export async function loadReferences(
  plan: ReferencePlan,
  keys: readonly (Key | undefined)[],
  request: Request,
): Promise<readonly Shaped[]> {
  const places = new Map<string, number>();
  const distinct: Key[] = [];
  for (const key of keys) {
    if (!key || places.has(textOfKey(key))) continue;
    places.set(textOfKey(key), distinct.push(key) - 1);
  }
  if (distinct.length === 0) return keys.map(() => null);
  try {
    const found = await loadByKeys(
      plan.statement,
      distinct.map((key) => [key]),
      request,
    );
    const visible = await seen(plan, found, request);
    const rows = keys.map((key) => (key ? visible[places.get(textOfKey(key)) ?? -1] : undefined));
    const shaped = await shapeRows(plan.shape, rows.filter((row) => Array.isArray(row)) as RawRow[], request);
    let next = 0;
    return rows.map((row) => (row instanceof Error ? failed(row, request) : row ? shaped[next++] : null));
  } catch (error) {
    return keys.map((key) => (key ? failed(error as Error, request) : null));
  }
}

async function seen(plan: ReferencePlan, found: readonly (readonly RawRow[])[], request: Request) {
  const flat = found.flat();
  const answers = (await plan.check?.visible(flat, request)) ?? flat.map(() => true);
  let at = 0;
  return found.map((rows): RawRow | Error | undefined => {
    const [row, another] = rows.filter(() => answers[at++]);
    if (!another) return row;
    return new CivigraphError("SOURCE_ROW_AMBIGUOUS", { field: plan.name, department: request.source.model.name });
  });
}
