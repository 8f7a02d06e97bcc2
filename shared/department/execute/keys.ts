import type { RawRow, RawValue } from "../../sql/raw.ts";
import { textOf } from "../../sql/raw.ts";
import { localKey, parseLocalKey } from "../local-key.ts";
import type { DepartmentModel, RowsField } from "../model.ts";

/** The values of key columns, in order. */
export type Key = readonly Exclude<RawValue, null>[];

/** The key in these places of a row; undefined where one of them is null. */
export function keyIn(row: RawRow, slots: readonly number[]): Key | undefined {
  const key: Exclude<RawValue, null>[] = [];
  for (const slot of slots) {
    const value = row[slot];
    if (value === null || value === undefined) return undefined;
    key.push(value);
  }
  return key;
}

/** Equal for keys that are equal but for CHAR padding and the driver's way with numbers. */
export function textOfKey(key: Key, suffix?: string): string {
  return localKey(key.map(textOf), suffix);
}

/** `<department>:<type>:<key>`, encoded. */
export function opaqueId(model: DepartmentModel, type: string, key: Key): string {
  return Buffer.from(`${model.id}:${type}:${textOfKey(key)}`).toString("base64url");
}

/** The key in an opaque id of this type; undefined for any other text. */
export function keyOfId(model: DepartmentModel, type: string, id: string, columns: number): Key | undefined {
  const text = Buffer.from(id, "base64url").toString("utf8");
  const prefix = `${model.id}:${type}:`;
  if (!text.startsWith(prefix)) return undefined;
  const key = parseLocalKey(text.slice(prefix.length));
  return key && key.suffix === undefined && key.values.length === columns ? key.values : undefined;
}

/** The record by which identity knows the person with this local key. */
export function recordOf(model: DepartmentModel, key: Key, suffix?: string): string {
  return `${model.id}:${textOfKey(key, suffix)}`;
}

/** Keys that occur, each once, and for each row the place of its own; -1 for rows without. */
export function distinctKeys(rows: readonly RawRow[], slots: readonly number[]): { keys: Key[]; places: number[] } {
  const places: number[] = [];
  const keys: Key[] = [];
  const known = new Map<string, number>();
  for (const row of rows) {
    const key = keyIn(row, slots);
    if (!key) {
      places.push(-1);
      continue;
    }
    const text = textOfKey(key);
    let place = known.get(text);
    if (place === undefined) {
      place = keys.push(key) - 1;
      known.set(text, place);
    }
    places.push(place);
  }
  return { keys, places };
}

/** For each of the field's `on` columns, which part of the person's key it holds. */
export function keyPlaces({ persons }: DepartmentModel, { parent, keySuffixes }: RowsField): readonly number[] {
  const meant = persons.filter(({ keySuffix }) => !keySuffixes || keySuffixes.includes(keySuffix ?? ""));
  const key = meant.find((person) => parent.every((column) => person.key.includes(column)))?.key ?? parent;
  return parent.map((column) => key.indexOf(column));
}
