import type { SelectionSetNode } from "graphql";
import { type GraphQLObjectType, isNonNullType } from "graphql";
import { objectMaker, type Property } from "../../object-maker.ts";
import { unreadable } from "../../sql/formats/format.ts";
import type { RawRow } from "../../sql/raw.ts";
import type { CitizenField, ColumnField, ConstantField, FieldModel, TypeModel } from "../model.ts";
import type { ColumnSet } from "./column-set.ts";
import { type ComputedField, computedField, rowSource } from "./computed-fields.ts";
import { type Describes, describedPersons } from "./described-persons.ts";
import { type JoinedColumns, joinedColumns, type TranslatedColumn, translatedColumn } from "./joined-columns.ts";
import { keyIn, opaqueId, recordOf } from "./keys.ts";
import { type ListPlan, loadLists, planList } from "./lists.ts";
import { objectType, type Planner } from "./planner.ts";
import { loadReferences, planReference, type ReferencePlan } from "./references.ts";
import { emptyObject, failed, type Request, type Shaped, type ShapedObject } from "./request.ts";
import { type SelectedField, selectedFields } from "./selection.ts";
import { readerOf, unreadableError } from "./values.ts";

/** How rows become objects of the answer, for one selection of fields. */
export interface RowShape {
  /** The object of one row as far as the row itself says. What has to be loaded first holds its place with undefined. */
  readonly make: (row: RawRow, request: Request) => ShapedObject;
  readonly translated: readonly TranslatedColumn[];
  readonly joined: readonly JoinedColumns[];
  readonly computed: readonly ComputedField[];
  readonly sourceOf?: (row: RawRow, request: Request) => unknown;
  readonly lists: readonly { readonly key: string; readonly slots: readonly number[]; readonly plan: ListPlan }[];
  readonly references: readonly {
    readonly key: string;
    readonly slots: readonly number[];
    readonly plan: ReferencePlan;
  }[];
}

interface Leaf {
  readonly key: string;
  readonly required: boolean;
  read(row: RawRow, request: Request): Shaped;
}

/** The shape of a type's rows; adds the columns that it needs to `columns`. */
export function planRow(
  type: TypeModel,
  selectionSets: readonly SelectionSetNode[],
  columns: ColumnSet,
  planner: Planner,
): RowShape {
  const graphqlType = objectType(planner, type.name);
  const selected = selectedFields(graphqlType, selectionSets, planner.document);
  const leaves: Leaf[] = [];
  const shape = {
    translated: [] as TranslatedColumn[],
    joined: [] as JoinedColumns[],
    computed: [] as ComputedField[],
    lists: [] as RowShape["lists"][number][],
    references: [] as RowShape["references"][number][],
  };
  for (const field of selected) {
    const leaf = (read: Leaf["read"]) => {
      leaves.push({ key: field.key, required: isRequired(graphqlType, field.name), read });
    };
    if (field.name === "__typename") {
      leaf(() => type.name);
      continue;
    }
    const model = type.fields.get(field.name);
    if (!model) continue;
    if (model.kind === "rows") {
      leaf(() => undefined);
      const slots = model.parent.map((column) => columns.slot(column));
      shape.lists.push({ key: field.key, slots, plan: planList(model, graphqlType, field, "row", planner) });
    } else if (model.kind === "row") {
      leaf(() => undefined);
      const slots = model.parent.map((column) => columns.slot(column));
      const plan = planReference(model, graphqlType.name, field.selectionSets, planner);
      shape.references.push({ key: field.key, slots, plan });
    } else if (model.kind === "code") {
      leaf(() => undefined);
      shape.computed.push(computedField(field, graphqlType, planner));
    } else if (model.kind === "column" && model.from) {
      leaf(() => undefined);
      joinedColumns(shape.joined, model, field, graphqlType, columns, planner);
    } else if (model.kind === "column" && model.lookup) {
      leaf(() => undefined);
      shape.translated.push(
        translatedColumn(model, model.lookup, field, graphqlType, columns.slot(model.column), planner),
      );
    } else {
      leaf(readerOfField(type, model, field, columns, planner));
    }
  }
  const make = objectMaker<RawRow, Request>(leaves.map(leafProperty));
  if (shape.computed.length === 0) return { ...shape, make };
  return { ...shape, make, sourceOf: rowSource(type, columns, planner) };
}

/** True where more is read for the rows than they hold themselves. */
export function loadsMore({ translated, computed, joined, lists, references }: RowShape): boolean {
  return [translated, computed, joined, lists, references].some(({ length }) => length > 0);
}

/** Objects of the answer for these rows, with all that hangs on them. */
export async function shapeRows(
  shape: RowShape,
  rows: readonly RawRow[],
  request: Request,
): Promise<readonly ShapedObject[]> {
  const objects = rows.map((row) => shape.make(row, request));
  if (rows.length === 0) return objects;
  const loads: Promise<void>[] = [
    ...shape.translated.map((column) => column.fill(rows, objects, request)),
    ...shape.computed.map((field) => {
      const sources = rows.map((row) => shape.sourceOf?.(row, request));
      return field.fill(sources, objects, request);
    }),
    ...shape.joined.map((columns) => columns.fill(rows, objects, request)),
    ...shape.lists.map(async ({ key, slots, plan }) => {
      const askers = rows.map((row) => {
        const parent = keyIn(row, slots);
        return parent ? [parent] : [];
      });
      const lists = await loadLists(plan, askers, request);
      for (const [index, object] of objects.entries()) object[key] = lists[index];
    }),
    ...shape.references.map(async ({ key, slots, plan }) => {
      const found = await loadReferences(
        plan,
        rows.map((row) => keyIn(row, slots)),
        request,
      );
      for (const [index, object] of objects.entries()) object[key] = found[index];
    }),
  ];
  if (loads.length > 0) await Promise.all(loads);
  return objects;
}

function leafProperty({ key, required, read }: Leaf): Property<Request> {
  if (!required) return { key, read };
  return {
    key,
    read(row: RawRow, request) {
      const value = read(row, request);
      if (value === null) request.irregular = true;
      return value;
    },
  };
}

/** Values of the row itself. */
function readerOfField(
  type: TypeModel,
  model: Exclude<FieldModel, { kind: "rows" | "row" }>,
  field: SelectedField,
  columns: ColumnSet,
  planner: Planner,
): Leaf["read"] {
  switch (model.kind) {
    case "id": {
      const slots = type.id.map((column) => columns.slot(column));
      return (row) => {
        const key = keyIn(row, slots);
        return key ? opaqueId(planner.model, type.name, key) : null;
      };
    }
    case "column":
      return columnReader(type, model, field, columns.slot(model.column), planner);
    case "citizen": {
      const slots = model.columns.map((column) => columns.slot(column));
      const make = stubOf("Citizen", "record", field, planner);
      const describes = describerOf(type, model, columns, planner);
      return (row) => {
        const key = keyIn(row, slots);
        return key && describes?.(row) !== false ? make(recordOf(planner.model, key, model.keySuffix)) : null;
      };
    }
    case "constant":
      return constantReader(model, field, planner);
    case "department":
      return stub("Department", "id", planner.model.id, field, planner);
    default:
      return () => null;
  }
}

/** Only where a key has one row: of several, another one could describe the person. */
function describerOf(
  { table, id }: TypeModel,
  field: CitizenField,
  columns: ColumnSet,
  { model }: Planner,
): Describes | undefined {
  if (!id.every((column) => field.columns.includes(column))) return undefined;
  return describedPersons(model, { table, columns: field.columns, keySuffix: field.keySuffix }, columns);
}

function columnReader(
  { name, table }: TypeModel,
  model: ColumnField,
  field: SelectedField,
  slot: number,
  planner: Planner,
): Leaf["read"] {
  const read = readerOf(planner.model, model, model.type, planner.facts.column(table, model.column));
  const error = unreadableError(planner.model, `${name}.${model.name}`);
  const wrap = model.type === "Service" ? stubOf("Service", "serviceCode", field, planner) : undefined;
  return (row, request) => {
    const value = read(row[slot] ?? null, request.formats);
    if (value === unreadable) return failed(error, request);
    return wrap && value !== null ? wrap(String(value)) : value;
  };
}

function constantReader(model: ConstantField, field: SelectedField, planner: Planner): Leaf["read"] {
  if (model.type === "Service") return stub("Service", "serviceCode", model.value, field, planner);
  return () => model.value;
}

/** An entity that another subgraph knows more of: its type and its key. */
function stub(type: string, keyField: string, value: string, field: SelectedField, planner: Planner) {
  const make = stubOf(type, keyField, field, planner);
  return () => make(value);
}

function stubOf(type: string, keyField: string, { selectionSets }: SelectedField, planner: Planner) {
  const selected = selectedFields(objectType(planner, type), selectionSets, planner.document);
  const keys = selected.map(({ key }) => key);
  return (value: string): ShapedObject => {
    const object = emptyObject(keys);
    for (const { key, name } of selected) object[key] = name === "__typename" ? type : name === keyField ? value : null;
    return object;
  };
}

export function isRequired(type: GraphQLObjectType, field: string): boolean {
  const definition = type.getFields()[field];
  return definition !== undefined && isNonNullType(definition.type);
}
