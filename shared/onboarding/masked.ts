import { type Profile, profileOf } from "./profile.ts";
import type { PersonColumn } from "./recognise/persons.ts";
import type { Survey } from "./survey.ts";

/** The form of a value without the value: `DOE, JOHN` is `XXX, XXXX`, `19870304` is `99999999`. */
export function masked(text: string): string {
  return text
    .replace(/\p{Lu}/gu, "X")
    .replace(/\p{L}/gu, (letter) => (letter === "X" ? letter : "x"))
    .replace(/\p{N}/gu, "9");
}

/** A few sampled values of a person's attribute, for the terminal of whoever may see them and nowhere else. */
export function samplesOf(
  survey: Survey,
  table: string,
  { column, from }: PersonColumn,
  shown: boolean,
): readonly string[] {
  const source = survey.tables.find(({ name }) => name === (from?.table ?? table));
  if (!source) return [];
  const at = source.columns.findIndex(({ name }) => name === column);
  const conditions = (from?.where ?? []).map(
    ({ column: by, is }) => [source.columns.findIndex(({ name }) => name === by), is] as const,
  );
  const rows = source.sample.filter((row) =>
    conditions.every(([index, is]) => !is || is.includes(String(row[index] ?? "").trim())),
  );
  const profile: Profile = profileOf(rows.map((row) => row[at] ?? null));
  const forms = new Set(profile.texts.map((text) => (shown ? text : masked(text)).slice(0, 40)));
  return [...forms].slice(0, 3);
}
