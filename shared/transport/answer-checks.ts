import type { ExecutionResult, GraphQLError, SelectionSetNode } from "graphql";
import { Kind } from "graphql";
import { CivigraphError } from "../errors.ts";
import {
  type CheckedQuery,
  createQueryRewriter,
  type EchoedField,
  type RecordPaths,
  type Representation,
  typenameAlias,
} from "./checked-query.ts";
import { type PublishedTypes, readPublishedTypes } from "./published-types.ts";
import type { Subgraph, SubgraphCall } from "./subgraph.ts";

export interface AnswerCheckOptions {
  /** Name of the department as people know it; the subgraph's name by default. */
  readonly displayName?: string;
  /** Department id whose rows alone the subgraph may name in `record`. Absent for identity, which names all. */
  readonly department?: string;
  /** True where graphql-js made the answer in this process, so that its shape is right. */
  readonly shapeIsRight?: boolean;
}

type Values = Record<string, unknown>;

/**
 * Wraps a subgraph of ours so that an answered entity is known to be the one that was asked for. Executors merge
 * entities by position: without this, a subgraph that reorders its answer gives one citizen another's data.
 *
 * Each `_entities` selection is extended by `__typename` and the leaf fields of the representations; the answers are
 * compared with them and stripped again. What does not match is null and `SUBGRAPH_ENTITY_MISMATCH`.
 */
export function withAnswerChecks(subgraph: Subgraph, options: AnswerCheckOptions = {}): Subgraph {
  const types = readPublishedTypes(subgraph.sdl);
  const rewrite = createQueryRewriter(types);
  const department = options.displayName ?? subgraph.name;
  const recordPrefix = options.department === undefined ? undefined : `${options.department}:`;
  const refused = (code: "SUBGRAPH_INVALID_ANSWER" | "SUBGRAPH_ENTITY_MISMATCH"): ExecutionResult => ({
    data: null,
    errors: [new CivigraphError(code, { department }).toGraphQLError()],
  });

  return {
    name: subgraph.name,
    sdl: subgraph.sdl,
    health: (signal) => subgraph.health(signal),
    close: () => subgraph.close(),
    async execute(call) {
      const representations = representationsOf(call);
      const checked = rewrite(call, representations);
      const result = await subgraph.execute({ ...call, query: checked.query, document: checked.document });
      const data = result.data as Values | null | undefined;
      if (!data) return result;
      if (!options.shapeIsRight && !fitsDocument(data, checked)) return refused("SUBGRAPH_INVALID_ANSWER");

      const mismatches: (string | number)[][] = [];
      if (representations) {
        const entities = data._entities;
        if (!Array.isArray(entities)) return refused("SUBGRAPH_INVALID_ANSWER");
        if (entities.length !== representations.length) return refused("SUBGRAPH_ENTITY_MISMATCH");
        compareEntities(entities, representations, checked, types, mismatches);
      }
      if (recordPrefix && checked.recordPaths) dropForeign(data, checked.recordPaths, recordPrefix, [], mismatches);
      if (mismatches.length === 0) return result;
      const errors = mismatches.map((path) =>
        new CivigraphError("SUBGRAPH_ENTITY_MISMATCH", { department }).toGraphQLError(path),
      );
      return { ...result, errors: [...withoutPaths(result.errors ?? [], mismatches), ...errors] };
    },
  };
}

function representationsOf({ variables }: SubgraphCall): readonly Representation[] | undefined {
  const representations = variables?.representations;
  return Array.isArray(representations) ? (representations as Representation[]) : undefined;
}

function compareEntities(
  entities: unknown[],
  representations: readonly Representation[],
  { echoes }: CheckedQuery,
  types: PublishedTypes,
  mismatches: (string | number)[][],
): void {
  let expected = "";
  let echoed: readonly EchoedField[] = [];
  for (let index = 0; index < entities.length; index++) {
    const entity = entities[index] as Values | null;
    if (entity === null) continue;
    const representation = representations[index] as Representation;
    if (representation.__typename !== expected) {
      expected = representation.__typename as string;
      echoed = echoes.get(expected) ?? [];
    }
    let same = types.fits(entity[typenameAlias], expected);
    // Not deleted: an object that loses a key is slow in all that comes after. Undefined is as if absent to a merge.
    entity[typenameAlias] = undefined;
    for (const { name, alias } of echoed) {
      same &&= sameValue(entity[alias], representation[name]);
      entity[alias] = undefined;
    }
    if (same) continue;
    entities[index] = null;
    mismatches.push(["_entities", index]);
  }
}

/** Ids may be numbers on one side and strings on the other. */
function sameValue(answered: unknown, asked: unknown): boolean {
  if (answered === asked) return true;
  if (answered === null || answered === undefined || asked === null || asked === undefined) return false;
  if (Array.isArray(asked)) {
    if (!Array.isArray(answered) || answered.length !== asked.length) return false;
    for (let index = 0; index < asked.length; index += 1) {
      if (!sameValue(answered[index], asked[index])) return false;
    }
    return true;
  }
  return typeof asked !== "object" && typeof answered !== "object" && String(answered) === String(asked);
}

/** Nulls each `record` that names a row of another department. */
function dropForeign(
  value: unknown,
  paths: RecordPaths,
  prefix: string,
  path: (string | number)[],
  mismatches: (string | number)[][],
): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      dropForeign(item, paths, prefix, [...path, index], mismatches);
    });
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const object = value as Values;
  for (const [key, below] of Object.entries(paths)) {
    const found = object[key];
    if (found === null || found === undefined) continue;
    if (below !== "record") dropForeign(found, below, prefix, [...path, key], mismatches);
    else if (typeof found !== "string" || !found.startsWith(prefix)) {
      object[key] = null;
      mismatches.push([...path, key]);
    }
  }
}

/** Errors below what was nulled speak of somebody else's data. */
function withoutPaths(errors: readonly GraphQLError[], nulled: readonly (string | number)[][]): GraphQLError[] {
  return errors.filter(({ path }) => !nulled.some((at) => path && at.every((part, index) => path[index] === part)));
}

/** Objects and lists only where the document selects below, since a merge reaches into them. */
function fitsDocument(data: Values, { document }: CheckedQuery): boolean {
  return document.definitions.every(
    (node) => node.kind !== Kind.OPERATION_DEFINITION || fitsSelection(data, node.selectionSet),
  );
}

function fitsSelection(value: unknown, selectionSet: SelectionSetNode): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.every((item) => fitsSelection(item, selectionSet));
  if (typeof value !== "object") return false;
  return selectionSet.selections.every((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return true;
    if (node.kind === Kind.INLINE_FRAGMENT) return fitsSelection(value, node.selectionSet);
    if (!node.selectionSet) return true;
    return fitsSelection((value as Values)[node.alias?.value ?? node.name.value], node.selectionSet);
  });
}
