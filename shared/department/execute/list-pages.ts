import { rulesOf } from "../../sql/conditions.ts";
import { beyond, nullsOf } from "../../sql/keyset.ts";
import type { RawRow } from "../../sql/raw.ts";
import { countByKey, countOfAll, type Page, pageByKey, pageOfAll } from "../../sql/read-statement.ts";
import type { Fragment, Statement } from "../../sql/statement.ts";
import type { Filtering } from "./filters.ts";
import { type KeyedStatement, keyedStatement, loadByKeys } from "./keyed-load.ts";
import type { Key } from "./keys.ts";
import type { ListPlan } from "./lists.ts";
import type { PageRequest } from "./paging.ts";
import type { Request } from "./request.ts";

/** A page of rows of one asker, and whether there are more beyond it. */
export interface LoadedPage {
  readonly rows: readonly RawRow[];
  readonly more: boolean;
}

export const noPage: LoadedPage = { rows: [], more: false };

export async function loadPages(
  plan: ListPlan,
  keys: readonly (readonly Key[])[],
  page: PageRequest,
  filtering: Filtering,
  request: Request,
): Promise<readonly LoadedPage[]> {
  const isPlain = page === plan.page && filtering.pattern === "";
  const text = (isPlain ? plan.pageText : undefined) ?? pageText(plan, page, filtering);
  if (isPlain) plan.pageText = text;
  const run = { filters: filtering.parameters, cursor: page.cursor ?? [], limit: page.size + 1 };
  const found = await loadByKeys(text, keys, request, run);
  if (!plan.check) return found.map((rows) => pageOfRows(rows, page));
  const visible = await plan.check.visible(found.flat(), request);
  let at = 0;
  return found.map((rows) => {
    const start = at;
    at += rows.length;
    return pageOfRows(rows, page, (index) => visible[start + index] ?? false);
  });
}

function pageText(plan: ListPlan, page: PageRequest, filtering: Filtering): KeyedStatement {
  const { field, table, columns } = plan;
  const statement = textFor(plan.pages, page, filtering, (order, conditions) =>
    keyedStatement(table, field.on, (keyRows) =>
      pageByKey({ table, columns: columns.names, conditions: conditions(), on: field.on, keyRows }, order),
    ),
  );
  return statement(plan) as KeyedStatement;
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
export async function loadRootPage(
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

export async function loadCounts(
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

export async function countRoot(plan: ListPlan, filtering: Filtering, request: Request): Promise<number | null> {
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
