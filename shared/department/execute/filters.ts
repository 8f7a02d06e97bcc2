import { CivigraphError } from "../../errors.ts";
import { bound } from "../../sql/comparable.ts";
import { compared, isOneOf, readsAsOneOf, startsWith } from "../../sql/comparisons.ts";
import { absentValues, columnOf, placeholdersIn, type TableRef, variants } from "../../sql/conditions.ts";
import { type FormatContext, unreadable, type Value } from "../../sql/formats/format.ts";
import { encodedText } from "../../sql/formats/text.ts";
import type { Parameter } from "../../sql/raw.ts";
import { allOf, anyOf, type Fragment, fragment, Slot } from "../../sql/statement.ts";
import type { ColumnField, DepartmentModel, FilterModel, TypeModel } from "../model.ts";
import { spellings } from "./keyed-load.ts";
import { keyOfId } from "./keys.ts";
import type { Request } from "./request.ts";
import { formatFor } from "./values.ts";

/** What the arguments of one call select by. */
export interface Filtering {
  /** Tells the texts of statements apart; values are no part of it. */
  readonly pattern: string;
  readonly parameters: readonly Parameter[];
  /** The conditions, with a slot for each parameter. */
  fragments(table: TableRef): readonly Fragment[];
}

/** A condition on one column with the number of its values. */
interface Term {
  readonly kind: "in" | "notIn" | "span" | "from" | "below" | "to" | "set" | "prefix" | "id";
  readonly field: string;
  readonly columns: readonly string[];
  readonly parameters: readonly Parameter[];
  /** Raw values that stand for none, so that nothing finds them. */
  readonly none?: readonly Parameter[];
}

const noFiltering: Filtering = { pattern: "", parameters: [], fragments: () => [] };

/** Longest list that an IN argument may bring. */
const mostValues = 1_000;

/**
 * The rows that arguments ask for; null where no row can match. A null argument does not filter a list; it names no
 * row of a look-up.
 *
 * @throws CivigraphError BAD_USER_INPUT for values that the field's type does not have
 */
export function filteringOf(
  filters: readonly FilterModel[],
  type: TypeModel,
  given: Readonly<Record<string, unknown>>,
  table: TableRef,
  request: Request,
  { nullMatchesNone = false } = {},
): Filtering | null {
  const terms: Term[] = [];
  for (const filter of filters) {
    const value = given[filter.argument];
    if (value === undefined) continue;
    if (value === null) {
      if (nullMatchesNone) return null;
      continue;
    }
    const term = termOf(filter, type, value, table, request);
    if (!term) return null;
    terms.push(term);
  }
  if (terms.length === 0) return noFiltering;
  return {
    pattern: terms.map(({ kind, field, parameters }) => `${kind} ${field} ${parameters.length}`).join(","),
    parameters: terms.flatMap(({ parameters }) => parameters),
    fragments: (of) => fragmentsOf(terms, of),
  };
}

function termOf(
  filter: FilterModel,
  type: TypeModel,
  value: unknown,
  table: TableRef,
  { source: { model }, formats }: Request,
): Term | undefined {
  const field = type.fields.get(filter.field);
  const values = Array.isArray(value) ? value.filter((each) => each !== null) : [value];
  if (values.length > mostValues) {
    throw badInput(`\`${filter.argument}\` takes at most ${mostValues} values, but got ${values.length}.`);
  }
  if (field?.kind === "id") return idTerm(model, type, values as string[], table);
  if (field?.kind !== "column") return undefined;
  const columns = [field.column];
  const found = {
    field: filter.field,
    columns,
    none: placeholdersIn(table, field.column, field.missing),
  };
  if (filter.operator === "PREFIX") {
    const parameters = [table.dialect.prefixPattern(String(value))];
    return { kind: "prefix", ...found, parameters };
  }
  if (model.enums.has(field.type)) return enumTerm(model, field, values as string[], table, found);

  const format = formatFor(field, field.type);
  const written = (each: Value): readonly Parameter[] => {
    const raw = format.write?.(each, formats) ?? unreadable;
    if (raw === unreadable) throw badInput(`\`${filter.argument}\` must be a ${field.type}.`);
    return raw.filter((text) => typeof text !== "string" || format.read(text, formats) !== null);
  };
  const span = (each: Value) => {
    const raw = format.span?.(each, formats);
    if (raw === unreadable) throw badInput(`\`${filter.argument}\` must be a ${field.type}.`);
    return raw;
  };
  if (filter.operator === "FROM" || filter.operator === "TO") {
    const none = [...found.none, ...absentValues(table, field.column, format)];
    const [from, below] = span(value as Value) ?? [];
    if (filter.operator === "TO" && below !== undefined) return { kind: "below", ...found, parameters: [below], none };
    // Nothing is later than the last day.
    if (filter.operator === "TO" && from !== undefined) return { kind: "set", ...found, parameters: [], none };
    const [given = from] = from === undefined ? written(value as Value) : [];
    if (given === undefined) return undefined;
    const end = filter.operator === "TO" ? "to" : "from";
    const raw = bound(given, table.facts.column(table.name, field.column), end);
    return raw === undefined ? undefined : { kind: end, ...found, parameters: [raw], none };
  }
  if (format.span) {
    const spans = (values as Value[]).map((each) => (span(each) ?? []) as readonly Parameter[]);
    const open = spans.find(({ length }) => length === 1) ?? [];
    const closed = powered(spans.filter(({ length }) => length === 2));
    return { kind: "span", ...found, parameters: [...closed.flat(), ...open] };
  }
  const raw = (values as Value[])
    .flatMap(written)
    .flatMap((each) => held(each, field, table, formats))
    .flatMap((each) => variants(table, field.column, each));
  return raw.length === 0 ? undefined : { kind: "in", ...found, parameters: powered(raw) };
}

/** Text as a column of bytes holds it. */
function held(
  raw: Parameter,
  { column, format }: ColumnField,
  { name, facts }: TableRef,
  { encoding }: FormatContext,
): readonly Parameter[] {
  if (typeof raw !== "string" || facts.column(name, column)?.kind !== "bytes") return [raw];
  return [encodedText(raw, { encoding: format === "LATIN1" ? "windows-1252" : encoding })].filter(
    (each) => each !== undefined,
  );
}

/** Codes of enum values; the value for all other codes is whatever is not named, and not blank. */
function enumTerm(
  model: DepartmentModel,
  field: ColumnField,
  values: readonly string[],
  table: TableRef,
  found: Pick<Term, "field" | "columns"> & { readonly none: readonly Parameter[] },
): Term | undefined {
  const codes = model.enums.get(field.type);
  const spelled = (names: Iterable<string>) => [...names].flatMap((code) => variants(table, field.column, code));
  if (values.includes(codes?.other ?? "")) {
    const rest = [...(codes?.codesOfValue ?? [])].filter(([name]) => !values.includes(name));
    const parameters = powered(spelled(rest.flatMap(([, each]) => each)));
    const blank = absentValues(table, field.column, formatFor(field, field.type));
    return { kind: "notIn", ...found, parameters, none: [...found.none, ...blank] };
  }
  const parameters = powered(spelled(values.flatMap((value) => codes?.codesOfValue.get(value) ?? [])));
  return parameters.length === 0 ? undefined : { kind: "in", ...found, parameters };
}

function idTerm(model: DepartmentModel, type: TypeModel, ids: readonly string[], table: TableRef): Term | undefined {
  const keys = ids.flatMap((id) => {
    const key = keyOfId(model, type.name, String(id), type.id.length);
    return key ? spellings(table, type.id, key) : [];
  });
  return keys.length === 0
    ? undefined
    : { kind: "id", field: "id", columns: type.id, parameters: powered(keys).flat() };
}

function fragmentsOf(terms: readonly Term[], table: TableRef): readonly Fragment[] {
  let slot = 0;
  return terms.map(({ kind, columns, parameters, none = [] }) => {
    const facts = columns.map((column) => table.facts.column(table.name, column));
    // A beginning is text, whatever the column's type.
    const typed = kind === "prefix" ? [] : facts;
    const slots = parameters.map((_, index) => new Slot("filters", slot++, typed[index % facts.length]));
    const [column = ""] = columns;
    const [first = null] = slots;
    const noneOf = (fragments: readonly Fragment[]) => {
      if (none.length === 0) return allOf(fragments);
      return allOf([...fragments, not(readsAsOneOf(table, column, none))]);
    };
    if (kind === "in") return noneOf([isOneOf(table, column, slots)]);
    if (kind === "prefix") return noneOf([startsWith(table, column, first)]);
    if (kind === "from") return noneOf([compared(table, column, ">=", first)]);
    if (kind === "to") return noneOf([compared(table, column, "<=", first)]);
    if (kind === "below") return noneOf([compared(table, column, "<", first)]);
    const some = fragment(`${columnOf(table, column)} IS NOT NULL`);
    if (kind === "set" || (kind === "notIn" && slots.length === 0)) return noneOf([some]);
    if (kind === "notIn") return noneOf([some, not(readsAsOneOf(table, column, slots))]);
    const width = kind === "span" ? 2 : columns.length;
    const tests = Array.from({ length: Math.ceil(slots.length / width) }, (_, index) => {
      const own = slots.slice(index * width, (index + 1) * width);
      if (kind === "id") return allOf(own.map((each, place) => isOneOf(table, columns[place] ?? "", [each])));
      const [from = null, below] = own;
      const since = compared(table, column, ">=", from);
      return below === undefined ? since : allOf([since, compared(table, column, "<", below)]);
    });
    return noneOf([anyOf(tests)]);
  });
}

function not({ sql, placeholders }: Fragment): Fragment {
  return fragment(`NOT (${sql})`, ...placeholders);
}

/** Repeats the last value until there are a power of two, so that few texts are needed. */
function powered<T>(values: readonly T[]): readonly T[] {
  const last = values.at(-1);
  if (last === undefined) return values;
  const size = 2 ** Math.ceil(Math.log2(values.length));
  return [...values, ...Array<T>(size - values.length).fill(last)];
}

export function badInput(detail: string): CivigraphError {
  return new CivigraphError("BAD_USER_INPUT", { detail });
}
