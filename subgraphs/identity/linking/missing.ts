import type { Tell } from "./sweep.ts";

/** Since when so many records of a department have been missing that it is not believed; in milliseconds since 1970. */
export interface Missing {
  readonly since: number;
  /** How many persons the department counted when its keys were listed last. */
  readonly count: number;
}

/**
 * For how long records must be missing, in milliseconds: tables that are emptied and filled again at night are back
 * sooner, and until then nothing is shown of a record that is gone, whether it is linked or not.
 */
const believedAfter = 60 * 60_000;

/** More than half of all records of a department; of one with more than twenty, more than ten of them and a tenth. */
export function tooManyGone(gone: number, known: number): boolean {
  return gone > Math.max(known / 10, Math.min(known / 2, 10));
}

/**
 * What becomes of records that are found gone: undefined where it is believed, else since when it is not, which is told
 * once.
 */
export function missingAgain(
  last: Missing | undefined,
  found: { readonly department: string; readonly gone: number; readonly known: number; readonly count: number },
  tell: Tell | undefined,
): Missing | undefined {
  const { department, gone, known, count } = found;
  if (!tooManyGone(gone, known)) return undefined;
  const since = last?.since ?? Date.now();
  if (Date.now() - since >= believedAfter) return undefined;
  const counts = { gone: String(gone), known: String(known) };
  if (last === undefined) tell?.("many records are gone: their links are kept for an hour", { department, ...counts });
  return { since, count };
}
