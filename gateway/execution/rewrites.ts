import type { FetchDataRewrite } from "@apollo/query-planner";
import { ownValue, type Tree } from "./tree.ts";
import type { TypeNames } from "./type-names.ts";

/** Changes an object in place. */
export type Rewrite = (value: unknown) => void;

const fragmentPrefix = "... on ";

/** Compiles the planner's rewrites of representations and answers: set a value (`__typename`), rename an alias. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  typeNames: TypeNames,
): Rewrite | undefined {
  if (!rewrites || rewrites.length === 0) return undefined;
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, typeNames));
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
}

/** Aliases that the planner made up and the names that clients know for them. */
export function renamedKeys(rewrites: readonly FetchDataRewrite[] | undefined): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const rewrite of rewrites ?? []) {
    const alias = rewrite.path.at(-1);
    if (rewrite.kind === "KeyRenamer" && alias !== undefined) names.set(alias, rewrite.renameKeyTo);
  }
  return names;
}

function compileRewrite(rewrite: FetchDataRewrite, typeNames: TypeNames): Rewrite {
  const key = rewrite.path.at(-1);
  if (key === undefined) return () => {};
  const change = rewrite.kind === "ValueSetter" ? setter(key, rewrite.setValueTo) : renamer(key, rewrite.renameKeyTo);
  return rewrite.path.slice(0, -1).reduceRight<Rewrite>((next, step) => stepInto(step, next, typeNames), change);
}

function setter(key: string, value: unknown) {
  return forEachObject((object) => {
    object[key] = value;
  });
}

function renamer(key: string, name: string) {
  return forEachObject((object) => {
    const value = ownValue(object, key);
    if (value === undefined) return;
    if (value !== null || ownValue(object, name) === undefined) object[name] = value;
    delete object[key];
  });
}

function stepInto(step: string, next: Rewrite, typeNames: TypeNames): Rewrite {
  if (!step.startsWith(fragmentPrefix)) return forEachObject((object) => next(ownValue(object, step)));
  const covered = typeNames(step.slice(fragmentPrefix.length));
  return forEachObject((object) => {
    const typename = object.__typename;
    if (typeof typename !== "string" || covered.has(typename)) next(object);
  });
}

function forEachObject(change: (object: Tree) => void): Rewrite {
  const apply: Rewrite = (value) => {
    if (Array.isArray(value)) for (const item of value) apply(item);
    else if (typeof value === "object" && value !== null) change(value as Tree);
  };
  return apply;
}
