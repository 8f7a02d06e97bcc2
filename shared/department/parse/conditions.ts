import type { CodeTable, ColumnModel, Condition, From, Ordering, Place, Validity } from "../model.ts";
import type { FaultList } from "./fault.ts";
import { checkDateFormat } from "./value-types.ts";

/** Input objects as `readArguments` gives them: what is absent is absent, and each knows its place. */
export type Given<T> = { readonly [Key in keyof T]?: T[Key] } & { readonly place: Place };

/** The arguments that @column and @attribute share. */
export interface ColumnArguments {
  readonly format?: ColumnModel["format"];
  readonly missing?: readonly string[];
  readonly lookup?: Given<CodeTable>;
  readonly from?: GivenFrom;
}

export type GivenFrom = Given<Omit<From, "orderBy">> & { readonly orderBy?: readonly Given<Ordering>[] };

/** Conditions must ask for something. */
export function readConditions(given: readonly Condition[] = [], faults: FaultList): readonly Condition[] {
  for (const { is, not, isNull, place } of given) {
    if (is === undefined && not === undefined && isNull === undefined) {
      faults.add(place, "`is`, `not` or `isNull` in the condition", "none of them", "say which rows count");
    }
  }
  return given;
}

export function readOrderings(given: readonly Given<Ordering>[] = []): readonly Ordering[] {
  return given.map(({ column, direction }) => ({ column: column ?? "", direction: direction ?? "ASC" }));
}

export function readValidity(given: Given<Validity> | undefined, faults: FaultList): Validity | undefined {
  if (!given) return undefined;
  const { place, ...validity } = given;
  if (validity.from === undefined && validity.to === undefined) {
    faults.add(place, "`from` or `to` in the validity", "neither", "name the column where it starts, ends, or both");
  }
  return validity;
}

/** A joined row; `key` are the columns that it joins to unless `parent` says otherwise. */
export function readFrom(given: GivenFrom, key: readonly string[], faults: FaultList): From {
  const { table = "", on = [], parent = key, place } = given;
  if (on.length !== parent.length) {
    const remedy = given.parent ? "pair them up" : "name the columns of this row in `parent`";
    faults.add(place, `as many columns in \`on\` as in \`parent\` (${parent.join(", ")})`, `${on.length}`, remedy);
  }
  const validity = readValidity(given.validity as Given<Validity> | undefined, faults);
  checkDateFormat(validity?.format, place, faults);
  return {
    table,
    on,
    parent,
    where: readConditions(given.where, faults),
    orderBy: readOrderings(given.orderBy),
    ...(validity ? { validity } : {}),
  };
}

/** How one value is read; `key` are the columns of the row that a joined row belongs to. */
export function readColumn(
  column: string,
  given: ColumnArguments,
  key: readonly string[],
  faults: FaultList,
): ColumnModel {
  const { format, missing = [], lookup, from } = given;
  return {
    column,
    ...(format ? { format } : {}),
    missing,
    ...(lookup ? { lookup: readCodeTable(lookup, faults) } : {}),
    ...(from ? { from: readFrom(from, key, faults) } : {}),
  };
}

function readCodeTable(given: Given<CodeTable>, faults: FaultList): CodeTable {
  const { table = "", key = "", value = "" } = given;
  return { table, key, value, where: readConditions(given.where, faults) };
}
