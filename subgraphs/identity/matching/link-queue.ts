/** The pairs between two groups of one component, strongest first. */
export interface GroupLink {
  readonly left: number;
  readonly right: number;
  readonly weights: readonly number[];
  readonly strength: number;
}

/** Whether a link joins before another: the stronger one, then the one with the lower groups. */
function before(one: GroupLink, other: GroupLink): boolean {
  if (one.strength !== other.strength) return one.strength > other.strength;
  return one.left !== other.left ? one.left < other.left : one.right < other.right;
}

/** Puts a link into a heap whose first entry is the one to join first. */
export function push(heap: GroupLink[], link: GroupLink): void {
  let at = heap.push(link) - 1;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || !before(link, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = link;
}

/** Takes the link to join first. */
export function pop(heap: GroupLink[]): GroupLink | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let down = 2 * at + 1;
    const [left, right] = [heap[down], heap[down + 1]];
    if (left === undefined) break;
    if (right !== undefined && before(right, left)) down += 1;
    const child = heap[down];
    if (child === undefined || !before(child, last)) break;
    heap[at] = child;
    at = down;
  }
  heap[at] = last;
  return first;
}
