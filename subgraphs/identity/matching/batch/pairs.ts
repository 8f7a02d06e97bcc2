/** Pairs of records, by number; the first is the lower. */
export interface Pairs {
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** All pairs of several sets, each once, sorted by the first record and then by the second. */
export function distinctPairs(sets: readonly Pairs[], records: number): Pairs {
  const starts = new Int32Array(records + 1);
  for (const { a } of sets) {
    for (let index = 0; index < a.length; index += 1) {
      const next = (a[index] as number) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
  }
  for (let record = 0; record < records; record += 1) {
    starts[record + 1] = (starts[record + 1] as number) + (starts[record] as number);
  }
  const others = new Int32Array(starts[records] ?? 0);
  const ends = starts.slice(0, records);
  for (const { a, b } of sets) {
    for (let index = 0; index < a.length; index += 1) {
      const record = a[index] as number;
      const end = ends[record] as number;
      others[end] = b[index] as number;
      ends[record] = end + 1;
    }
  }
  // The others of each record move to the front, sorted and each once.
  let length = 0;
  for (let record = 0; record < records; record += 1) {
    const [from, to] = [starts[record] as number, ends[record] as number];
    sort(others, from, to);
    starts[record] = length;
    for (let index = from; index < to; index += 1) {
      const other = others[index] as number;
      if (index > from && other === others[length - 1] && length > (starts[record] as number)) continue;
      others[length] = other;
      length += 1;
    }
  }
  const first = new Int32Array(length);
  for (let record = 0; record < records; record += 1) {
    first.fill(record, starts[record], record + 1 < records ? starts[record + 1] : length);
  }
  return { a: first, b: others.slice(0, length) };
}

/** Below so many numbers insertion is faster than the runtime's own way of sorting. */
const few = 24;

function sort(numbers: Int32Array, from: number, to: number): void {
  if (to - from > few) {
    numbers.subarray(from, to).sort();
    return;
  }
  for (let index = from + 1; index < to; index += 1) {
    const number = numbers[index] as number;
    let at = index - 1;
    while (at >= from && (numbers[at] as number) > number) {
      numbers[at + 1] = numbers[at] as number;
      at -= 1;
    }
    numbers[at + 1] = number;
  }
}
