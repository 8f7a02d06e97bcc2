import type { ASTNode, Location } from "graphql";
import type { Place } from "../model.ts";

/** One thing wrong in a `department.graphql`: where, what was expected, what was found, what to do about it. */
export interface Fault {
  readonly file: string;
  readonly place: Place;
  readonly expected: string;
  readonly found: string;
  /** What to do next, a sentence without its full stop. */
  readonly remedy?: string;
}

/** `file:line:column  expected ..., found ...; what to do`. */
export function faultText({ file, place, expected, found, remedy }: Fault): string {
  const todo = remedy ? `; ${remedy}` : "";
  return `${file}:${place.line}:${place.column}  expected ${expected}, found ${found}${todo}`;
}

/** In the order of the file. */
export function sortFaults(faults: readonly Fault[]): readonly Fault[] {
  return [...faults].sort(
    (one, other) =>
      one.file.localeCompare(other.file) || one.place.line - other.place.line || one.place.column - other.place.column,
  );
}

/** Anything that knows where it stands in the file. */
export type Placed = ASTNode | Place;

/** Collects the faults of one file, so that all are reported at once. */
export class FaultList {
  readonly file: string;
  readonly #faults: Fault[] = [];

  constructor(file: string) {
    this.file = file;
  }

  get count(): number {
    return this.#faults.length;
  }

  add(at: Placed, expected: string, found: string, remedy?: string): void {
    this.#faults.push({ file: this.file, place: placeOf(at), expected, found, ...(remedy ? { remedy } : {}) });
  }

  /** In the order of the file, each once. */
  sorted(): readonly Fault[] {
    const byText = new Map(this.#faults.map((fault) => [faultText(fault), fault]));
    return sortFaults([...byText.values()]);
  }
}

/** Line and column of a node, from 1. */
export function placeOf(at: Placed): Place {
  if ("line" in at) return at;
  const location: Location | undefined = at.loc;
  if (!location) return { line: 1, column: 1 };
  return { line: location.startToken.line, column: location.startToken.column };
}
