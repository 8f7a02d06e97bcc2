import { type GraphQLObjectType, getNamedType, isEnumType } from "graphql";
import { expect, it } from "vitest";
import type { Wrapped } from "../support/engines/wrapped.ts";
import type { Pair } from "./engine-suite.ts";
import { selectionOf } from "./selection.ts";

/** Every list of the schema, in every order it has, page by page to its end, and back where it can be read from there. */
export function pagingTests(known: Wrapped, pair: () => Pair): void {
  const query = known.model.schema.getQueryType() as GraphQLObjectType;
  for (const field of Object.values(query.getFields())) {
    const connection = getNamedType(field.type) as GraphQLObjectType;
    if (!connection.name.endsWith("Connection")) continue;
    const node = connection.getFields().nodes;
    if (!node) continue;
    const selection = selectionOf(getNamedType(node.type) as GraphQLObjectType, 0);
    const order = field.args.find(({ name }) => name === "orderBy");
    const orderType = order && getNamedType(order.type);
    const orders = isEnumType(orderType) ? orderType.getValues().map(({ name }) => name) : [undefined];
    const backwards = field.args.some(({ name }) => name === "last");
    for (const chosen of orders) {
      const title = `pages through ${field.name}${chosen ? ` by ${chosen}` : ""}`;
      const list = { field: field.name, order: chosen, selection };
      it(`${title} as SQLite does, every row once`, async () => {
        const { own, known: reference } = pair();
        const [mine, theirs] = await Promise.all([allPages(own, list, "after"), allPages(reference, list, "after")]);
        expect(mine).toEqual(theirs);
        expect(mine.length).toBeGreaterThan(0);
        expect(new Set(mine.map(idOf)).size).toBe(mine.length);
      });
      if (!backwards) continue;
      it(`${title} from its end, the same rows the other way round`, async () => {
        const { own } = pair();
        const [there, back] = await Promise.all([allPages(own, list, "after"), allPages(own, list, "before")]);
        expect(back).toEqual(there);
      });
    }
  }
}

interface List {
  readonly field: string;
  readonly order: string | undefined;
  readonly selection: string;
}

interface Page {
  readonly nodes: readonly unknown[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const most = 400;

/** All rows, in the list's order; backwards from its end. Long lists are read to their first few hundred rows. */
async function allPages({ run }: Wrapped, { field, order, selection }: List, direction: "after" | "before") {
  const size = direction === "after" ? "first: 37" : "last: 37";
  const ordered = order ? `orderBy: ${order} ` : "";
  const text = `query ($cursor: String) { list: ${field}(${ordered}${size} ${direction}: $cursor) {
    nodes { ${selection} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  const rows: unknown[] = [];
  let cursor: string | null = null;
  do {
    const { data, errors }: Awaited<ReturnType<Wrapped["run"]>> = await run(text, { cursor });
    const list = data?.list as Page | null | undefined;
    if (!list) throw new Error(JSON.stringify(errors));
    if (direction === "after") rows.push(...list.nodes);
    else rows.unshift(...list.nodes);
    const { pageInfo } = list;
    const more: boolean = direction === "after" ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
    cursor = more ? (direction === "after" ? pageInfo.endCursor : pageInfo.startCursor) : null;
  } while (cursor !== null && rows.length < most);
  return rows;
}

function idOf(row: unknown): string {
  return (row as { id: string }).id;
}
