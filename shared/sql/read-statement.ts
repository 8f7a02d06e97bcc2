import { columnOf, type TableRef } from "./conditions.ts";
import { splitName } from "./dialect.ts";
import { type OrderTerm, orderText } from "./keyset.ts";
import { allOf, type Fragment, limitMark, Slot, type Statement, statementOf } from "./statement.ts";

/** What to read of one table. */
export interface Reading {
  readonly table: TableRef;
  /** Selected as they are listed. */
  readonly columns: readonly string[];
  readonly conditions: readonly Fragment[];
}

export interface KeyedReading extends Reading {
  /** Columns that equal the key table's; rows of the key table come from `Slot("keys", ...)`: position, then the key. */
  readonly on: readonly string[];
  readonly keyRows: number;
}

export interface Page {
  readonly order: readonly OrderTerm[];
  readonly backwards: boolean;
}

/** The first rows of each asker, in order: `[p, ...columns]`. */
export function pageByKey(reading: KeyedReading, { order, backwards }: Page): Statement {
  const { builder } = reading.table.dialect;
  const number = `ROW_NUMBER() OVER (PARTITION BY k.p ORDER BY ${orderText(reading.table, order, backwards)}) AS n`;
  const numbered = keyed(reading)
    .select(builder.raw(["k.p AS p", ...selected(reading)].join(", ")))
    .select(builder.raw(number));
  const columns = ["p", ...reading.columns.map((_, index) => `c${index}`)];
  const page = builder
    .select(builder.raw(columns.join(", ")))
    .from(numbered.as("r"))
    .where(builder.raw("n <= ?", [limitMark]))
    .orderByRaw("p, n");
  return statementOf(page);
}

/** All rows of each asker: `[p, ...columns]`. */
export function allByKey(reading: KeyedReading): Statement {
  return statementOf(
    keyed(reading).select(reading.table.dialect.builder.raw(["k.p", ...selected(reading)].join(", "))),
  );
}

/** The number of rows of each asker that has any, apart by `columns`: `[p, ...columns, count]`. */
export function countByKey(reading: KeyedReading): Statement {
  const { builder } = reading.table.dialect;
  const names = ["k.p", ...reading.columns.map((column) => columnOf(reading.table, column))].join(", ");
  return statementOf(
    keyed(reading)
      .select(builder.raw(["k.p AS p", ...selected(reading), "COUNT(*) AS n"].join(", ")))
      .groupByRaw(names),
  );
}

/** The first rows of the table, in order: `[0, ...columns]`, so that values are where they are in a keyed reading. */
export function pageOfAll(reading: Reading, { order, backwards }: Page): Statement {
  const text = orderText(reading.table, order, backwards);
  const columns = ["0 AS p", ...selected(reading)].join(", ");
  const page = unkeyed(reading).select(reading.table.dialect.builder.raw(columns));
  return statementOf(page.orderByRaw(text).limit(limitMark));
}

/** The number of rows of the table, apart by `columns`: `[0, ...columns, count]`. */
export function countOfAll(reading: Reading): Statement {
  const { builder } = reading.table.dialect;
  const names = reading.columns.map((column) => columnOf(reading.table, column));
  const query = unkeyed(reading).select(builder.raw(["0 AS p", ...selected(reading), "COUNT(*) AS n"].join(", ")));
  return statementOf(names.length > 0 ? query.groupByRaw(names.join(", ")) : query);
}

function unkeyed(reading: Reading) {
  const { builder } = reading.table.dialect;
  const { sql, placeholders } = allOf(reading.conditions);
  return builder.from(builder.raw(tableText(reading.table))).whereRaw(sql, [...placeholders] as never[]);
}

function keyed({ table, on, keyRows, conditions }: KeyedReading) {
  const { builder } = table.dialect;
  const slots = Array.from({ length: keyRows * (on.length + 1) }, (_, index) => new Slot("keys", index));
  const facts = on.map((column) => table.facts.column(table.name, column));
  const equal = on.map((column, index) => {
    const [name, key] = [columnOf(table, column), `k.k${index}`];
    const exact = table.dialect.exact(name, facts[index]);
    return exact ? `${name} = ${key} AND ${exact} = ${table.dialect.exact(key, facts[index])}` : `${name} = ${key}`;
  });
  const { sql, placeholders } = allOf(conditions);
  return builder
    .from(builder.raw(`${table.dialect.keyTable(facts, keyRows)} k`, slots as never[]))
    .joinRaw(`INNER JOIN ${tableText(table)} ON ${equal.join(" AND ")}`)
    .whereRaw(sql, [...placeholders] as never[]);
}

function selected({ table, columns }: Reading): readonly string[] {
  return columns.map((column, index) => {
    const name = columnOf(table, column);
    const readable = table.dialect.readable?.(name, table.facts.column(table.name, column)) ?? name;
    return `${readable} AS c${index}`;
  });
}

/** `"dbo"."tblClient" t`: without AS, which Oracle does not know here. */
function tableText({ name, alias, dialect }: TableRef): string {
  return `${splitName(name).map(dialect.quote).join(".")} ${alias}`;
}
