import type { Question, TestSubgraph } from "../federation.ts";

/** One feature of federation: small subgraphs, and questions with the answers that must come. */
export interface Suite {
  readonly feature: string;
  readonly subgraphs: Readonly<Record<string, TestSubgraph>>;
  readonly cases: readonly AuditCase[];
}

export interface AuditCase extends Question {
  readonly data: unknown;
  /** True where the answer must have errors too. */
  readonly errors?: boolean;
  /** Why the stock executor answers otherwise. */
  readonly stockDiffers?: string;
}

type Row = Readonly<Record<string, unknown>>;

/** Finds a row by the fields of a representation. */
export function found(rows: readonly Row[], representation: Row): Row | null {
  const { __typename, ...fields } = representation;
  return (
    rows.find((row) => Object.entries(fields).every(([name, value]) => !(name in row) || row[name] === value)) ?? null
  );
}
