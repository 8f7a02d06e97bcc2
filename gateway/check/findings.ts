import type { Place } from "../../shared/department/model.ts";
import type { Fault } from "../../shared/department/parse/fault.ts";

/**
 * FAULT: clients would get wrong answers or none, or were promised something else. WARNING: works, but somebody should
 * look. NOTE: good to know.
 */
export type Severity = "FAULT" | "WARNING" | "NOTE";

/** What `check` can find; a code never changes its meaning. */
export type FindingCode =
  | "FILE_INVALID"
  | "DATABASE_NOT_SET"
  | "DATABASE_NOT_REACHABLE"
  | "TABLE_OR_COLUMN_MISSING"
  | "NOT_READABLE_BY_LOGIN"
  | "TYPE_DRIFT"
  | "INDEX_MISSING"
  | "VALUES_UNREADABLE"
  | "VALUES_NOT_READ"
  | "CODES_UNMAPPED"
  | "SCHEMA_NOT_ACCEPTED"
  | "SCHEMA_CHANGE_BREAKING"
  | "SCHEMA_CHANGE_DANGEROUS"
  | "SCHEMA_CHANGE_SAFE"
  | "DEPRECATED"
  | "OPEN_PERSONAL_FIELD"
  | "OPEN_SPECIAL_CATEGORY"
  | "IDENTITY_PREVIEW"
  | "COMPOSITION_FAILED";

/** One thing that `check` has to say. No text of it holds a value of a row, unless values were asked for. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The department.graphql that it is about; absent where no single file is. */
  readonly file?: string;
  /** Line and column in the file, from 1. */
  readonly place?: Place;
  /** Field, column or schema path that it is about. */
  readonly subject?: string;
  readonly expected: string;
  readonly found: string;
  /** What to do, a sentence without its full stop. */
  readonly next?: string;
  /** Rows that it concerns, and rows that were looked at. */
  readonly rows?: { readonly count: number; readonly of: number };
  /** Only where they were asked for: values as the database holds them, a few. */
  readonly values?: readonly string[];
}

/** `file:line:column  expected ..., found ...; what to do`, in one line. */
export function findingText({ file, place, expected, found, next, values }: Finding): string {
  const where = [file, ...(file && place ? [place.line, place.column] : [])].filter((part) => part !== undefined);
  const shown = values && values.length > 0 ? ` (${values.map((value) => JSON.stringify(value)).join(", ")})` : "";
  const text = `expected ${expected}, found ${found}${shown}${next ? `; ${next}` : ""}`;
  return (where.length > 0 ? `${where.join(":")}  ${text}` : text).replace(/\s*\n\s*/g, " ");
}

/** A fault of the file as a finding. */
export function ofFault(code: FindingCode, { file, place, expected, found, remedy }: Fault): Finding {
  return { code, severity: "FAULT", file, place, expected, found, ...(remedy ? { next: remedy } : {}) };
}

/** Faults first, then warnings, then notes; within each in the order of the file. */
export function sorted(findings: readonly Finding[]): readonly Finding[] {
  const rank = ({ severity }: Finding) => severities.indexOf(severity);
  const line = ({ place }: Finding) => (place ? place.line * 10_000 + place.column : 0);
  return [...findings].sort((one, other) => rank(one) - rank(other) || line(one) - line(other));
}

const severities: readonly Severity[] = ["FAULT", "WARNING", "NOTE"];
