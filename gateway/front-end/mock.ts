import { createHash } from "node:crypto";
import {
  execute,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { ServedGraph } from "../pipeline/graph.ts";
import { plausible } from "./plausible.ts";

/** An invented object: all of its fields follow from the seed, so that the same object is the same in every answer. */
type Mocked = { readonly [field: string]: unknown; readonly $seed: string };

/** Serves every field of a schema with invented data; the same question has the same answer, also after a restart. */
export function mockGraph(schema: GraphQLSchema): ServedGraph {
  return {
    schema,
    execute: async ({ document, operationName, variables }) =>
      execute({
        schema,
        document,
        operationName: operationName ?? null,
        variableValues: variables ?? null,
        rootValue: { $seed: "" },
        fieldResolver: invent,
        typeResolver: (value) => (value as { readonly __typename: string }).__typename,
      }),
    health: async () => new Map(),
  };
}

const invent: GraphQLFieldResolver<Mocked, unknown, Page> = (
  source,
  args,
  _context,
  { fieldName, returnType, parentType, schema },
) => {
  if (fieldName in source) return source[fieldName];
  const { first, last, after, before, ...chosen } = args;
  const seed = seedOf(source.$seed, fieldName, JSON.stringify(chosen));
  const wanted: Wanted = { schema, parent: parentType, field: fieldName, source, args };
  return inventedValue(returnType, seed, wanted);
};

interface Page {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
  readonly [argument: string]: unknown;
}

interface Wanted {
  readonly schema: GraphQLSchema;
  readonly parent: GraphQLObjectType;
  readonly field: string;
  readonly source: Mocked;
  readonly args: Page;
}

function inventedValue(type: GraphQLOutputType, seed: string, wanted: Wanted): unknown {
  if (isNonNullType(type)) return inventedValue(type.ofType, seed, wanted);
  if (isListType(type)) {
    return Array.from({ length: 1 + (numberOf(seed) % 3) }, (_, index) =>
      inventedValue(type.ofType, seedOf(seed, String(index)), { ...wanted, args: {} }),
    );
  }
  if (isAbstractType(type)) {
    const possible = wanted.schema.getPossibleTypes(type);
    const chosen = possible[numberOf(seed) % possible.length] as GraphQLObjectType;
    return { ...objectOf(chosen, seed, wanted), __typename: chosen.name };
  }
  if (isObjectType(type))
    return type.name.endsWith("Connection") ? pageOf(type, seed, wanted) : objectOf(type, seed, wanted);
  if (isEnumType(type)) {
    const values = type
      .getValues()
      .filter(({ name, deprecationReason }) => name !== "UNRECOGNISED" && !deprecationReason);
    return values[numberOf(seed) % values.length]?.value;
  }
  const fields = Object.keys(wanted.parent.getFields());
  return plausible({
    type: type.name,
    field: wanted.field,
    of: wanted.parent.name,
    siblings: fields,
    seed: (field) => numberOf(seedOf(wanted.source.$seed, field, "{}")),
  });
}

/** An object that was looked up by its id is the one that lists show under that id. */
function objectOf(type: GraphQLObjectType, seed: string, { args }: Wanted): Mocked {
  const fields = type.getFields();
  const given = Object.fromEntries(Object.entries(args).filter(([name, value]) => name in fields && isPlain(value)));
  if (!("id" in fields)) return { ...given, $seed: seed };
  const id = typeof given.id === "string" ? given.id : seed.slice(0, 16);
  return { ...given, id, $seed: seedOf(type.name, id) };
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

/** A page of a list that is as long as its seed says. Cursors are positions. */
function pageOf(type: GraphQLObjectType, seed: string, wanted: Wanted): Mocked {
  const total = wanted.parent === wanted.schema.getQueryType() ? 40 + (numberOf(seed) % 40) : numberOf(seed) % 6;
  const { first, last, after, before } = wanted.args;
  let start = after ? Number(after) + 1 : 0;
  let end = before ? Number(before) : total;
  if (typeof first === "number") end = Math.min(end, start + first);
  if (typeof last === "number") start = Math.max(start, end - last);
  const itemType = type.getFields().nodes?.type ?? type.getFields().edges?.type;
  const positions = Array.from({ length: Math.max(0, Math.min(end, total) - start) }, (_, index) => start + index);
  const item = (position: number) =>
    itemType ? itemOf(itemType, seedOf(seed, String(position)), { ...wanted, args: {} }) : undefined;
  const edges = positions.map((position) => ({
    $seed: seedOf(seed, "edge", String(position)),
    cursor: String(position),
    node: item(position),
  }));
  const pageInfo = {
    $seed: seed,
    hasNextPage: end < total,
    hasPreviousPage: start > 0,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { $seed: seed, nodes: edges.map(({ node }) => node), edges, pageInfo, totalCount: total };
}

function itemOf(type: GraphQLOutputType, seed: string, wanted: Wanted): unknown {
  if (isNonNullType(type) || isListType(type)) return itemOf(type.ofType, seed, wanted);
  return inventedValue(type, seed, wanted);
}

function seedOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\u0000")).digest("hex");
}

function numberOf(seed: string): number {
  return Number.parseInt(seed.slice(0, 8), 16);
}
