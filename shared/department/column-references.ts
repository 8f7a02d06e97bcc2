import type {
  ColumnModel,
  Condition,
  DepartmentModel,
  FieldModel,
  From,
  Ordering,
  Place,
  RowField,
  RowsField,
  Validity,
} from "./model.ts";

/** Columns of one table that a mapping names at one place. */
export interface ColumnReference {
  readonly table: string;
  readonly columns: readonly string[];
  readonly place: Place;
}

/** Every table and column that a department's file names. */
export function referencesOf(department: DepartmentModel): readonly ColumnReference[] {
  const { persons, types, citizenFields, queryFields } = department;
  const references: ColumnReference[] = [];
  for (const { table, key, changed, where, validity, attributes, place } of persons) {
    const columns = [
      ...key,
      ...(changed ? [changed.column] : []),
      ...conditionColumns(where),
      ...validityColumns(validity),
    ];
    references.push({ table, columns, place });
    for (const attribute of attributes) references.push(...columnReferences(attribute, table, attribute.place));
  }
  for (const { table, id, where, validity, retain, fields, place } of types.values()) {
    const columns = [
      ...id,
      ...conditionColumns(where),
      ...validityColumns(validity),
      ...(retain ? [retain.column] : []),
    ];
    references.push({ table, columns, place });
    for (const field of fields.values()) references.push(...fieldReferences(field, [table], department));
  }
  const personTables = persons.map(({ table }) => table);
  for (const field of citizenFields.values()) references.push(...fieldReferences(field, personTables, department));
  for (const field of queryFields.values()) references.push(...fieldReferences(field, [], department));
  return references;
}

/** `owners` are the tables of the row that the field belongs to: on Citizen those of all persons, on Query none. */
function fieldReferences(field: FieldModel, owners: readonly string[], department: DepartmentModel): ColumnReference[] {
  const { place } = field;
  if (field.kind === "column") return owners.flatMap((table) => columnReferences(field, table, place));
  if (field.kind === "citizen") return owners.map((table) => ({ table, columns: field.columns, place }));
  if (field.kind !== "rows" && field.kind !== "row") return [];
  const listed = department.types.get(field.kind === "rows" ? field.item : field.type)?.table;
  const onCitizen = department.citizenFields.get(field.name) === field;
  const parents = onCitizen ? [] : owners.map((table) => ({ table, columns: field.parent, place }));
  return listed === undefined ? parents : [...parents, ...rowReferences(field, listed)];
}

function rowReferences(field: RowsField | RowField, table: string): ColumnReference[] {
  const { on, where, place } = field;
  const ordered = field.kind === "rows" ? orderingColumns(field.orderBy) : [];
  const chosen =
    field.kind === "rows" ? [...(field.orderArgument?.orderings.values() ?? [])].flatMap(orderingColumns) : [];
  return [{ table, columns: [...on, ...conditionColumns(where), ...ordered, ...chosen], place }];
}

function columnReferences({ column, lookup, from }: ColumnModel, owner: string, place: Place): ColumnReference[] {
  const references: ColumnReference[] = [{ table: from?.table ?? owner, columns: [column], place }];
  if (from) references.push({ table: owner, columns: from.parent, place }, fromReference(from, place));
  if (lookup) {
    const columns = [lookup.key, lookup.value, ...conditionColumns(lookup.where)];
    references.push({ table: lookup.table, columns, place });
  }
  return references;
}

function fromReference({ table, on, where, orderBy, validity }: From, place: Place): ColumnReference {
  const columns = [...on, ...conditionColumns(where), ...orderingColumns(orderBy), ...validityColumns(validity)];
  return { table, columns, place };
}

function conditionColumns(conditions: readonly Condition[]): readonly string[] {
  return conditions.map(({ column }) => column);
}

function orderingColumns(orderings: readonly Ordering[]): readonly string[] {
  return orderings.map(({ column }) => column);
}

function validityColumns(validity: Validity | undefined): readonly string[] {
  return [validity?.from, validity?.to].filter((column) => column !== undefined);
}
