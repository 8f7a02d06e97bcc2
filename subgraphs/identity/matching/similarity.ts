/**
 * String similarities that give the same figures as DuckDB's `jaro_winkler_similarity` and `damerau_levenshtein`, so
 * that the model scores alike wherever it is exported to. Both count bytes of UTF-8, as DuckDB does.
 */
export function jaroWinkler(left: string, right: string): number {
  return similarityOf(bytes(left), bytes(right));
}

/** A text as `bytes`, and its `letterMask`: what the comparison of millions of pairs needs at hand. */
export interface Text {
  readonly text: string;
  readonly mask: number;
}

/** A bit for each letter or digit that occurs; some share a bit. */
export function letterMask(text: string): number {
  let mask = 0;
  for (let index = 0; index < text.length; index += 1) mask |= 1 << (text.charCodeAt(index) & 31);
  return mask;
}

/** How similar two texts are; of those that are less than `least` only that they are. */
export function similarityFrom(left: Text, right: Text, least: number): number {
  const [a, b] = [left.text, right.text];
  if (a === b) return 1;
  const [m, n] = [a.length, b.length];
  let prefix = 0;
  while (prefix < 4 && prefix < m && prefix < n && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix += 1;
  const most = mostSimilar(left.mask, m, right.mask, n, prefix);
  if (most < least) return most;
  const similarity = jaro(a, b);
  return similarity > 0.7 ? similarity + prefix * 0.1 * (1 - similarity) : similarity;
}

/**
 * What two texts of such letters, lengths and common prefix (of at most four letters) can be similar at most: most are
 * told apart by the letters that only one of them has.
 */
export function mostSimilar(
  mask: number,
  length: number,
  otherMask: number,
  otherLength: number,
  prefix: number,
): number {
  const common = Math.min(length - countBits(mask & ~otherMask), otherLength - countBits(otherMask & ~mask));
  if (common <= 0) return 0;
  // As if all common letters matched, in order; a common prefix adds a tenth a letter of what is missing.
  const most = (common / length + common / otherLength + 1) / 3;
  return most + 0.1 * prefix * (1 - most);
}

export function countBits(mask: number): number {
  let rest = mask - ((mask >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Insertions, deletions, substitutions and transpositions between two strings, an edited transposition included. */
export function damerauLevenshtein(left: string, right: string): number {
  return distanceOf(bytes(left), bytes(right));
}

/** Whether at most so many edits lie between two texts; each edit takes at most one letter away and brings one. */
export function withinEdits(left: Text, right: Text, atMost: number): boolean {
  const [a, b] = [left.text, right.text];
  if (a === b) return true;
  if (countBits(left.mask & ~right.mask) > atMost || countBits(right.mask & ~left.mask) > atMost) return false;
  const difference = a.length - b.length;
  if (difference > atMost || -difference > atMost) return false;
  if (difference === 0) {
    let first = -1;
    let others = 0;
    for (let index = 0; index < a.length; index += 1) {
      if (a.charCodeAt(index) === b.charCodeAt(index)) continue;
      if (first < 0) first = index;
      others += 1;
    }
    if (others <= atMost) return true;
    if (atMost === 1) {
      return others === 2 && a[first] === b[first + 1] && a[first + 1] === b[first];
    }
  }
  return distanceOf(a, b, atMost) <= atMost;
}

/** One character a byte of UTF-8. */
export function bytes(text: string): string {
  return !nonAscii.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

const nonAscii = /[\u0080-\uffff]/;

function similarityOf(a: string, b: string): number {
  const similarity = jaro(a, b);
  if (similarity <= 0.7) return similarity;
  let prefix = 0;
  const longest = Math.min(4, a.length, b.length);
  while (prefix < longest && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix += 1;
  return similarity + prefix * 0.1 * (1 - similarity);
}

// Scratch space that grows with the longest texts seen; nothing of it is read before it is written.
let table = new Int32Array(1024);
let taken = new Uint8Array(64);
let matched = new Uint16Array(64);
const lastRow = new Int32Array(256);

/** The distance where it is at most so much; of greater ones only that they are: no way to them stays near the diagonal. */
function distanceOf(a: string, b: string, atMost = a.length + b.length): number {
  const infinity = a.length + b.length;
  const width = b.length + 2;
  if (table.length < (a.length + 2) * width) table = new Int32Array((a.length + 2) * width);
  for (let i = 0; i < a.length; i += 1) lastRow[a.charCodeAt(i) & 255] = 0;
  for (let j = 0; j < b.length; j += 1) lastRow[b.charCodeAt(j) & 255] = 0;
  table[0] = infinity;
  for (let i = 0; i <= a.length; i += 1) {
    table[(i + 1) * width] = infinity;
    table[(i + 1) * width + 1] = i;
  }
  for (let j = 0; j <= b.length; j += 1) {
    table[j + 1] = infinity;
    table[width + j + 1] = j;
  }
  for (let i = 1; i <= a.length; i += 1) {
    const letter = a.charCodeAt(i - 1);
    const [from, to] = [Math.max(1, i - atMost), Math.min(b.length, i + atMost)];
    let lastMatch = 0;
    // What lies beside the band is further away than anybody asks.
    if (from > 1) table[(i + 1) * width + from] = infinity;
    if (to < b.length) table[(i + 1) * width + to + 2] = infinity;
    for (let j = from; j <= to; j += 1) {
      const row = lastRow[b.charCodeAt(j - 1) & 255] ?? 0;
      const column = lastMatch;
      const same = letter === b.charCodeAt(j - 1);
      if (same) lastMatch = j;
      const above = i * width + j;
      const replaced = (table[above] as number) + (same ? 0 : 1);
      const edited = Math.min((table[above + width] as number) + 1, (table[above + 1] as number) + 1);
      const beside = row - column > atMost || column - row > atMost;
      const before = beside ? infinity : (table[row * width + column] as number);
      const transposed = before + (i - row - 1) + 1 + (j - column - 1);
      table[above + width + 1] = Math.min(replaced, edited, transposed);
    }
    lastRow[letter & 255] = i;
  }
  return table[(a.length + 1) * width + b.length + 1] as number;
}

function jaro(a: string, b: string): number {
  const [m, n] = [a.length, b.length];
  if (m === 0 && n === 0) return 1;
  if (m === 0 || n === 0) return 0;
  if (taken.length < n || matched.length < m) {
    taken = new Uint8Array(2 * Math.max(m, n));
    matched = new Uint16Array(2 * Math.max(m, n));
  }
  taken.fill(0, 0, n);
  const reach = Math.max(0, (Math.max(m, n) >> 1) - 1);
  let common = 0;
  for (let i = 0; i < m; i += 1) {
    const letter = a.charCodeAt(i);
    const end = Math.min(n - 1, i + reach);
    for (let j = i > reach ? i - reach : 0; j <= end; j += 1) {
      if (taken[j] === 1 || letter !== b.charCodeAt(j)) continue;
      taken[j] = 1;
      matched[common] = letter;
      common += 1;
      break;
    }
  }
  if (common === 0) return 0;
  let transposed = 0;
  let next = 0;
  for (let j = 0; j < n; j += 1) {
    if (taken[j] !== 1) continue;
    if (b.charCodeAt(j) !== matched[next]) transposed += 1;
    next += 1;
  }
  return (common / m + common / n + (common - (transposed >> 1)) / common) / 3;
}
