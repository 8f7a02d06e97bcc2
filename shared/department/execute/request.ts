import type DataLoader from "dataloader";
import type { CivigraphError } from "../../errors.ts";
import type { FormatContext } from "../../sql/formats/format.ts";
import { todayIn } from "../../sql/formats/time-zone.ts";
import type { RawValue } from "../../sql/raw.ts";
import type { TableFacts } from "../../sql/table-facts.ts";
import type { CallContext } from "../../transport/subgraph.ts";
import type { CodeTable } from "../model.ts";
import type { Source } from "./source.ts";

/** One execution of an operation: what it was called with, and what it has found out. */
export interface Request {
  readonly source: Source;
  readonly call: CallContext;
  readonly facts: TableFacts;
  readonly formats: FormatContext;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Local keys that identity handed over: these citizens' rows need no further grant. */
  readonly heldKeys: (readonly string[])[];
  /** Answered entities, each with its representation in the same place. */
  readonly entities: { readonly answers: readonly Shaped[]; readonly representations: readonly unknown[] }[];
  readonly codeTables: Map<CodeTable, DataLoader<string, RawValue>>;
  /** True when a value is an error or a non-null one is missing: the answer then goes through graphql-js. */
  irregular: boolean;
}

export function requestOf(
  source: Source,
  call: CallContext,
  facts: TableFacts,
  variables: Readonly<Record<string, unknown>> = {},
): Request {
  const { timeZone, encoding } = source.model.source;
  return {
    source,
    call,
    facts,
    formats: { timeZone, today: todayIn(timeZone), ...(encoding ? { encoding } : {}) },
    variables,
    heldKeys: [],
    codeTables: new Map(),
    entities: [],
    irregular: false,
  };
}

/** A shaped value: what the answer holds under a field's key, or the error that stands in its place. */
export type Shaped = unknown;

export interface ShapedObject {
  [key: string]: Shaped;
}

/** Puts an error in the place of a value. */
export function failed(error: CivigraphError | Error, request: Request): Error {
  request.irregular = true;
  return error;
}

/** `__proto__` may be an alias; it must be a key like any other. */
export function emptyObject(keys: readonly string[]): ShapedObject {
  return keys.includes("__proto__") ? (Object.create(null) as ShapedObject) : {};
}
