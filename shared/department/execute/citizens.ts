import type { SelectionSetNode } from "graphql";
import { objectMaker } from "../../object-maker.ts";
import { rulesOf } from "../../sql/conditions.ts";
import { unreadable } from "../../sql/formats/format.ts";
import type { RawRow } from "../../sql/raw.ts";
import { allByKey } from "../../sql/read-statement.ts";
import { parseLocalKey } from "../local-key.ts";
import type { ColumnField, PersonModel, RowsField } from "../model.ts";
import { ColumnSet } from "./column-set.ts";
import { type ComputedField, computedField } from "./computed-fields.ts";
import { type JoinedColumns, joinedColumns, type TranslatedColumn, translatedColumn } from "./joined-columns.ts";
import { type KeyedStatement, keyedStatement, loadByKeys } from "./keyed-load.ts";
import { type Key, keyPlaces } from "./keys.ts";
import { type ListPlan, loadLists, planList } from "./lists.ts";
import { objectType, type Planner, tableRef } from "./planner.ts";
import { failed, type Request, type ShapedObject } from "./request.ts";
import { type SelectedField, selectedFields } from "./selection.ts";
import { readerOf, unreadableError } from "./values.ts";

/** What a document selects of Citizen, which this department knows by its local keys alone. */
export interface CitizenShape {
  /** The citizen as far as the representation itself says; this department's fields hold their places with null. */
  readonly make: (representation: CitizenRepresentation, context: undefined) => ShapedObject;
  readonly lists: readonly {
    readonly key: string;
    readonly field: RowsField;
    readonly places: readonly number[];
    readonly plan: ListPlan;
  }[];
  readonly computed: readonly ComputedField[];
  /** Plain fields, apart by the person table that they are read from. */
  readonly persons: readonly PersonColumns[];
}

interface PersonColumns {
  readonly model: PersonModel;
  readonly suffixes: readonly (string | undefined)[];
  readonly statement: KeyedStatement;
  readonly fields: readonly { readonly key: string; readonly fill: Fill }[];
}

type Fill = (rows: readonly RawRow[], objects: readonly ShapedObject[], request: Request) => Promise<void>;

/** A citizen as the gateway names it: `{ ref, record, <x>Keys }`, any of them absent or null. */
export type CitizenRepresentation = Readonly<Record<string, unknown>>;

export function planCitizens(selectionSets: readonly SelectionSetNode[], planner: Planner): CitizenShape {
  const { model, document } = planner;
  const type = objectType(planner, "Citizen");
  const fields = selectedFields(type, selectionSets, document);
  const plain = fields.flatMap((selected) => {
    const field = model.citizenFields.get(selected.name);
    return field?.kind === "column" ? [{ selected, field }] : [];
  });
  return {
    make: objectMaker<CitizenRepresentation, undefined, never>(
      fields.map(({ key, name }) => {
        if (name === "__typename") return { key, read: () => "Citizen" };
        if (model.citizenFields.has(name)) return { key, read: () => null };
        return { key, from: name, read: (value: unknown) => value ?? null };
      }),
    ),
    lists: fields.flatMap((selected) => {
      const field = model.citizenFields.get(selected.name);
      if (field?.kind !== "rows") return [];
      const plan = planList(field, type, selected, "citizen", planner);
      return [{ key: selected.key, field, places: keyPlaces(model, field), plan }];
    }),
    computed: fields
      .filter(({ name }) => model.citizenFields.get(name)?.kind === "code")
      .map((selected) => computedField(selected, type, planner)),
    persons: plain.length === 0 ? [] : planPersons(plain, planner),
  };
}

/** The citizens of these representations, each answered for itself, with one statement a field for all of them. */
export async function shapeCitizens(
  shape: CitizenShape,
  representations: readonly CitizenRepresentation[],
  request: Request,
): Promise<readonly ShapedObject[]> {
  const { model } = request.source;
  const keys = representations.map((each) => localKeysOf(each[model.keysField]));
  for (const own of keys) if (own && own.length > 0) request.heldKeys.push(own.map(({ text }) => text));
  const citizens = representations.map((representation) => shape.make(representation, undefined));
  const fills: Promise<void>[] = shape.lists.map((list) => fillList(list, keys, citizens, request));
  for (const field of shape.computed) fills.push(field.fill(representations, citizens, request));
  if (shape.persons.length > 0) fills.push(fillPersons(shape.persons, keys, citizens, request));
  await (fills.length === 1 ? fills[0] : Promise.all(fills));
  return citizens;
}

async function fillList(
  { key, field, places, plan }: CitizenShape["lists"][number],
  keys: readonly (readonly LocalKey[] | null)[],
  citizens: readonly ShapedObject[],
  request: Request,
): Promise<void> {
  const askers = keys.map((own) => own && rowKeys(own, field, places));
  const connections = await loadLists(plan, askers, request);
  for (let index = 0; index < citizens.length; index += 1) {
    (citizens[index] as ShapedObject)[key] = connections[index];
  }
}

interface LocalKey {
  readonly text: string;
  readonly values: Key;
  readonly suffix: string | undefined;
}

const noKeys: readonly never[] = [];

/** Null where identity withheld them, or nobody asked it. */
function localKeysOf(value: unknown): readonly LocalKey[] | null {
  if (!Array.isArray(value)) return null;
  if (value.length === 0) return noKeys;
  const keys: LocalKey[] = [];
  for (const text of value as readonly unknown[]) {
    const key = typeof text === "string" ? parseLocalKey(text) : undefined;
    if (key) keys.push({ text: String(text), values: key.values, suffix: key.suffix });
  }
  return keys;
}

/** What the `on` columns hold for these persons; two persons of one row (`7#1`, `7#2`) are one key. */
function rowKeys(own: readonly LocalKey[], { keySuffixes }: RowsField, places: readonly number[]): readonly Key[] {
  if (own.length === 0) return noKeys;
  const keys: Key[] = [];
  for (const { values, suffix } of own) {
    if (keySuffixes && (suffix === undefined || !keySuffixes.includes(suffix))) continue;
    // Most keys are one column.
    const key =
      places.length === 1 && places[0] === 0 && values.length === 1 ? values : places.map((place) => values[place]);
    if (key.every((value) => value !== undefined)) keys.push(key as Key);
  }
  return keys.length < 2 ? keys : [...new Map(keys.map((key) => [key.join("\n"), key])).values()];
}

interface PlainField {
  readonly selected: SelectedField;
  readonly field: ColumnField;
}

/** One reading for each table of persons; where a table lacks a column another has, that field is left out of it. */
function planPersons(plain: readonly PlainField[], planner: Planner): readonly PersonColumns[] {
  const groups = new Map<string, { model: PersonModel; suffixes: (string | undefined)[] }>();
  for (const model of planner.model.persons) {
    const { table, key, where, validity } = model;
    const identity = JSON.stringify([table, key, validity, where.map(({ place: _, ...condition }) => condition)]);
    const group = groups.get(identity) ?? { model, suffixes: [] };
    group.suffixes.push(model.keySuffix);
    groups.set(identity, group);
  }
  return [...groups.values()].map(({ model, suffixes }) => {
    const table = tableRef(planner, model.table);
    const columns = new ColumnSet();
    const held = plain.filter(({ field }) => {
      const own = field.from ? field.from.parent : [field.column];
      return groups.size === 1 || own.every((column) => planner.facts.column(model.table, column));
    });
    const fields = held.map((each) => ({
      key: each.selected.key,
      fill: planPlainField(each, model.table, columns, planner),
    }));
    const statement = keyedStatement(table, model.key, (keyRows) =>
      allByKey({ table, columns: columns.names, conditions: rulesOf(table, model), on: model.key, keyRows }),
    );
    return { model, suffixes, statement, fields };
  });
}

function planPlainField({ selected, field }: PlainField, table: string, columns: ColumnSet, planner: Planner): Fill {
  const owner = objectType(planner, "Citizen");
  if (field.from) {
    const joins: JoinedColumns[] = [];
    joinedColumns(joins, field, selected, owner, columns, planner);
    return async (rows, objects, request) => {
      await Promise.all(joins.map((join) => join.fill(rows, objects, request)));
    };
  }
  const slot = columns.slot(field.column);
  if (field.lookup) {
    const translated: TranslatedColumn = translatedColumn(field, field.lookup, selected, owner, slot, planner);
    return translated.fill;
  }
  const read = readerOf(planner.model, field, field.type, planner.facts.column(table, field.column));
  const error = unreadableError(planner.model, `Citizen.${field.name}`);
  return async (rows, objects, request) => {
    for (const [index, object] of objects.entries()) {
      const value = read(rows[index]?.[slot] ?? null, request.formats);
      object[selected.key] = value === unreadable ? failed(error, request) : value;
    }
  };
}

/** A person with several records has the first value that there is, in the order of the keys. */
async function fillPersons(
  persons: readonly PersonColumns[],
  keys: readonly (readonly LocalKey[] | null)[],
  citizens: readonly ShapedObject[],
  request: Request,
): Promise<void> {
  await Promise.all(
    persons.map(async ({ model, suffixes, statement, fields }) => {
      if (fields.length === 0) return;
      const askers = keys.map((own) =>
        (own ?? []).filter(({ suffix, values }) => suffixes.includes(suffix) && values.length === model.key.length),
      );
      if (askers.every((own) => own.length === 0)) return;
      try {
        const flat = askers.flat();
        const found = (
          await loadByKeys(
            statement,
            flat.map(({ values }) => [values]),
            request,
          )
        ).map((rows) => rows[0]);
        const present = found.filter((row) => row !== undefined);
        const objects = present.map((): ShapedObject => ({}));
        await Promise.all(fields.map(({ fill }) => fill(present, objects, request)));
        let at = 0;
        let next = 0;
        for (const [index, own] of askers.entries()) {
          for (let count = 0; count < own.length; count += 1) {
            const object = found[at++] === undefined ? undefined : objects[next++];
            const citizen = citizens[index];
            if (!object || !citizen) continue;
            for (const { key } of fields) citizen[key] ??= object[key] ?? null;
          }
        }
      } catch (error) {
        for (const [index, own] of askers.entries()) {
          const citizen = citizens[index];
          if (citizen && own.length > 0) for (const { key } of fields) citizen[key] = failed(error as Error, request);
        }
      }
    }),
  );
}
