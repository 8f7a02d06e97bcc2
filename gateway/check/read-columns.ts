import type {
  CodeTable,
  ColumnModel,
  DepartmentModel,
  FieldModel,
  From,
  PersonModel,
  Place,
  TypeModel,
} from "../../shared/department/model.ts";
import type { RowRules } from "../../shared/sql/conditions.ts";

/** A column whose values a mapping reads by a format or maps onto codes. */
export interface ReadColumn {
  readonly table: string;
  /** Which of the table's rows are read. */
  readonly rules: RowRules;
  readonly model: ColumnModel;
  /** GraphQL type that its values become. */
  readonly type: string;
  /** `Loan.title`, or `Citizen @attribute(is: FULL_NAME)`. */
  readonly subject: string;
  readonly place: Place;
  /** Nobody is born or dies in the future: a two-digit year lies in the past. */
  readonly past: boolean;
  /** The code table that translates the values; these are then no values of the field. */
  readonly lookup?: CodeTable;
  /** False where a value that cannot be read costs nobody an answer: ends of terms and of validity. */
  readonly answers: boolean;
}

/** Every column whose values must be readable, in the order of the file's parts. */
export function readColumnsOf(department: DepartmentModel): readonly ReadColumn[] {
  const { persons, types, citizenFields } = department;
  return [
    ...persons.flatMap(personColumns),
    ...persons.flatMap((person) =>
      [...citizenFields.values()].flatMap((field) => fieldColumns("Citizen", person.table, person, field)),
    ),
    ...[...types.values()].flatMap((type) => [...typeDates(type), ...fieldsOf(type)]),
  ];
}

function fieldsOf(type: TypeModel): readonly ReadColumn[] {
  return [...type.fields.values()].flatMap((field) => fieldColumns(type.name, type.table, type, field));
}

function personColumns(person: PersonModel): readonly ReadColumn[] {
  const { table, attributes, changed, place } = person;
  const own = rulesOf(person);
  const columns = attributes.map((attribute): ReadColumn => {
    const past = attribute.is === "DATE_OF_BIRTH" || attribute.is === "DATE_OF_DEATH";
    const subject = `Citizen @attribute(is: ${attribute.is})`;
    const type = past ? "Date" : "String";
    return { ...placed(attribute, table, own), type, subject, place: attribute.place, past, answers: true };
  });
  if (!changed) return columns;
  const model: ColumnModel = { ...changed, missing: [] };
  const subject = "Citizen @person(changed:)";
  return [...columns, { table, rules: own, model, type: "DateTime", subject, place, past: false, answers: true }];
}

function fieldColumns(owner: string, table: string, rules: RowRules, field: FieldModel): readonly ReadColumn[] {
  if (field.kind !== "column") return [];
  const { type, place, lookup } = field;
  const subject = `${owner}.${field.name}`;
  const where = placed(field, table, rulesOf(rules));
  return [{ ...where, type, subject, place, past: false, answers: true, ...(lookup ? { lookup } : {}) }];
}

/** Dates that decide which rows count. */
function typeDates(type: TypeModel): readonly ReadColumn[] {
  const { table, name, place, retain, validity } = type;
  const date = (column: string | undefined, format: ColumnModel["format"], subject: string): ReadColumn[] => {
    if (column === undefined) return [];
    const model: ColumnModel = { column, missing: [], ...(format ? { format } : {}) };
    return [{ table, rules: { where: [] }, model, type: "Date", subject, place, past: false, answers: false }];
  };
  return [
    ...date(retain?.column, retain?.format, `${name} @retain`),
    ...date(validity?.from, validity?.format, `${name} @table(validity:)`),
    ...date(validity?.to, validity?.format, `${name} @table(validity:)`),
  ];
}

/** In the row itself, or in the joined one. */
function placed(model: ColumnModel & { readonly from?: From }, table: string, rules: RowRules) {
  const { from } = model;
  return from ? { table: from.table, rules: rulesOf(from), model } : { table, rules, model };
}

function rulesOf({ where, validity, retain }: RowRules): RowRules {
  return { where, ...(validity ? { validity } : {}), ...(retain ? { retain } : {}) };
}
