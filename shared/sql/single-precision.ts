/** The fewest digits that make the same single-precision number: 1.1, where drivers have 1.100000023841858. */
export function shortestSingle(single: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return single;
}
