import { type FieldNode, type GraphQLField, type GraphQLObjectType, Kind, type ValueNode } from "graphql";
import type { TableRef } from "../../sql/conditions.ts";
import type { RawRow } from "../../sql/raw.ts";
import type { Statement } from "../../sql/statement.ts";
import type { RowsField, TypeModel } from "../model.ts";
import { ColumnSet } from "./column-set.ts";
import { type ConnectionShape, planConnection, shapeConnections } from "./connections.ts";
import { filteringOf } from "./filters.ts";
import { type GrantCheck, grantCheck } from "./grants.ts";
import type { KeyedStatement } from "./keyed-load.ts";
import type { Key } from "./keys.ts";
import { countRoot, type LoadedPage, loadCounts, loadPages, loadRootPage, noPage } from "./list-pages.ts";
import { orderColumns, type PageRequest, pageRequest } from "./paging.ts";
import { type Planner, tableRef } from "./planner.ts";
import { failed, type Request, type Shaped } from "./request.ts";
import type { SelectedField } from "./selection.ts";

/** A connection of rows, as one place of a document selects it. */
export interface ListPlan {
  readonly field: RowsField;
  readonly owner: string;
  readonly type: TypeModel;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly columns: ColumnSet;
  readonly connection: ConnectionShape;
  readonly table: TableRef;
  /** Where rows were not reached through the keys that identity handed over. */
  readonly check?: GrantCheck | undefined;
  /** Texts by what decides them: order, direction, nulls of the cursor, filters. */
  readonly pages: Map<string, KeyedStatement | Statement>;
  readonly counts: Map<string, KeyedStatement | Statement>;
  /** Columns by which rows are counted where some may not be seen. */
  readonly groups: ColumnSet;
  readonly groupCheck?: GrantCheck | undefined;
  /** The page that the document itself asks for, where no variable has a say in it; read once. */
  page?: PageRequest;
  /** The statement for it, where nothing filters it. */
  pageText?: KeyedStatement;
}

/** `from`: what the list hangs on. */
export function planList(
  field: RowsField,
  owner: GraphQLObjectType,
  selected: SelectedField,
  from: "citizen" | "row" | "root",
  planner: Planner,
): ListPlan {
  const type = planner.model.types.get(field.item) as TypeModel;
  const columns = new ColumnSet();
  const connection = planConnection(field.type, type, selected.selectionSets, columns, planner);
  if (connection.wantsCursors) for (const column of orderColumns(field, type)) columns.slot(column);
  const groups = new ColumnSet();
  const checkOf = (set: ColumnSet) => {
    if (from === "citizen") return undefined;
    return grantCheck(type, set, planner.model, (name) => tableRef(planner, name), { direct: from === "row" });
  };
  const check = checkOf(columns);
  // Where rows may be left out, the next page goes on after rows that the answer does not hold.
  if (check) for (const column of orderColumns(field, type)) columns.slot(column);
  return {
    field,
    owner: owner.name,
    type,
    definition: owner.getFields()[field.name] as GraphQLField<unknown, unknown>,
    node: selected.node,
    columns,
    connection,
    table: tableRef(planner, type.table),
    check,
    pages: new Map(),
    counts: new Map(),
    groups,
    groupCheck: checkOf(groups),
  };
}

const noKeys: readonly Key[] = [];

/** For each asker (the keys that its rows hold) its connection; null for an asker whose keys are withheld. */
export async function loadLists(
  plan: ListPlan,
  askers: readonly (readonly Key[] | null)[],
  request: Request,
): Promise<readonly Shaped[]> {
  try {
    const page = pageOf(plan, request);
    const filtering = filteringOf(plan.field.filters, plan.type, page.arguments, plan.table, request);
    const { wantsRows, wantsTotal } = plan.connection;
    const keys = askers.map((asked) => asked ?? noKeys);
    const nothing = filtering === null || keys.every((asked) => asked.length === 0);
    const pages = wantsRows && !nothing ? loadPages(plan, keys, page, filtering, request) : undefined;
    if (!wantsTotal) {
      const connections = connectionsOf(plan, askers, await pages, undefined, page, request);
      return connections instanceof Promise ? await connections : connections;
    }
    const counts = nothing ? keys.map(() => 0) : loadCounts(plan, keys, filtering, request);
    const loaded = await Promise.all([pages, counts]);
    return await connectionsOf(plan, askers, ...loaded, page, request);
  } catch (error) {
    return askers.map((asked) => (asked === null ? null : failed(error as Error, request)));
  }
}

/** The connection of a root list. */
export async function loadRootList(plan: ListPlan, request: Request): Promise<Shaped> {
  try {
    const page = pageOf(plan, request);
    const filtering = filteringOf(plan.field.filters, plan.type, page.arguments, plan.table, request);
    const [loaded, count] = await Promise.all([
      plan.connection.wantsRows && filtering ? loadRootPage(plan, page, filtering, request) : { rows: [], more: false },
      plan.connection.wantsTotal && filtering ? countRoot(plan, filtering, request) : 0,
    ]);
    const [connection] = await connectionsOf(plan, [[]], [loaded], [count], page, request);
    return connection;
  } catch (error) {
    return failed(error as Error, request);
  }
}

function pageOf(plan: ListPlan, request: Request): PageRequest {
  if (plan.page) return plan.page;
  const page = pageRequest(plan.field, plan.owner, plan.type, plan.definition, plan.node, request);
  if (!page.cursor && !plan.node.arguments?.some(({ value }) => holdsVariable(value))) plan.page = page;
  return page;
}

function holdsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(holdsVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => holdsVariable(field.value));
  return value.kind === Kind.VARIABLE;
}

function connectionsOf(
  plan: ListPlan,
  askers: readonly (readonly Key[] | null)[],
  pages: readonly LoadedPage[] | undefined,
  counts: readonly (number | null)[] | undefined,
  page: PageRequest,
  request: Request,
) {
  const slots = plan.connection.wantsCursors ? page.order.map(({ column }) => plan.columns.slot(column)) : [];
  const cursorOf = (row: RawRow) =>
    request.source.cursors.write(
      page.list,
      slots.map((slot) => row[slot] ?? null),
    );
  const loaded = askers.map((asked, index) => {
    if (asked === null) return null;
    const found = pages?.[index] ?? noPage;
    return counts ? { ...found, total: counts[index] ?? null } : found;
  });
  return shapeConnections(plan.connection, loaded, page, cursorOf, request);
}
