import type { RawRow, RawValue } from "../../sql/raw.ts";
import { textOf } from "../../sql/raw.ts";
import type { Condition, DepartmentModel } from "../model.ts";
import type { ColumnSet } from "./column-set.ts";

/** Whether a row can describe the person that it names: not where its conditions say that it is nobody. */
export type Describes = (row: RawRow) => boolean;

/**
 * By the conditions of the persons of this table that have these key columns; adds what they read to `columns`.
 * Undefined where no person of this key is described in the table's rows, or all are.
 */
export function describedPersons(
  { persons }: DepartmentModel,
  named: { readonly table: string; readonly columns: readonly string[]; readonly keySuffix?: string | undefined },
  columns: ColumnSet,
): Describes | undefined {
  const own = persons.filter(
    ({ table, key, keySuffix }) =>
      table === named.table && keySuffix === named.keySuffix && key.join() === named.columns.join(),
  );
  if (own.length === 0 || own.some(({ where }) => where.length === 0)) return undefined;
  const alternatives = own.map(({ where }) =>
    where.map((condition) => ({ condition, slot: columns.slot(condition.column) })),
  );
  return (row) =>
    alternatives.some((conditions) => conditions.every(({ condition, slot }) => mayMeet(row[slot] ?? null, condition)));
}

/** False only where the engine says no, too: its collation may take `p` for `P`, and `é` for `e`. */
function mayMeet(raw: RawValue, { is, not, isNull }: Condition): boolean {
  if (isNull !== undefined && (raw === null) !== isNull) return false;
  if (raw === null) return !is;
  if (is && !is.some((value) => mayEqual(raw, value))) return false;
  return !not?.some((value) => value.trimEnd() === textOf(raw));
}

const { compare } = new Intl.Collator("en", { sensitivity: "base" });

function mayEqual(raw: Exclude<RawValue, null>, value: string): boolean {
  // Engines have several ways to write days, bytes and truth.
  if (typeof raw === "object" || typeof raw === "boolean") return true;
  const text = textOf(raw);
  return text === value.trimEnd() || Number(text) === Number(value) || compare(text.trim(), value.trim()) === 0;
}
