import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";
import type { Path } from "./tree.ts";

/** Which paths of the tree a client can know of: those that its own operation selects. */
export interface VisiblePaths {
  /** The path in the client's names, up to where it would name what the client did not select, such as a hidden key. */
  cut(path: Path): Path;
  selects(path: Path): boolean;
}

export function createVisiblePaths(
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  clientKey: (plannedKey: string) => string,
): VisiblePaths {
  const inClientNames = (path: Path): Path => path.map((step) => (typeof step === "string" ? clientKey(step) : step));
  const cut = (path: Path): Path => {
    let level: readonly SelectionSetNode[] = [selectionSet];
    for (const [index, step] of path.entries()) {
      if (typeof step === "number") continue;
      const fields = level.flatMap((selected) => fieldsAt(selected, step, fragments));
      if (fields.length === 0) return inClientNames(path.slice(0, index));
      level = fields.flatMap((field) => field.selectionSet ?? []);
    }
    return inClientNames(path);
  };
  return { cut, selects: (path) => cut(path).length === path.length };
}

function fieldsAt(
  { selections }: SelectionSetNode,
  key: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FieldNode[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return (node.alias ?? node.name).value === key ? node : [];
    const below = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
    return below ? fieldsAt(below.selectionSet, key, fragments) : [];
  });
}
