import { CivigraphError } from "../../errors.ts";
import { compared } from "../../sql/comparisons.ts";
import { packValues, unpackValues } from "../../sql/cursor.ts";
import { unreadable } from "../../sql/formats/format.ts";
import { localClock } from "../../sql/formats/time-zone.ts";
import { beyond, type OrderTerm } from "../../sql/keyset.ts";
import type { RawRow, RawValue } from "../../sql/raw.ts";
import { allByKey, countOfAll, pageOfAll } from "../../sql/read-statement.ts";
import { type Fragment, Slot, type Statement } from "../../sql/statement.ts";
import type { TableFacts } from "../../sql/table-facts.ts";
import { type KeyedStatement, keyedStatement, loadByKeys } from "../execute/keyed-load.ts";
import { type Key, keyIn, textOfKey } from "../execute/keys.ts";
import { type Request, requestOf } from "../execute/request.ts";
import type { Source } from "../execute/source.ts";
import { formatFor } from "../execute/values.ts";
import { parseLocalKey } from "../local-key.ts";
import type { PersonAttribute, PersonFeed, PersonRecord } from "../person-feed.ts";
import { type PersonReader, personReader } from "./person-reader.ts";

/** The persons of a department: one `@person` after the other, each in the order of its key columns. */
export function createPersonFeed(source: Source): PersonFeed {
  const { model } = source;
  const { persons } = model;
  let known: { facts: TableFacts; tables: readonly FeedTable[]; parts: Map<string, readonly FeedTable[]> } | undefined;

  async function open(signal?: AbortSignal, attributes?: readonly PersonAttribute[]) {
    const read = source.facts();
    const facts = read instanceof Promise ? await read : read;
    if (known?.facts !== facts) {
      const tables = persons.map((person) => feedTable(personReader(person, { source, facts })));
      known = { facts, tables, parts: new Map() };
    }
    const tables = attributes ? tablesWith(attributes, known) : known.tables;
    const call = { requestId: "person-feed", audience: "city", ...(signal ? { signal } : {}) };
    return { tables, request: requestOf(source, call, facts) };
  }

  /** The tables with some of their attributes: other columns, and joins for others, are not read. */
  function tablesWith(attributes: readonly PersonAttribute[], { facts, parts }: NonNullable<typeof known>) {
    const name = [...attributes].sort().join();
    let tables = parts.get(name);
    if (!tables) {
      const wanted = new Set(attributes);
      tables = persons.map((person) => feedTable(personReader(person, { source, facts }, wanted)));
      if (parts.size >= mostParts) parts.clear();
      parts.set(name, tables);
    }
    return tables;
  }

  return {
    description: {
      department: model.id,
      name: model.name,
      uniquePerPerson: persons.every(({ uniquePerPerson }) => uniquePerPerson),
      personalKey: persons.some(({ personalKey }) => personalKey),
      tellsChanges: persons.length > 0 && persons.every(({ changed }) => changed !== undefined),
    },
    async page({ first, after, changedSince, signal }) {
      const { tables, request } = await open(signal);
      const { rows, next } = await readPage(tables, first, after, changedSince, "records", request);
      const records = await Promise.all(rows.map(([table, own]) => table.reader.records(own, request)));
      return { records: records.flat(), next };
    },
    async keys({ first, after, signal }) {
      const { tables, request } = await open(signal);
      const { rows, next } = await readPage(tables, first, after, undefined, "keys", request);
      return { keys: rows.flatMap(([{ reader }, own]) => own.map((row) => keyOf(row, reader))), next };
    },
    async byKeys(keys, { signal, attributes } = {}) {
      const { tables, request } = await open(signal, attributes);
      const parsed = keys.map(parseLocalKey);
      const found = await Promise.all(
        tables.map(({ reader, byKey }) => {
          const { key, keySuffix } = reader.model;
          const askers = parsed.map((each): readonly Key[] =>
            each && each.suffix === keySuffix && each.values.length === key.length ? [each.values] : [],
          );
          return recordsByKey(reader, byKey, askers, request);
        }),
      );
      return keys.map((_, index) => found.map((records) => records[index]).find((record) => record) ?? null);
    },
    async count({ signal } = {}) {
      const { tables, request } = await open(signal);
      const counts = await Promise.all(
        tables.map(({ counted }) => source.select(counted, { context: request.formats }, signal)),
      );
      return counts.flat().reduce((sum, row) => sum + Number(row.at(-1)), 0);
    },
  };
}

/** Sets of attributes that statements are kept for; person asks for a few, one for each set of fields that clients select. */
const mostParts = 100;

/** The statements of one `@person`, built once each. */
interface FeedTable {
  readonly reader: PersonReader;
  readonly byKey: KeyedStatement;
  readonly counted: Statement;
  readonly order: readonly OrderTerm[];
  page(what: "records" | "keys", after: boolean, changedOnly: boolean): Statement;
}

function feedTable(reader: PersonReader): FeedTable {
  const { table, model, columns } = reader;
  const order = model.key.map((column): OrderTerm => ({ column, direction: "ASC", native: true }));
  const pages = new Map<string, Statement>();
  const conditions = reader.conditions();
  return {
    reader,
    order,
    counted: countOfAll({ table, columns: [], conditions }),
    byKey: keyedStatement(table, model.key, (keyRows) =>
      allByKey({ table, columns: columns.names, conditions, on: model.key, keyRows }),
    ),
    page(what, after, changedOnly) {
      const name = `${what} ${after} ${changedOnly}`;
      let page = pages.get(name);
      if (!page) {
        const never = order.map(() => false);
        const all: Fragment[] = [...conditions];
        if (after) all.push(beyond(table, order, never, false));
        if (changedOnly && model.changed) {
          const { column } = model.changed;
          all.push(compared(table, column, ">=", new Slot("filters", 0, table.facts.column(table.name, column))));
        }
        const selected = what === "keys" ? model.key : columns.names;
        page = pageOfAll({ table, columns: selected, conditions: all }, { order, backwards: false });
        pages.set(name, page);
      }
      return page;
    },
  };
}

interface FeedPage {
  readonly rows: readonly (readonly [FeedTable, readonly RawRow[]])[];
  readonly next: string | null;
}

async function readPage(
  tables: readonly FeedTable[],
  first: number,
  after: string | undefined,
  changedSince: string | undefined,
  what: "records" | "keys",
  request: Request,
): Promise<FeedPage> {
  if (!Number.isInteger(first) || first < 1) {
    throw new CivigraphError("BAD_USER_INPUT", { detail: "`first` must be a whole number of at least 1." });
  }
  let { index, cursor } = after === undefined ? start : readCursor(after, tables);
  const rows: [FeedTable, readonly RawRow[]][] = [];
  let missing = first;
  for (; index < tables.length; index += 1, cursor = undefined) {
    const table = tables[index] as FeedTable;
    const { model } = table.reader;
    const filters = changedSince !== undefined && model.changed ? [changedFrom(table, changedSince, request)] : [];
    const statement = table.page(what, cursor !== undefined, filters.length > 0);
    const run = { cursor: cursor ?? [], filters, limit: missing + 1, context: request.formats };
    const found = await request.source.select(statement, run, request.call.signal);
    const page = found.slice(0, missing);
    rows.push([table, distinct(page, table.reader)]);
    missing -= page.length;
    const last = page.at(-1);
    if (found.length > page.length && last) return { rows, next: writeCursor(index, last, table) };
    if (found.length > page.length) return { rows, next: writeKey(index, []) };
  }
  return { rows, next: null };
}

/** A key that several rows have (a history table) is one person: the first of them. */
function distinct(rows: readonly RawRow[], reader: PersonReader): readonly RawRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = keyOf(row, reader);
    return !seen.has(key) && seen.add(key);
  });
}

/** The key columns are the first that a statement selects. */
function keyOf(row: RawRow, { keySlots, model }: PersonReader): string {
  return textOfKey(keyIn(row, keySlots) ?? [], model.keySuffix);
}

async function recordsByKey(
  reader: PersonReader,
  statement: KeyedStatement,
  askers: readonly (readonly Key[])[],
  request: Request,
): Promise<readonly (PersonRecord | undefined)[]> {
  const found = (await loadByKeys(statement, askers, request)).map((rows) => rows[0]);
  const records = await reader.records(
    found.filter((row) => row !== undefined),
    request,
  );
  let next = 0;
  return found.map((row) => (row ? records[next++] : undefined));
}

const start: { index: number; cursor: readonly RawValue[] | undefined } = { index: 0, cursor: undefined };

function writeCursor(index: number, row: RawRow, { reader }: FeedTable): string {
  return writeKey(index, keyIn(row, reader.keySlots) ?? []);
}

function writeKey(index: number, key: readonly RawValue[]): string {
  return Buffer.from(packValues([index, ...key])).toString("base64url");
}

function readCursor(after: string, tables: readonly FeedTable[]): typeof start {
  try {
    const [index, ...cursor] = unpackValues(Buffer.from(after, "base64url").toString("utf8"));
    const table = tables[Number(index)];
    if (table && cursor.length === 0) return { index: Number(index), cursor: undefined };
    if (table && cursor.length === table.order.length) return { index: Number(index), cursor };
  } catch {
    // Falls through: whatever the text is, this feed did not make it.
  }
  throw new CivigraphError("CURSOR_INVALID", { argument: "after" });
}

/** The raw value of the instant in the person's `changed` column. */
function changedFrom({ reader: { model } }: FeedTable, instant: string, { formats }: Request) {
  const parsed = Date.parse(instant);
  const { format: name } = model.changed ?? {};
  const format = formatFor({ column: "", missing: [], ...(name ? { format: name } : {}) }, "DateTime");
  const isDay = !format.produces.includes("DateTime");
  const value = isDay && !Number.isNaN(parsed) ? localClock(parsed, formats.timeZone).slice(0, 10) : instant;
  const raw = format.span?.(value, formats) ?? format.write?.(value, formats) ?? unreadable;
  if (raw === unreadable || raw[0] === undefined) {
    throw new CivigraphError("BAD_USER_INPUT", { detail: "`changedSince` must be an RFC 3339 date and time." });
  }
  return raw[0];
}
