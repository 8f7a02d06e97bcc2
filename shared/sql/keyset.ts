import { compared, comparedNatively } from "./comparisons.ts";
import { columnOf, type TableRef } from "./conditions.ts";
import type { RawValue } from "./raw.ts";
import { allOf, anyOf, type Fragment, fragment, Slot } from "./statement.ts";

export interface OrderTerm {
  readonly column: string;
  readonly direction: "ASC" | "DESC";
  /** In the column's own order, whatever its collation: for pages that nobody sees, which an index then serves. */
  readonly native?: boolean;
}

/**
 * The whole order of a list: what is asked for, and the id columns as the last word, so that no two rows are equal.
 */
export function totalOrder(orderBy: readonly OrderTerm[], id: readonly string[]): readonly OrderTerm[] {
  const named = new Set(orderBy.map(({ column }) => column));
  const rest = id.filter((column) => !named.has(column));
  return [...orderBy, ...rest.map((column) => ({ column, direction: "ASC" as const }))];
}

/** ORDER BY: nulls last in both directions; `backwards` is the same list from its end. */
export function orderText(table: TableRef, order: readonly OrderTerm[], backwards: boolean): string {
  return order
    .flatMap(({ column, direction, native }) => {
      const name = columnOf(table, column);
      const fact = table.facts.column(table.name, column);
      const turned = (direction === "ASC") === backwards ? "DESC" : "ASC";
      const nulls = `CASE WHEN ${name} IS NULL THEN 1 ELSE 0 END ${backwards ? "DESC" : "ASC"}`;
      const ordered = `${native ? name : table.dialect.ordered(name, fact)} ${turned}`;
      return (fact?.nullable ?? true) ? [nulls, ordered] : [ordered];
    })
    .join(", ");
}

/**
 * Rows beyond a cursor, which holds the values of the order's columns: after it, or before it when `backwards`.
 * SQL's own row comparison knows neither nulls nor mixed directions. `(a, b)` after `(1, NULL)`:
 * `a > 1 OR a IS NULL OR (a = 1 AND <nothing is after a null>)`.
 */
export function beyond(
  table: TableRef,
  order: readonly OrderTerm[],
  isNull: readonly boolean[],
  backwards: boolean,
): Fragment {
  return anyOf(
    order.flatMap((term, index) => {
      const next = stepBeyond(table, term, index, isNull[index] ?? false, backwards);
      if (!next) return [];
      const equal = order.slice(0, index).map((each, before) => {
        if (isNull[before]) return fragment(`${columnOf(table, each.column)} IS NULL`);
        return comparedWithCursor(table, each, "=", before);
      });
      return [allOf([...equal, next])];
    }),
  );
}

/** Which nulls a cursor holds decides the statement's text. */
export function nullsOf(values: readonly RawValue[]): readonly boolean[] {
  return values.map((value) => value === null);
}

function stepBeyond(
  table: TableRef,
  term: OrderTerm,
  index: number,
  isNull: boolean,
  backwards: boolean,
): Fragment | undefined {
  const name = columnOf(table, term.column);
  if (isNull) return backwards ? fragment(`${name} IS NOT NULL`) : undefined;
  const operator = (term.direction === "ASC") === backwards ? "<" : ">";
  const beyond = comparedWithCursor(table, term, operator, index);
  // MySQL takes the zero date of a NOT NULL column for NULL.
  const nullable = table.facts.column(table.name, term.column)?.nullable ?? true;
  return backwards || !nullable ? beyond : anyOf([beyond, fragment(`${name} IS NULL`)]);
}

function comparedWithCursor(table: TableRef, { column, native }: OrderTerm, operator: "<" | "=" | ">", index: number) {
  const slot = new Slot("cursor", index, table.facts.column(table.name, column));
  return native ? comparedNatively(table, column, operator, slot) : compared(table, column, operator, slot);
}
