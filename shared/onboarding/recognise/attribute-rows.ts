import { type Profile, profileOf } from "../profile.ts";
import type { SurveyedTable } from "../survey.ts";
import type { Join } from "./joins.ts";
import { keyOf } from "./keys.ts";
import { kindOf, type ValueKind } from "./kinds.ts";
import { wordsOf } from "./words.ts";

/** A table that holds attributes in rows (EAV): whose, which, and the value. */
export interface AttributeTable {
  readonly table: string;
  readonly owner: Join;
  readonly codeColumn: string;
  readonly valueColumn: string;
  readonly attributes: readonly AttributeRow[];
}

export interface AttributeRow {
  /** As it is in the code column. */
  readonly code: string;
  readonly profile: Profile;
  readonly holds: ValueKind;
}

/** Tables that have an owner, a column of few codes and one of values, several rows an owner. */
export function findAttributeTables(
  tables: readonly SurveyedTable[],
  joins: readonly Join[],
): readonly AttributeTable[] {
  return tables.flatMap((table) => {
    const found = joins
      .filter((join) => join.table === table.name)
      .map((owner) => attributeTable(table, owner))
      .find((each) => each !== undefined);
    return found ? [found] : [];
  });
}

function attributeTable(table: SurveyedTable, owner: Join): AttributeTable | undefined {
  const rest = table.columns.filter(({ name }) => !owner.columns.includes(name));
  const key = keyOf(table)?.columns ?? [];
  if (rest.length < 2 || rest.length > 8 || table.sample.length < 6) return undefined;
  const code = rest.find(({ name, profile, holds }) => {
    const few = profile.counts.size >= 3 && profile.counts.size <= 60 && profile.counts.size < profile.rows / 2;
    const named = /\b(?:attribute|code|id|key|name|kind|field|property)\b/.test(wordsOf(name).meant.join(" "));
    const identifies = key.length === owner.columns.length + 1 && key.includes(name);
    return (
      holds === "text" &&
      few &&
      profile.texts.length === profile.rows &&
      (identifies || (named && /attribute|field|property/.test(wordsOf(`${table.name}_${name}`).meant.join(" "))))
    );
  });
  const value = rest.find(({ name, holds }) => {
    return (
      name !== code?.name &&
      holds === "text" &&
      /\b(?:value|valid|text|description)\b/.test(wordsOf(name).meant.join(" "))
    );
  });
  if (!code || !value) return undefined;
  const [codeAt, valueAt] = [code, value].map((column) => table.columns.indexOf(column)) as [number, number];
  const attributes = [...code.profile.counts.keys()].sort().map((text): AttributeRow => {
    const rows = table.sample.filter((row) => String(row[codeAt] ?? "").trim() === text);
    const profile = profileOf(rows.map((row) => row[valueAt] ?? null));
    return { code: text, profile, holds: kindOf(value, profile) };
  });
  return { table: table.name, owner, codeColumn: code.name, valueColumn: value.name, attributes };
}
