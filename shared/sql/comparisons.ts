import { columnOf, type TableRef } from "./conditions.ts";
import { type Fragment, fragment, type Placeholder, Slot } from "./statement.ts";
import { isText } from "./table-facts.ts";

/**
 * The column holds one of these values, exactly: an index finds them, and what its collation takes for equal is left out.
 * Values that are no client's may be ones that the engine refuses: it compares them by the equality of its type.
 */
export function isOneOf(
  table: TableRef,
  column: string,
  values: readonly Placeholder[],
  { areTrusted = false } = {},
): Fragment {
  return equalsOneOf(table, column, columnOf(table, column), values, areTrusted);
}

/** The column is read as one of these: of text, blanks around it do not count, so that no index of its own finds it. */
export function readsAsOneOf(table: TableRef, column: string, values: readonly Placeholder[]): Fragment {
  if (!isText(table.facts.column(table.name, column))) return isOneOf(table, column, values);
  const { emptyIsNull } = table.dialect;
  const blank = emptyIsNull ? " " : "";
  const texts = values.map((value) => (value instanceof Slot ? value : String(value).trim() || blank));
  const trimmed = `LTRIM(RTRIM(${columnOf(table, column)}))`;
  return equalsOneOf(table, column, emptyIsNull ? `NVL(${trimmed}, '${blank}')` : trimmed, texts);
}

function equalsOneOf(
  { dialect, facts, name: of }: TableRef,
  column: string,
  name: string,
  values: readonly Placeholder[],
  areTrusted = false,
): Fragment {
  if (values.length === 0) return fragment("1 = 0");
  const fact = facts.column(of, column);
  const placeholder = dialect.placeholder(fact);
  const listOf = (each: string | undefined) => Array(values.length).fill(each).join(", ");
  const [compared, given] = (areTrusted ? undefined : dialect.equal?.(name, fact)) ?? [name, placeholder];
  const found = `${compared} IN (${listOf(given)})`;
  const exact = dialect.exact(name, fact);
  if (!exact) return fragment(found, ...values);
  return fragment(`${found} AND ${exact} IN (${listOf(dialect.exact(placeholder, fact))})`, ...values, ...values);
}

/** The column is on this side of the value, in the order that is the same on every engine. */
export function compared(
  table: TableRef,
  column: string,
  operator: "<" | "<=" | "=" | ">=" | ">",
  value: Placeholder,
): Fragment {
  const fact = table.facts.column(table.name, column);
  const name = table.dialect.ordered(columnOf(table, column), fact);
  return fragment(`${name} ${operator} ${table.dialect.placeholder(fact)}`, value);
}

/** As `compared`, but in the column's own order, which its index serves. */
export function comparedNatively(
  table: TableRef,
  column: string,
  operator: "<" | "=" | ">",
  value: Placeholder,
): Fragment {
  const fact = table.facts.column(table.name, column);
  return fragment(`${columnOf(table, column)} ${operator} ${table.dialect.placeholder(fact)}`, value);
}

/** The column's text begins with the value. */
export function startsWith(table: TableRef, column: string, value: Placeholder): Fragment {
  const text = table.dialect.startsWith(columnOf(table, column), table.facts.column(table.name, column));
  return fragment(text, ...Array<Placeholder>(text.split("?").length - 1).fill(value));
}
