import type { Knex } from "knex";
import { comparable } from "./comparable.ts";
import type { CatalogueColumn } from "./dialect.ts";
import type { FormatContext } from "./formats/format.ts";
import type { Parameter } from "./raw.ts";

/**
 * A statement's text, built once and kept, and what its placeholders stand for. Values come in when it is run; no value
 * is ever part of the text.
 */
export interface Statement {
  readonly sql: string;
  readonly placeholders: readonly Placeholder[];
  /** The first placeholders, as many as this, are the keys of a run in their order, as they are. */
  readonly leadingKeys: number;
}

/** A constant of the mapping, or what is known only when the statement is run. */
export type Placeholder = Parameter | Slot | Computed;

/** The value at `index` of one of the lists that a run brings, made fit to be compared with `column`. */
export class Slot {
  readonly list: "keys" | "cursor" | "filters";
  readonly index: number;
  readonly column: CatalogueColumn | undefined;

  constructor(list: Slot["list"], index: number, column?: CatalogueColumn) {
    this.list = list;
    this.index = index;
    this.column = column;
  }
}

/** A value that depends on the day, such as the end of a retention period. */
export class Computed {
  readonly compute: (context: FormatContext) => Parameter;

  constructor(compute: (context: FormatContext) => Parameter) {
    this.compute = compute;
  }
}

export interface Run {
  readonly keys?: readonly Parameter[];
  readonly cursor?: readonly Parameter[];
  readonly filters?: readonly Parameter[];
  readonly limit?: number;
  readonly context: FormatContext;
}

/** Part of a statement, with its placeholders in the order of its question marks. */
export interface Fragment {
  readonly sql: string;
  readonly placeholders: readonly Placeholder[];
}

/** The builder checks that a limit is a whole number, so this one stands for it until the statement is run. */
export const limitMark = 2_147_483_600;

/** The text that the builder makes of `query`. */
export function statementOf(query: Knex.QueryBuilder): Statement {
  const { sql, bindings } = query.toSQL().toNative();
  const placeholders = bindings as unknown as readonly Placeholder[];
  const others = placeholders.findIndex((placeholder, index) => !isKey(placeholder, index));
  return { sql, placeholders, leadingKeys: others < 0 ? placeholders.length : others };
}

function isKey(placeholder: Placeholder, index: number): boolean {
  return (
    placeholder instanceof Slot &&
    placeholder.list === "keys" &&
    placeholder.index === index &&
    placeholder.column === undefined
  );
}

/** The values of a statement's placeholders, in their order. */
export function parametersOf({ placeholders, leadingKeys }: Statement, run: Run): Parameter[] {
  const parameters = leadingKeys > 0 ? (run.keys ?? []).slice(0, leadingKeys) : [];
  for (let index = parameters.length; index < placeholders.length; index += 1) {
    parameters.push(parameterOf(placeholders[index] as Placeholder, run));
  }
  return parameters;
}

function parameterOf(placeholder: Placeholder, run: Run): Parameter {
  if (placeholder instanceof Slot) {
    const value = run[placeholder.list]?.[placeholder.index] ?? null;
    return placeholder.column === undefined ? value : (comparable(value, placeholder.column) ?? null);
  }
  if (placeholder instanceof Computed) return placeholder.compute(run.context);
  return placeholder === limitMark ? (run.limit ?? 0) : placeholder;
}

export function fragment(sql: string, ...placeholders: readonly Placeholder[]): Fragment {
  return { sql, placeholders };
}

export function allOf(parts: readonly Fragment[]): Fragment {
  if (parts.length === 0) return fragment("1 = 1");
  return {
    sql: parts.map(({ sql }) => `(${sql})`).join(" AND "),
    placeholders: parts.flatMap(({ placeholders }) => placeholders),
  };
}

export function anyOf(parts: readonly Fragment[]): Fragment {
  if (parts.length === 0) return fragment("1 = 0");
  return {
    sql: parts.map(({ sql }) => `(${sql})`).join(" OR "),
    placeholders: parts.flatMap(({ placeholders }) => placeholders),
  };
}
