/** What a thread is started with. */
export interface Start {
  /** Its one number is set to 1 when the thread shall end. */
  readonly stop: Int32Array;
}

/** A database file as a thread opens it. */
export interface DatabaseFile {
  /** Tells it apart from all others of this process. */
  readonly number: number;
  readonly path: string;
  readonly schemas: readonly string[];
}

/** What SQLite binds. The thread makes bigints of whole numbers, which cost more to send. */
export type Bound = null | string | number | bigint | Uint8Array;

/**
 * Both directions send one JSON text for what one turn of the event loop holds: it costs a third of a structured clone.
 * A text goes along the first time only; afterwards its number stands for it.
 */
export type Statement = readonly [id: number, text: number, parameters: readonly Cell[], first?: FirstTime];

/** What a number stands for. Without a text the file is closed; it is opened again when it is next asked. */
export interface FirstTime {
  readonly sql: string | null;
  readonly file: DatabaseFile;
}

export type Answer = readonly [
  id: number,
  rows: readonly (readonly Cell[])[] | null,
  error: { readonly code: string; readonly message: string } | null,
  /** 1 where a cell of the rows is an array. */
  special: 0 | 1,
];

/** A value in JSON; what JSON has no form for is an array: bytes one character each, numbers as their digits. */
export type Cell = null | string | number | readonly [kind: "bytes" | "integer" | "real", text: string];

export function cellOf(value: Bound): Cell {
  if (typeof value === "bigint") return ["integer", String(value)];
  if (typeof value === "number" && !Number.isFinite(value)) return ["real", String(value)];
  return value instanceof Uint8Array ? ["bytes", Buffer.from(value).toString("latin1")] : value;
}

export function boundOf(cell: Cell): Bound {
  if (cell === null || typeof cell !== "object") return cell;
  const [kind, text] = cell;
  if (kind === "bytes") return Buffer.from(text, "latin1");
  return kind === "integer" ? BigInt(text) : Number(text);
}

/** Numbers are given anew when there are so many; the thread forgets what a number stood for when its text comes. */
const mostTexts = 2_000;

/** Numbers of the texts that a thread was sent, by file. */
export interface SentTexts {
  readonly numbers: Map<DatabaseFile, Map<string | null, number>>;
  count: number;
}

/** The statement as it is sent: its text the first time only. */
export function messageOf(
  { id, sql, parameters }: { readonly id: number; readonly sql: string | null; readonly parameters: readonly Cell[] },
  file: DatabaseFile,
  texts: SentTexts,
): Statement {
  let numbers = texts.numbers.get(file);
  const known = numbers?.get(sql);
  if (known !== undefined) return [id, known, parameters];
  if (texts.count === mostTexts) {
    texts.numbers.clear();
    texts.count = 0;
    numbers = undefined;
  }
  if (!numbers) {
    numbers = new Map();
    texts.numbers.set(file, numbers);
  }
  const number = texts.count;
  numbers.set(sql, number);
  texts.count += 1;
  return [id, number, parameters, { sql, file }];
}
