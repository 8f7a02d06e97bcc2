import type { TableRef } from "../../sql/conditions.ts";
import { columnOf, rulesOf } from "../../sql/conditions.ts";
import { type FormatContext, unreadable } from "../../sql/formats/format.ts";
import type { RawRow } from "../../sql/raw.ts";
import { type Fragment, fragment } from "../../sql/statement.ts";
import { ColumnSet } from "../execute/column-set.ts";
import { joinedRows } from "../execute/joined-columns.ts";
import { distinctKeys, keyIn, textOfKey } from "../execute/keys.ts";
import { type Planner, tableRef } from "../execute/planner.ts";
import type { Request } from "../execute/request.ts";
import { type Read, readerOf } from "../execute/values.ts";
import type { From, PersonAttributeModel, PersonModel } from "../model.ts";
import type { PersonRecord } from "../person-feed.ts";
import { attributeWriter, type RecordDraft, recordDraft } from "./person-record.ts";

/** Reads the persons of one `@person`. */
export interface PersonReader {
  readonly model: PersonModel;
  readonly table: TableRef;
  /** What a statement must select for `records`. */
  readonly columns: ColumnSet;
  readonly keySlots: readonly number[];
  /** Which rows are persons: the mapping's conditions, and a key. */
  conditions(): readonly Fragment[];
  /** One record a row. What cannot be read is absent, and counted. */
  records(rows: readonly RawRow[], request: Request): Promise<readonly PersonRecord[]>;
}

type Known = Pick<Planner, "source" | "facts">;

interface Attribute {
  readonly model: PersonAttributeModel;
  /** Place of the value in the person's row, or in the joined one. */
  readonly slot: number;
  readonly join?: number;
  readonly read: Read;
  readonly write: (draft: RecordDraft, value: string) => void;
}

interface Join {
  readonly from: From;
  readonly slots: readonly number[];
  readonly load: ReturnType<typeof joinedRows>;
}

/** `wanted`: the attributes to read; all by default. */
export function personReader(
  model: PersonModel,
  known: Known,
  wanted?: ReadonlySet<PersonAttributeModel["is"]>,
): PersonReader {
  const table = tableRef(known, model.table);
  const columns = new ColumnSet();
  const keySlots = model.key.map((column) => columns.slot(column));
  const joins: Join[] = [];
  const read = wanted ? model.attributes.filter(({ is }) => wanted.has(is)) : model.attributes;
  const attributes = read.map((attribute) => planAttribute(attribute, model.table, columns, joins, known));
  const changed = model.changed && {
    slot: columns.slot(model.changed.column),
    read: readerOf(known.source.model, { ...model.changed, missing: [] }, "DateTime"),
  };

  return {
    model,
    table,
    columns,
    keySlots,
    conditions: () => [
      ...rulesOf(table, model),
      ...model.key.map((column) => fragment(`${columnOf(table, column)} IS NOT NULL`)),
    ],
    async records(rows, request) {
      const joined = await Promise.all(joins.map((join) => joinedTo(join, rows, request)));
      const records = rows.map((row) => {
        const instant = changed ? changed.read(row[changed.slot] ?? null, request.formats) : null;
        const key = textOfKey(keyIn(row, keySlots) ?? [], model.keySuffix);
        return recordDraft({ key, role: model.role, changed: typeof instant === "string" ? instant : undefined });
      });
      for (const attribute of attributes) {
        const from = attribute.join === undefined ? rows : (joined[attribute.join] ?? []);
        writeValues(attribute, from, records, known, request.formats);
      }
      return records as unknown as readonly PersonRecord[];
    },
  };
}

function planAttribute(
  model: PersonAttributeModel,
  table: string,
  columns: ColumnSet,
  joins: Join[],
  known: Known,
): Attribute {
  const type = model.is === "DATE_OF_BIRTH" || model.is === "DATE_OF_DEATH" ? "Date" : "String";
  const { from } = model;
  const fact = known.facts.column(from?.table ?? table, model.column);
  const read = readerOf(known.source.model, model, type, fact);
  const write = attributeWriter(model);
  if (!from) return { model, slot: columns.slot(model.column), read, write };
  let join = joins.findIndex((each) => JSON.stringify(each.from) === JSON.stringify(from));
  if (join < 0) {
    const slots = from.parent.map((column) => columns.slot(column));
    join = joins.push({ from, slots, load: joinedRows(from, known) }) - 1;
  }
  return { model, slot: joins[join]?.load.values.slot(model.column) ?? 0, join, read, write };
}

async function joinedTo({ slots, load }: Join, rows: readonly RawRow[], request: Request) {
  const { keys, places } = distinctKeys(rows, slots);
  const found = await load.rows(
    keys.map((key) => [key]),
    request,
  );
  return places.map((place) => found[place]?.[0]);
}

function writeValues(
  { model, slot, read, write }: Attribute,
  rows: readonly (RawRow | undefined)[],
  records: readonly RecordDraft[],
  known: Known,
  context: FormatContext,
): void {
  // Nobody is born or dies in the future: a two-digit year lies in the past.
  const formats: FormatContext = { ...context, yearsAhead: 0 };
  let unread = 0;
  for (let index = 0; index < records.length; index += 1) {
    const value = read(rows[index]?.[slot] ?? null, formats);
    if (value === unreadable) unread += 1;
    else if (value !== null) write(records[index] as RecordDraft, String(value));
  }
  if (unread > 0) {
    const department = known.source.model.id;
    known.source.log?.("feed.unreadable", { department, attribute: model.is, count: String(unread) });
  }
}
