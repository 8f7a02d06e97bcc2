import { type TableRef, variantIn, variantsIn } from "../../sql/conditions.ts";
import type { Parameter, RawRow } from "../../sql/raw.ts";
import type { Run, Statement } from "../../sql/statement.ts";
import type { Key } from "./keys.ts";
import type { Request } from "./request.ts";

/** A statement whose text depends on how many rows its key table has; texts are built once each. */
export interface KeyedStatement {
  readonly table: TableRef;
  readonly on: readonly string[];
  readonly add: AddKey;
  text(keyRows: number): Statement;
}

/** Adds a row of the key table for each way in which the columns can hold a key: the asker's position, then the values. */
type AddKey = (key: Key, position: number, keys: Parameter[]) => void;

export function keyedStatement(
  table: TableRef,
  on: readonly string[],
  build: (keyRows: number) => Statement,
): KeyedStatement {
  const texts = new Map<number, Statement>();
  return {
    table,
    on,
    add: adding(table, on),
    text(keyRows) {
      let text = texts.get(keyRows);
      if (!text) {
        text = build(keyRows);
        texts.set(keyRows, text);
      }
      return text;
    },
  };
}

/**
 * The rows that each asker's keys match, in one statement, or one per chunk where there are more keys than an engine
 * takes. The keys of one asker stay in one chunk, so that its rows come in order.
 */
export async function loadByKeys(
  statement: KeyedStatement,
  askers: readonly (readonly Key[])[],
  request: Request,
  run: Omit<Run, "keys" | "context"> = {},
): Promise<readonly (readonly RawRow[])[]> {
  const chunks = chunked(statement, askers, run);
  const [only] = chunks;
  if (only && chunks.length === 1) return grouped([await select(statement, only, request, run)], askers.length);
  return grouped(await Promise.all(chunks.map((chunk) => select(statement, chunk, request, run))), askers.length);
}

function select(
  statement: KeyedStatement,
  { keys, count }: Chunk,
  { source, formats, call }: Request,
  { filters, cursor, limit }: Omit<Run, "keys" | "context">,
): Promise<readonly RawRow[]> {
  const run = { keys, filters, cursor, limit, context: formats };
  return source.select(statement.text(count), run, call.signal);
}

const noRows: readonly RawRow[] = [];

/** The rows of each asker, whose position a row begins with. */
function grouped(answers: readonly (readonly RawRow[])[], askers: number): readonly (readonly RawRow[])[] {
  const rows = new Array<readonly RawRow[]>(askers).fill(noRows);
  for (const answer of answers) {
    for (const row of answer) {
      const position = Number(row[0]);
      const own = rows[position];
      if (own === noRows) rows[position] = [row];
      else (own as RawRow[] | undefined)?.push(row);
    }
  }
  return rows;
}

interface Chunk {
  readonly keys: Parameter[];
  /** Rows of the key table: a power of two, so that few texts are needed; the rest matches nothing. */
  readonly count: number;
}

function chunked(
  { table, on, add }: KeyedStatement,
  askers: readonly (readonly Key[])[],
  run: Omit<Run, "keys" | "context">,
) {
  const { limits } = table.dialect;
  const others = (run.filters?.length ?? 0) + (run.cursor?.length ?? 0) * 4 + 100;
  const most = Math.max(1, Math.min(limits.keys, Math.floor((limits.parameters - others) / (on.length + 1))));
  const width = on.length + 1;
  const chunks: Chunk[] = [];
  let keys: Parameter[] = [];
  const close = () => {
    if (keys.length === 0) return;
    let count = keys.length / width;
    const size = Math.max(count, Math.min(2 ** Math.ceil(Math.log2(count)), most));
    for (; count < size; count += 1) {
      keys.push(-1);
      for (let column = 1; column < width; column += 1) keys.push(null);
    }
    chunks.push({ keys, count });
  };
  for (let position = 0; position < askers.length; position += 1) {
    const start = keys.length;
    for (const key of askers[position] ?? []) add(key, position, keys);
    if (keys.length <= most * width || start === 0) continue;
    const next = keys.splice(start);
    close();
    keys = next;
  }
  close();
  return chunks;
}

function adding(table: TableRef, on: readonly string[]): AddKey {
  const columns = on.flatMap((column) => variantIn(table, column) ?? []);
  if (columns.length === on.length) {
    return (key, position, keys) => {
      const start = keys.push(position) - 1;
      for (let index = 0; index < columns.length; index += 1) {
        const value = columns[index]?.(trimmed(key[index] ?? null));
        if (value === undefined) {
          keys.length = start;
          return;
        }
        keys.push(value);
      }
    };
  }
  const ways = spellingsIn(table, on);
  return (key, position, keys) => {
    for (const tuple of ways(key)) keys.push(position, ...tuple);
  };
}

/** The ways in which the columns can hold the key: each padded column with and without its blanks. */
export function spellings(table: TableRef, on: readonly string[], key: Key): readonly (readonly Parameter[])[] {
  return spellingsIn(table, on)(key);
}

function spellingsIn(table: TableRef, on: readonly string[]): (key: Key) => readonly (readonly Parameter[])[] {
  const columns = on.map((column) => variantsIn(table, column));
  const waysIn = (key: Key, index: number) => columns[index]?.(trimmed(key[index] ?? null)) ?? [];
  return (key) => {
    let tuples: readonly (readonly Parameter[])[] = waysIn(key, 0).map((way) => [way]);
    for (let index = 1; index < columns.length; index += 1) {
      const ways = waysIn(key, index);
      tuples = tuples.flatMap((tuple) => ways.map((way) => [...tuple, way]));
    }
    return tuples;
  };
}

function trimmed(value: Parameter): Parameter {
  return typeof value === "string" && value.endsWith(" ") ? value.trimEnd() : value;
}
