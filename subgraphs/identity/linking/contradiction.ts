import { givenNameForms } from "../matching/normalise/nicknames.ts";
import { damerauLevenshtein } from "../matching/similarity.ts";
import type { Traits } from "./traits.ts";

/**
 * True where two records cannot be one person, whatever else they share: another birth date, or another given name.
 * This keeps apart twins, parent and child of one surname and address, and two people on one mistyped identifier.
 */
export function contradict(a: Traits, b: Traits): boolean {
  if (a.birth !== undefined && b.birth !== undefined && !sameAsFarAsKnown(a.birth, b.birth)) return true;
  if (a.name !== undefined && a.name === b.name) return otherInitial(a.middle, b.middle);
  if (a.given !== undefined && b.given !== undefined && !alike(a.given, b.given)) return true;
  // Surnames change, but then the birth date has to say that it is still the same person.
  const birthAgrees = a.birth !== undefined && a.birth === b.birth;
  return a.family !== undefined && b.family !== undefined && !birthAgrees && !alike(a.family, b.family);
}

/** A year agrees with every date in it. */
function sameAsFarAsKnown(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** One spelling mistake, a nickname or an initial apart. */
function alike(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length === 1 || b.length === 1) return a[0] === b[0];
  if (Math.min(a.length, b.length) >= 4 && damerauLevenshtein(a, b) === 1) return true;
  const forms = givenNameForms(a);
  return givenNameForms(b).some((form) => forms.includes(form));
}

function otherInitial(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.length === 1 || b.length === 1 ? a[0] !== b[0] : !alike(a, b);
}
