import type { FetchNode } from "@apollo/query-planner";
import { type ExecutionResult, type GraphQLError, parse } from "graphql";
import { CivigraphError } from "../../shared/errors.ts";
import type { CallContext, Subgraph } from "../../shared/transport/subgraph.ts";
import { type Authority, refersTo } from "./authority.ts";
import { compileFetchErrors } from "./fetch-errors.ts";
import { compileRepresent } from "./representation.ts";
import type { RequiredVariants } from "./required-variants.ts";
import { compileRewrites, renamedKeys } from "./rewrites.ts";
import { absent, eachItem, isTree, merge, objectsAt, type Tree } from "./tree.ts";
import type { TypeNames } from "./type-names.ts";
import type { VisiblePaths } from "./visible-paths.ts";

/** One execution of a plan: what steps read and write. */
export interface Run {
  readonly data: Tree;
  readonly errors: GraphQLError[];
  readonly variables: Readonly<Record<string, unknown>>;
  /** Values of the operation's variables with defaults, for conditions. */
  readonly coerced: Readonly<Record<string, unknown>>;
  readonly context: CallContext;
  readonly visible: VisiblePaths;
}

export type Step = (run: Run) => Promise<void>;

export interface Compiling {
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
  readonly typeNames: TypeNames;
  readonly variants: RequiredVariants;
  readonly authority?: Authority | undefined;
}

/** Compiles one fetch of a plan at its path: representations, the call, rewrites, merging and errors. */
export function compileFetch(node: FetchNode, path: readonly string[], compiling: Compiling): Step {
  const { subgraphs, typeNames } = compiling;
  const document = parse(node.operation, { noLocation: true });
  const { operation: query, operationName, variableUsages = [], serviceName } = node;
  const rewriteInput = compileRewrites(node.inputRewrites, typeNames);
  const rewriteOutput = compileRewrites(node.outputRewrites, typeNames);
  const represent = node.requires ? compileRepresent(node.requires, typeNames) : undefined;
  const fetchErrors = compileFetchErrors(path, document, renamedKeys(node.outputRewrites), typeNames);
  const repeats = canRepeat(path);
  const authority = compiling.authority?.subgraph === node.serviceName ? compiling.authority : undefined;

  /** Rejects where the subgraph breaks its promise not to. */
  function call(run: Run, representations?: readonly Tree[]): Promise<ExecutionResult> | ExecutionResult {
    const variables: Record<string, unknown> = representations ? { representations } : {};
    for (const name of variableUsages) {
      const value = Object.hasOwn(run.variables, name) ? run.variables[name] : undefined;
      if (value !== undefined) variables[name] = value;
    }
    const subgraph = subgraphs.get(serviceName);
    if (!subgraph) return failed("SUBGRAPH_UNAVAILABLE", serviceName);
    return subgraph.execute(
      operationName
        ? { query, document, variables, context: run.context, operationName }
        : { query, document, variables, context: run.context },
    );
  }

  /** It costs its own fields like any other that is down. */
  const broken = (): ExecutionResult => failed("SUBGRAPH_UNAVAILABLE", serviceName);

  if (!represent) {
    return async (run) => {
      const objects = objectsAt(run.data, path);
      if (objects.length === 0) return;
      let answer: ExecutionResult;
      try {
        answer = await call(run);
      } catch {
        answer = broken();
      }
      const { data, errors } = answer;
      if (isTree(data)) {
        rewriteOutput?.(data);
        // Each object gets its own copy: what one fetch adds to one must not show in the others.
        objects.forEach((object, index) => {
          merge(object, index === 0 ? data : structuredClone(data));
        });
      }
      if (errors) run.errors.push(...fetchErrors.place(run.data, { errors, lost: !isTree(data) }, run.visible));
    };
  }

  return async (run) => {
    const { representations, targets } = collect(objectsAt(run.data, path), represent, rewriteInput, repeats);
    if (representations.length === 0) return;
    let answer: ExecutionResult;
    try {
      answer = await call(run, representations);
    } catch {
      answer = broken();
    }
    const entities = answer.data?._entities;
    const whole = Array.isArray(entities) && entities.length === representations.length;
    if (whole) mergeEntities(entities, targets, rewriteOutput, typeNames);
    else if (!answer.errors?.length) answer = failed("SUBGRAPH_INVALID_ANSWER", serviceName);
    if (authority) markAbsent(authority, whole ? entities : [], representations, targets);
    if (answer.errors?.length) {
      const { errors } = answer;
      run.errors.push(...fetchErrors.place(run.data, { errors, lost: !whole, targets }, run.visible));
    }
  };
}

/** Below a list, references can name one entity many times; the list's own items hardly ever do. */
function canRepeat(path: readonly string[]): boolean {
  const lists = path.filter((step) => step === eachItem).length;
  return lists > 1 || (lists === 1 && path.at(-1) !== eachItem);
}

interface Collected {
  readonly representations: Tree[];
  /** The objects that each representation stands for. */
  readonly targets: Tree[][];
}

function collect(
  objects: readonly Tree[],
  represent: (object: Tree) => Tree | null,
  rewriteInput: ((value: unknown) => void) | undefined,
  repeats: boolean,
): Collected {
  const representations: Tree[] = [];
  const targets: Tree[][] = [];
  const known = repeats ? new Map<string, Tree[]>() : undefined;
  for (const object of objects) {
    const representation = represent(object);
    if (!representation?.__typename) continue;
    rewriteInput?.(representation);
    if (known) {
      const identity = JSON.stringify(representation);
      const same = known.get(identity);
      if (same) {
        same.push(object);
        continue;
      }
      const target = [object];
      known.set(identity, target);
      targets.push(target);
    } else targets.push([object]);
    representations.push(representation);
  }
  return { representations, targets };
}

function mergeEntities(
  entities: readonly unknown[],
  targets: readonly (readonly Tree[])[],
  rewriteOutput: ((value: unknown) => void) | undefined,
  typeNames: TypeNames,
): void {
  entities.forEach((entity, index) => {
    const objects = targets[index] ?? [];
    if (!isTree(entity)) return;
    const known = objects[0]?.__typename;
    const { __typename: said } = entity;
    // A subgraph with @interfaceObject knows the interface only; the type that is known already says more.
    if (typeof said === "string" && typeof known === "string" && said !== known && typeNames(said).has(known)) {
      entity.__typename = known;
    }
    if (rewriteOutput) {
      entity.__typename ??= known;
      rewriteOutput(entity);
    }
    objects.forEach((object, copy) => {
      merge(object, copy === 0 ? entity : structuredClone(entity));
    });
  });
}

/** Nobody is left of a reference that its authority did not answer. */
function markAbsent(
  authority: Authority,
  entities: readonly unknown[],
  representations: readonly Tree[],
  targets: readonly (readonly Tree[])[],
): void {
  representations.forEach((representation, index) => {
    if (isTree(entities[index]) || !refersTo(authority, representation)) return;
    for (const object of targets[index] ?? []) object[absent] = true;
  });
}

function failed(code: "SUBGRAPH_UNAVAILABLE" | "SUBGRAPH_INVALID_ANSWER", department: string): ExecutionResult {
  return { data: null, errors: [new CivigraphError(code, { department }).toGraphQLError()] };
}
