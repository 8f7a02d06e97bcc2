import { type FieldNode, type GraphQLField, type GraphQLObjectType, Kind, type ValueNode } from "graphql";
import { rulesOf, type TableRef } from "../../sql/conditions.ts";
import { beyond, nullsOf } from "../../sql/keyset.ts";
import type { RawRow } from "../../sql/raw.ts";
import { countByKey, countOfAll, type Page, pageByKey, pageOfAll } from "../../sql/read-statement.ts";
import type { Fragment, Statement } from "../../sql/statement.ts";
import type { RowsField, TypeModel } from "../model.ts";
import { ColumnSet } from "./column-set.ts";
import { type ConnectionShape, planConnection, shapeConnections } from "./connections.ts";
import { type Filtering, filteringOf } from "./filters.ts";
import { type GrantCheck, grantCheck } from "./grants.ts";
import { type KeyedStatement, keyedStatement, loadByKeys } from "./keyed-load.ts";
import type { Key } from "./keys.ts";
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

/** A page of rows of one asker, and whether there are more beyond it. */
export interface LoadedPage {
  readonly rows: readonly RawRow[];
  readonly more: boolean;
}

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

const noPage: LoadedPage = { rows: [], more: false };

async function loadPages(
  plan: ListPlan,
  keys: readonly (readonly Key[])[],
  page: PageRequest,
  filtering: Filtering,
  request: Request,
): Promise<readonly LoadedPage[]> {
  const { field, table, columns } = plan;
  const statement = textFor(plan.pages, page, filtering, (order, conditions) =>
    keyedStatement(table, field.on, (keyRows) =>
      pageByKey({ table, columns: columns.names, conditions: conditions(), on: field.on, keyRows }, order),
    ),
  );
  const cursor = page.cursor ?? [];
  const run = { filters: filtering.parameters, cursor, limit: page.size + 1 };
  const found = await loadByKeys(statement(plan) as KeyedStatement, keys, request, run);
  if (!plan.check) return found.map((rows) => pageOfRows(rows, page));
  const visible = await plan.check.visible(found.flat(), request);
  let at = 0;
  return found.map((rows) => {
    const start = at;
    at += rows.length;
    return pageOfRows(rows, page, (index) => visible[start + index] ?? false);
  });
}

/** One row more than the page holds was asked for. */
function pageOfRows(
  rows: readonly RawRow[],
  { size, backwards }: PageRequest,
  isVisible?: (index: number) => boolean,
): LoadedPage {
  if (rows.length === 0) return noPage;
  const more = rows.length > size;
  const first = more ? rows.slice(0, size) : rows;
  const kept = isVisible ? first.filter((_, index) => isVisible(index)) : first;
  return { rows: backwards ? [...kept].reverse() : kept, more };
}

/** Rounds in which a page that lost rows to missing grants is filled up. */
const mostRounds = 20;

/** A page of a root list. Rows that may not be seen are as if absent, so the page is filled up with those behind them. */
async function loadRootPage(
  plan: ListPlan,
  page: PageRequest,
  filtering: Filtering,
  request: Request,
): Promise<LoadedPage> {
  const { table, columns } = plan;
  const kept: RawRow[] = [];
  let cursor = page.cursor;
  for (let round = 0; round < mostRounds; round += 1) {
    const asked = { ...page, ...(cursor ? { cursor } : {}) };
    const statement = textFor(plan.pages, asked, filtering, (order, conditions) =>
      pageOfAll({ table, columns: columns.names, conditions: conditions() }, order),
    );
    const wanted = page.size + 1 - kept.length;
    const run = { filters: filtering.parameters, cursor: cursor ?? [], limit: wanted, context: request.formats };
    const rows = await request.source.select(statement(plan) as Statement, run, request.call.signal);
    const visible = await plan.check?.visible(rows, request);
    kept.push(...rows.filter((_, index) => visible?.[index] ?? true));
    const last = rows.at(-1);
    if (rows.length < wanted || kept.length > page.size || !last) break;
    cursor = page.order.map(({ column }) => last[columns.slot(column)] ?? null);
  }
  const rows = kept.slice(0, page.size);
  return { rows: page.backwards ? rows.reverse() : rows, more: kept.length > page.size };
}

/** More groups of persons than this are not counted: nobody would wait for so many grants. */
const mostGroups = 10_000;

async function loadCounts(
  plan: ListPlan,
  keys: readonly (readonly Key[])[],
  filtering: Filtering,
  request: Request,
): Promise<readonly (number | null)[]> {
  const { field, table, groups } = plan;
  const statement = textFor(plan.counts, undefined, filtering, (_, conditions) =>
    keyedStatement(table, field.on, (keyRows) =>
      countByKey({ table, columns: groups.names, conditions: conditions(), on: field.on, keyRows }),
    ),
  );
  const counted = await loadByKeys(statement(plan) as KeyedStatement, keys, request, { filters: filtering.parameters });
  const visible = await plan.groupCheck?.visible(counted.flat(), request);
  let at = 0;
  return counted.map((rows) =>
    rows.reduce((sum, row) => sum + ((visible?.[at++] ?? true) ? Number(row.at(-1)) : 0), 0),
  );
}

async function countRoot(plan: ListPlan, filtering: Filtering, request: Request): Promise<number | null> {
  const { table, groups } = plan;
  const statement = textFor(plan.counts, undefined, filtering, (_, conditions) =>
    countOfAll({ table, columns: groups.names, conditions: conditions() }),
  );
  const run = { filters: filtering.parameters, context: request.formats };
  const rows = await request.source.select(statement(plan) as Statement, run, request.call.signal);
  if (rows.length > mostGroups) return null;
  const visible = await plan.groupCheck?.visible(rows, request);
  return rows.reduce((sum, row, index) => sum + ((visible?.[index] ?? true) ? Number(row.at(-1)) : 0), 0);
}

/** Keeps a text for each way in which the call's arguments shape it. */
function textFor(
  kept: Map<string, KeyedStatement | Statement>,
  page: PageRequest | undefined,
  filtering: Filtering,
  build: (order: Page, conditions: () => readonly Fragment[]) => KeyedStatement | Statement,
) {
  return (plan: ListPlan) => {
    const { table, type, field } = plan;
    const nulls = page?.cursor ? nullsOf(page.cursor) : undefined;
    const key = [page?.list, page?.backwards, nulls?.map(Number).join(""), filtering.pattern].join("|");
    let text = kept.get(key);
    if (!text) {
      const order = { order: page?.order ?? [], backwards: page?.backwards ?? false };
      text = build(order, () => [
        ...rulesOf(table, type),
        ...rulesOf(table, { where: field.where }),
        ...filtering.fragments(table),
        ...(nulls ? [beyond(table, order.order, nulls, order.backwards)] : []),
      ]);
      kept.set(key, text);
    }
    return text;
  };
}
