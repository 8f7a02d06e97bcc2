/** Marks an object that turned out to stand for nobody: its holder gets null instead. */
export const absent = Symbol("absent");

/** An object of an answer that is being put together; its values come from subgraphs and are trusted for nothing. */
export interface Tree {
  [key: string]: unknown;
  [absent]?: true;
}

export type Path = readonly (string | number)[];

/** Step of a plan's path into each item of a list. */
export const eachItem = "@";

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects at a plan's path, in document order; nulls and what is no object are left out. */
export function objectsAt(root: Tree, path: readonly string[]): Tree[] {
  let level: unknown[] = [root];
  for (const step of path) {
    const below: unknown[] = [];
    for (const value of level) {
      if (step === eachItem) {
        if (Array.isArray(value)) for (const item of value) below.push(item);
      } else if (isTree(value)) {
        below.push(ownValue(value, step));
      }
    }
    level = below;
  }
  // Lists of lists need no second `@` to be looked through.
  return level.some((value) => Array.isArray(value)) ? level.flat(8).filter(isTree) : level.filter(isTree);
}

/** Where each object at a plan's path stands. One object can stand at several places. */
export function placesAt(root: Tree, path: readonly string[]): Map<Tree, Path[]> {
  const places = new Map<Tree, Path[]>();
  const visit = (value: unknown, rest: readonly string[], at: Path): void => {
    const [step, ...below] = rest;
    if (Array.isArray(value)) {
      const next = step === eachItem ? below : rest;
      value.forEach((item, index) => {
        visit(item, next, [...at, index]);
      });
    } else if (isTree(value)) {
      if (step === undefined) places.set(value, [...(places.get(value) ?? []), at]);
      else if (step !== eachItem) visit(ownValue(value, step), below, [...at, step]);
    }
  };
  visit(root, path, []);
  return places;
}

/** `constructor` and the like are names that a query may use and an object inherits. */
export function ownValue(tree: Tree, key: string): unknown {
  const value = tree[key];
  // What an object inherits is functions, and what `__proto__` names.
  if (typeof value !== "function" && key !== "__proto__") return value;
  return Object.hasOwn(tree, key) ? value : undefined;
}

/**
 * Merges what a subgraph answered into what is there. A null never takes away what another subgraph knows: value
 * types are answered in parts, and the part of one that is down must not cost those of the others.
 */
export function merge(target: Tree, source: Tree): void {
  for (const key in source) {
    const value = source[key];
    if (value === undefined || key === "__proto__") continue;
    const present = ownValue(target, key);
    if (present === undefined || present === null) target[key] = value;
    else if (value !== null) target[key] = mergeValues(present, value);
  }
}

function mergeValues(present: unknown, value: unknown): unknown {
  if (isTree(present) && isTree(value)) {
    if (present !== value) merge(present, value);
    return present;
  }
  if (Array.isArray(present) && Array.isArray(value) && present.length === value.length) {
    if (present === value) return present;
    for (let index = 0; index < value.length; index++) {
      const [old, added] = [present[index], value[index]];
      if (added === null || added === undefined) continue;
      present[index] = old === null || old === undefined ? added : mergeValues(old, added);
    }
    return present;
  }
  return value;
}
