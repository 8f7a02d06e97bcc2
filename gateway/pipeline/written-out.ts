import { type DocumentNode, Kind, type SelectionSetNode } from "graphql";

/**
 * How much the largest operation of a valid document selects once its fragments are written out: fields, and the
 * fragments themselves. Each fragment is counted once, so that counting takes no longer than the document is.
 */
export function sizeWrittenOut({ definitions }: DocumentNode): number {
  const fragments = new Map<string, SelectionSetNode>();
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet);
  }
  const counted = new Map<string, number>();

  function sizeOf({ selections }: SelectionSetNode): number {
    let size = selections.length;
    for (const node of selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) size += sizeOfFragment(node.name.value);
      else if (node.selectionSet) size += sizeOf(node.selectionSet);
    }
    return size;
  }

  function sizeOfFragment(name: string): number {
    const known = counted.get(name);
    if (known !== undefined) return known;
    const selected = fragments.get(name);
    const size = selected ? sizeOf(selected) : 0;
    counted.set(name, size);
    return size;
  }

  return definitions.reduce(
    (largest, node) =>
      node.kind === Kind.OPERATION_DEFINITION ? Math.max(largest, sizeOf(node.selectionSet)) : largest,
    0,
  );
}
