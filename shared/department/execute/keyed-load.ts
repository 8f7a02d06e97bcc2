import { type TableRef, variantsIn } from "../../sql/conditions.ts";
import type { Parameter, RawRow } from "../../sql/raw.ts";
import type { Run, Statement } from "../../sql/statement.ts";
import type { Key } from "./keys.ts";
import type { Request } from "./request.ts";

/** A statement whose text depends on how many rows its key table has; texts are built once each. */
export interface KeyedStatement {
  readonly table: TableRef;
  readonly on: readonly string[];
  readonly spell: Spell;
  text(keyRows: number): Statement;
}

/** The ways in which the columns can hold a key. */
type Spell = (key: Key) => readonly (readonly Parameter[])[];

export function keyedStatement(
  table: TableRef,
  on: readonly string[],
  build: (keyRows: number) => Statement,
): KeyedStatement {
  const texts = new Map<number, Statement>();
  return {
    table,
    on,
    spell: spellingsIn(table, on),
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
): Promise<readonly RawRow[][]> {
  const { source } = request;
  const rows: RawRow[][] = askers.map(() => []);
  const chunks = chunked(statement, askers, run);
  await Promise.all(
    chunks.map(async ({ keys, count }) => {
      const whole = { ...run, keys, context: request.formats };
      const found = await source.select(statement.text(count), whole, request.call.signal);
      for (const row of found) rows[Number(row[0])]?.push(row);
    }),
  );
  return rows;
}

interface Chunk {
  readonly keys: Parameter[];
  /** Rows of the key table: a power of two, so that few texts are needed; the rest matches nothing. */
  readonly count: number;
}

function chunked(
  { table, on, spell }: KeyedStatement,
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
    for (const key of askers[position] ?? []) {
      for (const tuple of spell(key)) {
        keys.push(position);
        for (const value of tuple) keys.push(value);
      }
    }
    if (keys.length <= most * width || start === 0) continue;
    const next = keys.splice(start);
    close();
    keys = next;
  }
  close();
  return chunks;
}

/** The ways in which the columns can hold the key: each padded column with and without its blanks. */
export function spellings(table: TableRef, on: readonly string[], key: Key): readonly (readonly Parameter[])[] {
  return spellingsIn(table, on)(key);
}

function spellingsIn(table: TableRef, on: readonly string[]): Spell {
  const columns = on.map((column) => variantsIn(table, column));
  const waysIn = (key: Key, index: number) => {
    const value = key[index] ?? null;
    const trimmed = typeof value === "string" && value.endsWith(" ") ? value.trimEnd() : value;
    return columns[index]?.(trimmed) ?? [];
  };
  return (key) => {
    let tuples: readonly (readonly Parameter[])[] = waysIn(key, 0).map((way) => [way]);
    for (let index = 1; index < columns.length; index += 1) {
      const ways = waysIn(key, index);
      tuples = tuples.flatMap((tuple) => ways.map((way) => [...tuple, way]));
    }
    return tuples;
  };
}
