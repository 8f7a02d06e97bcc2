/** A CSV file as text, with what its first line may say of it. */
export interface CsvText {
  readonly text: string;
  readonly delimiter?: string;
}

/** Letters that a header is looked for in. */
const longestHeader = 100_000;
const endOfFile = "\u001a";
const delimiters = [",", ";", "\t", "|"] as const;

/**
 * Takes away what is no table: a line `sep=;` as spreadsheets write it, and the end-of-file sign of old systems. Where
 * lines end in both ways they end in one after it, for the reader takes the first for the only.
 */
export function tidied(text: string): CsvText {
  const said = /^\ufeff?sep=(.)\r?\n/i.exec(text);
  const end = text.lastIndexOf(endOfFile);
  const isEnd = end >= 0 && text.slice(end + 1).trim() === "";
  const table = text.slice(said?.[0].length ?? 0, isEnd ? end : undefined);
  const isMixed = table.includes("\r\n") && /[^\r]\n/.test(table);
  return { text: isMixed ? table.replaceAll("\r\n", "\n") : table, ...(said ? { delimiter: said[1] } : {}) };
}

/** The cells of the first row; without a delimiter by the usual one that gives the most. */
export function headerOf(text: string, delimiter?: string): { readonly delimiter: string; readonly cells: string[] } {
  const beginning = text.slice(0, longestHeader);
  const [found] = (delimiter === undefined ? delimiters : [delimiter])
    .map((one) => ({ delimiter: one, cells: rowsOf(beginning, one).next().value?.cells ?? [] }))
    .sort((a, b) => b.cells.length - a.cells.length);
  return found ?? { delimiter: ",", cells: [] };
}

interface Row {
  /** The line on which it begins; the first is 1. */
  readonly line: number;
  readonly cells: string[];
}

/** The first row with more cells than the first of all. */
export function longerRow(text: string, delimiter: string): Row | undefined {
  let most: number | undefined;
  for (const row of rowsOf(text, delimiter)) {
    if (row.cells.length > (most ?? row.cells.length)) return row;
    most ??= row.cells.length;
  }
  return undefined;
}

function* rowsOf(text: string, delimiter: string): Generator<Row, undefined> {
  let [cells, line, lines, isQuoted] = [[""], 1, 1, false];
  for (const letter of text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n")) {
    if (letter === '"') isQuoted = !isQuoted;
    if (letter === "\n") lines += 1;
    if (letter === "\n" && !isQuoted) {
      yield { line, cells: cells.map((cell) => cell.trim()) };
      [cells, line] = [[""], lines];
    } else if (letter === delimiter && !isQuoted) cells.push("");
    else if (letter !== '"') cells.push(`${cells.pop()}${letter}`);
  }
  yield { line, cells: cells.map((cell) => cell.trim()) };
  return undefined;
}
