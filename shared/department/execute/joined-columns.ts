import DataLoader from "dataloader";
import type { GraphQLObjectType } from "graphql";
import { rulesOf } from "../../sql/conditions.ts";
import { unreadable } from "../../sql/formats/format.ts";
import { totalOrder } from "../../sql/keyset.ts";
import { type RawRow, type RawValue, textOf } from "../../sql/raw.ts";
import { allByKey, pageByKey } from "../../sql/read-statement.ts";
import type { TableFacts } from "../../sql/table-facts.ts";
import type { CodeTable, ColumnField, From } from "../model.ts";
import { ColumnSet } from "./column-set.ts";
import { type KeyedStatement, keyedStatement, loadByKeys } from "./keyed-load.ts";
import { distinctKeys, textOfKey } from "./keys.ts";
import { type Planner, tableRef } from "./planner.ts";
import { failed, type Request, type ShapedObject } from "./request.ts";
import { isRequired } from "./row-shape.ts";
import type { SelectedField } from "./selection.ts";
import { missingIn, readerOf, unreadableError } from "./values.ts";

/** Fields whose values come from one and the same row of another table, such as an EAV attribute. */
export interface JoinedColumns {
  readonly from: From;
  readonly values: ColumnSet;
  readonly fields: JoinedField[];
  fill(rows: readonly RawRow[], objects: readonly ShapedObject[], request: Request): Promise<void>;
}

interface JoinedField {
  readonly key: string;
  put(rows: readonly (RawRow | undefined)[], objects: readonly ShapedObject[], request: Request): Promise<void>;
}

/** A field whose code is translated by a code table. */
export interface TranslatedColumn {
  fill(rows: readonly (RawRow | undefined)[], objects: readonly ShapedObject[], request: Request): Promise<void>;
}

/** Adds the field to those that are read from the same joined row: one statement for all of them. */
export function joinedColumns(
  joins: JoinedColumns[],
  model: ColumnField & { readonly from?: From },
  field: SelectedField,
  owner: GraphQLObjectType,
  columns: ColumnSet,
  planner: Planner,
): void {
  if (!model.from) return;
  const { from } = model;
  let join = joins.find((each) => JSON.stringify(each.from) === JSON.stringify(from));
  if (!join) {
    join = planJoin(from, columns, planner);
    joins.push(join);
  }
  const slot = join.values.slot(model.column);
  if (model.lookup) {
    const { fill } = translatedColumn(model, model.lookup, field, owner, slot, planner);
    join.fields.push({ key: field.key, put: fill });
    return;
  }
  const read = readerOf(planner.model, model, model.type, planner.facts.column(from.table, model.column));
  const error = unreadableError(planner.model, `${owner.name}.${model.name}`);
  const required = isRequired(owner, model.name);
  join.fields.push({
    key: field.key,
    async put(rows, objects, request) {
      for (const [index, object] of objects.entries()) {
        const value = read(rows[index]?.[slot] ?? null, request.formats);
        if (value === null && required) request.irregular = true;
        object[field.key] = value === unreadable ? failed(error, request) : value;
      }
    },
  });
}

function planJoin(from: From, columns: ColumnSet, planner: Planner): JoinedColumns {
  const slots = from.parent.map((column) => columns.slot(column));
  const load = joinedRows(from, planner);
  const values = load.values;
  const fields: JoinedField[] = [];
  return {
    from,
    values,
    fields,
    async fill(rows, objects, request) {
      const { keys, places } = distinctKeys(rows, slots);
      try {
        const found = await load.rows(
          keys.map((key) => [key]),
          request,
        );
        const joined = places.map((place) => found[place]?.[0]);
        await Promise.all(fields.map((field) => field.put(joined, objects, request)));
      } catch (error) {
        for (const object of objects) for (const { key } of fields) object[key] = failed(error as Error, request);
      }
    },
  };
}

/**
 * The one row of the other table that belongs to each key: the first by its order. The values themselves are the last
 * word of that order, so that it is always the same row.
 */
export function joinedRows(from: From, planner: Pick<Planner, "source" | "facts">) {
  const values = new ColumnSet();
  const table = tableRef(planner, from.table);
  let statement: KeyedStatement | undefined;
  return {
    values,
    rows(askers: Parameters<typeof loadByKeys>[1], request: Request) {
      if (askers.length === 0) return Promise.resolve([]);
      statement ??= keyedStatement(table, from.on, (keyRows) =>
        pageByKey(
          { table, columns: values.names, conditions: rulesOf(table, from), on: from.on, keyRows },
          { order: totalOrder(from.orderBy, values.names), backwards: false },
        ),
      );
      return loadByKeys(statement, askers, request, { limit: 1 });
    },
  };
}

/** A code that its table does not translate cannot be read; a code that means `none` is null. */
export function translatedColumn(
  model: ColumnField,
  lookup: CodeTable,
  field: SelectedField,
  owner: GraphQLObjectType,
  slot: number,
  planner: Planner,
): TranslatedColumn {
  const missing = missingIn(model);
  const fact = planner.facts.column(lookup.table, lookup.value);
  const read = readerOf(planner.model, { ...model, missing: [] }, model.type, fact);
  const error = unreadableError(planner.model, `${owner.name}.${model.name}`);
  const required = isRequired(owner, model.name);
  return {
    async fill(rows, objects, request) {
      const codes = rows.map((row) => {
        const raw = row?.[slot] ?? null;
        return raw === null || missing(raw) ? "" : textOf(raw).trim();
      });
      const texts = await translations(lookup, new Set(codes), planner, request);
      for (const [index, object] of objects.entries()) {
        const code = codes[index] ?? "";
        const text = code === "" ? null : texts.get(code);
        const value = text instanceof Error ? text : text === undefined ? unreadable : read(text, request.formats);
        if (value === null && required) request.irregular = true;
        object[field.key] =
          value === unreadable ? failed(error, request) : value instanceof Error ? failed(value, request) : value;
      }
    },
  };
}

/** Codes of one table that are asked for in one turn, wherever in the answer, are one statement. */
async function translations(
  lookup: CodeTable,
  codes: ReadonlySet<string>,
  planner: Pick<Planner, "source" | "facts">,
  request: Request,
): Promise<ReadonlyMap<string, RawValue | Error | undefined>> {
  const asked = [...codes].filter((code) => code !== "");
  const known = codeTableOf(lookup, request);
  let loader = request.codeTables.get(known);
  if (!loader) {
    loader = new DataLoader((keys) => loadCodes(lookup, keys, planner, request));
    request.codeTables.set(known, loader);
  }
  const texts = await loader.loadMany(asked);
  return new Map(asked.map((code, index) => [code, texts[index]]));
}

/** Two fields that name the same code table share its statement. */
function codeTableOf(lookup: CodeTable, { codeTables }: Request): CodeTable {
  for (const known of codeTables.keys()) {
    if (known === lookup || tableIdentity(known) === tableIdentity(lookup)) return known;
  }
  return lookup;
}

function tableIdentity({ table, key, value, where }: CodeTable): string {
  return JSON.stringify([table, key, value, where.map(({ place: _, ...condition }) => condition)]);
}

async function loadCodes(
  lookup: CodeTable,
  codes: readonly string[],
  planner: Pick<Planner, "source" | "facts">,
  request: Request,
) {
  const rows = await loadByKeys(
    codeStatement(lookup, planner),
    codes.map((code) => [[code]]),
    request,
  );
  return rows.map((found) => {
    const texts = found.map((row) => row[1] ?? null).filter((text) => text !== null);
    const [text] = texts.sort((a, b) => (textOfKey([a]) < textOfKey([b]) ? -1 : 1));
    return typeof text === "string" ? text.trim() : (text as RawValue);
  });
}

/** Built once for each code table and what is known of the live tables. */
function codeStatement(lookup: CodeTable, planner: Pick<Planner, "source" | "facts">): KeyedStatement {
  let kept = codeStatements.get(planner.facts);
  if (!kept) {
    kept = new Map();
    codeStatements.set(planner.facts, kept);
  }
  let statement = kept.get(lookup);
  if (!statement) {
    const table = tableRef(planner, lookup.table);
    const on = [lookup.key];
    const conditions = rulesOf(table, lookup);
    statement = keyedStatement(table, on, (keyRows) =>
      allByKey({ table, columns: [lookup.value], conditions, on, keyRows }),
    );
    kept.set(lookup, statement);
  }
  return statement;
}

const codeStatements = new WeakMap<TableFacts, Map<CodeTable, KeyedStatement>>();
