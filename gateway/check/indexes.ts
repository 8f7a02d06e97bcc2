import type {
  ColumnModel,
  Condition,
  DepartmentModel,
  FieldModel,
  Ordering,
  Place,
  RowField,
  RowsField,
} from "../../shared/department/model.ts";
import { type CheckedDatabase, tableIn } from "./database.ts";
import type { Finding } from "./findings.ts";

/** Below it reading the whole table costs less than anybody notices. */
const smallTable = 1_000;

/** Joins, filters and orderings that no index carries, with what that costs. */
export async function checkIndexes(database: CheckedDatabase): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const access of accessesOf(database.model)) {
    const table = tableIn(database.catalogue, access.table);
    const name = `${access.what} ${access.table} ${access.columns.join()}`;
    if (!table || table.kind === "view" || seen.has(name) || isServed(database, access)) continue;
    seen.add(name);
    findings.push(await missingIndex(database, access));
  }
  return findings;
}

/** A way in which a mapping looks for rows. */
interface Access {
  readonly table: string;
  /** Compared with values; an index serves when it begins with them, in any order. */
  readonly columns: readonly string[];
  /** Always compared with one value each: an index may begin with these, too. */
  readonly constants: readonly string[];
  /** Sorted by, after those: an index serves when it goes on with them, in this order. */
  readonly order: readonly Ordering[];
  readonly subject: string;
  readonly what: "join" | "id" | "filter" | "order" | "code table" | "changes";
  readonly place: Place;
}

function accessesOf(model: DepartmentModel): readonly Access[] {
  const { persons, types, citizenFields, queryFields } = model;
  const access = (rest: Omit<Access, "order" | "constants">): Access => ({ order: [], constants: [], ...rest });
  return [
    ...persons.flatMap(({ table, key, changed, place, attributes }) => [
      access({ table, columns: key, subject: "Citizen @person(key:)", what: "join", place }),
      ...(changed
        ? [access({ table, columns: [changed.column], subject: "Citizen @person(changed:)", what: "changes", place })]
        : []),
      ...attributes.flatMap((attribute) =>
        columnAccesses(attribute, `Citizen @attribute(is: ${attribute.is})`, attribute.place),
      ),
    ]),
    ...[...types.values()].flatMap((type) => [
      access({ table: type.table, columns: type.id, subject: `${type.name}.id`, what: "id", place: type.place }),
      ...[...type.fields.values()].flatMap((field) => fieldAccesses(model, type.name, field)),
    ]),
    ...[...citizenFields.values()].flatMap((field) => fieldAccesses(model, "Citizen", field)),
    ...[...queryFields.values()].flatMap((field) => fieldAccesses(model, "Query", field)),
  ];
}

function fieldAccesses(model: DepartmentModel, owner: string, field: FieldModel): readonly Access[] {
  const subject = `${owner}.${field.name}`;
  if (field.kind === "column") return columnAccesses(field, subject, field.place);
  if (field.kind !== "rows" && field.kind !== "row") return [];
  const listed = model.types.get(field.kind === "rows" ? field.item : field.type);
  if (!listed) return [];
  const { table } = listed;
  const { place } = field;
  const constants = constantsOf([...listed.where, ...field.where]);
  if (field.on.length > 0) return [{ table, columns: field.on, constants, order: [], subject, what: "join", place }];
  const columnOf = (name: string): string | undefined => {
    const filtered = listed.fields.get(name);
    return filtered?.kind === "column" && !filtered.from ? filtered.column : undefined;
  };
  const filters = filterAccesses(field, { table, constants, subject }, columnOf);
  if (field.kind === "row") return filters;
  const orderings = [field.orderBy, ...(field.orderArgument?.orderings.values() ?? [])];
  const orders = orderings
    .filter((order) => order.length > 0)
    .map((order): Access => ({ table, columns: [], constants, order, subject, what: "order", place }));
  return [...filters, ...orders];
}

/** A list is looked through by one filter at a time; a single row by all of them together. */
function filterAccesses(
  field: RowsField | RowField,
  list: Pick<Access, "table" | "constants" | "subject">,
  columnOf: (name: string) => string | undefined,
): readonly Access[] {
  const rest = { ...list, order: [], what: "filter", place: field.place } as const;
  const columns = field.filters.map((filter) => columnOf(filter.field)).filter((column) => column !== undefined);
  if (field.kind === "row") return [{ ...rest, columns }];
  return field.filters.flatMap((filter): Access[] => {
    const column = columnOf(filter.field);
    const subject = `${list.subject}(${filter.argument}:)`;
    return column === undefined ? [] : [{ ...rest, subject, columns: [column] }];
  });
}

function columnAccesses({ from, lookup }: ColumnModel, subject: string, place: Place): readonly Access[] {
  const rest = { order: [], subject, place } as const;
  const accesses: Access[] = [];
  if (from) {
    accesses.push({ ...rest, table: from.table, columns: from.on, constants: constantsOf(from.where), what: "join" });
  }
  if (lookup) {
    const { table, key, where } = lookup;
    accesses.push({ ...rest, table, columns: [key], constants: constantsOf(where), what: "code table" });
  }
  return accesses;
}

function constantsOf(conditions: readonly Condition[]): readonly string[] {
  return conditions.filter(({ is }) => is?.length === 1).map(({ column }) => column);
}

function isServed(
  { catalogue, dialect, facts }: CheckedDatabase,
  { table, columns, constants, order }: Access,
): boolean {
  const { primaryKey = [], indexes = [] } = tableIn(catalogue, table) ?? {};
  const folded = (names: readonly string[]) => names.map((name) => name.toLowerCase());
  const known = new Set(folded(constants).filter((column) => !folded(columns).includes(column)));
  // Where text must be sorted otherwise than its column is, no index of the column helps.
  const sortable = order.every(({ column }) => dialect.ordered("c", facts.column(table, column)) === "c");
  return [primaryKey, ...indexes.map((index) => index.columns)].some((index) => {
    const own = folded(index).filter((column) => !known.has(column));
    const head = own.slice(0, columns.length);
    const rest = own.slice(columns.length);
    const next = order.map(({ column }) => column.toLowerCase());
    return (
      sortable &&
      own.length >= columns.length + Math.min(order.length, 1) &&
      folded(columns).every((column) => head.includes(column)) &&
      next.every((column, at) => rest[at] === column || at >= rest.length)
    );
  });
}

async function missingIndex(database: CheckedDatabase, access: Access): Promise<Finding> {
  const { model, size } = database;
  const { table, columns, order, subject, what, place } = access;
  const rows = await size(table);
  const names = [...columns, ...order.map(({ column }) => column)];
  const count = rows === undefined ? "an unknown number of" : `about ${rows.toLocaleString("en")}`;
  return {
    code: "INDEX_MISSING",
    severity: rows !== undefined && rows < smallTable ? "NOTE" : "WARNING",
    file: model.file,
    place,
    subject,
    expected: `an index of ${table} that begins with ${names.join(", ")}, for ${subject}`,
    found: `none: ${costs[what]} reads ${count} rows`,
    next: remedies[what],
    ...(rows === undefined ? {} : { rows: { count: rows, of: rows } }),
  };
}

const costs: Readonly<Record<Access["what"], string>> = {
  join: "each page",
  id: "each row that is asked for by its id",
  filter: "each question with this filter",
  order: "each page sorts the whole table, and",
  "code table": "each page",
  changes: "each look at what has changed",
};

const remedies: Readonly<Record<Access["what"], string>> = {
  join: "ask the database's administrator for the index",
  id: "ask the database's administrator for the index",
  filter: "ask the database's administrator for the index, or take the argument out",
  order: "ask the database's administrator for the index, or order by what has one",
  "code table": "ask the database's administrator for the index",
  changes: "ask the database's administrator for the index, or take `changed` out: all records are then compared",
};
