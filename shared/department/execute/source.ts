import type { Cursors } from "../../sql/cursor.ts";
import { type Dialect, type ReadConnection, splitName } from "../../sql/dialect.ts";
import type { RawRow } from "../../sql/raw.ts";
import { parametersOf, type Run, type Statement } from "../../sql/statement.ts";
import { type TableFacts, tableFacts } from "../../sql/table-facts.ts";
import type { Grants } from "../../transport/subgraph.ts";
import type { DepartmentResolvers } from "../load.ts";
import type { ColumnModel, DepartmentModel } from "../model.ts";

/** Told each statement that is run, for logs, tests and benches: its text, never its values. */
export type OnStatement = (sql: string) => void;

/** Takes events with names and counts; never values of the database. */
export type Log = (event: string, details: Readonly<Record<string, string>>) => void;

/** A department's database, as the executor and the feed read it. */
export interface Source {
  readonly model: DepartmentModel;
  readonly dialect: Dialect;
  readonly connection: ReadConnection;
  readonly cursors: Cursors;
  readonly grants: Grants;
  /** Of the department's resolvers.ts. */
  readonly resolvers?: DepartmentResolvers | undefined;
  readonly log?: Log | undefined;
  /** Read once from the live database; a promise until then. */
  facts(): TableFacts | Promise<TableFacts>;
  select(statement: Statement, run: Run, signal?: AbortSignal): Promise<readonly RawRow[]>;
  /** What was read from the live database is read again. */
  forget(): void;
}

export interface SourceOptions {
  readonly model: DepartmentModel;
  readonly dialect: Dialect;
  readonly connection: ReadConnection;
  readonly cursors: Cursors;
  readonly grants: Grants;
  /** Of the department's resolvers.ts. */
  readonly resolvers?: DepartmentResolvers | undefined;
  readonly onStatement?: OnStatement | undefined;
  readonly log?: Log | undefined;
}

export function createSource(options: SourceOptions): Source {
  const { connection, onStatement } = options;
  const tables = tablesOf(options.model);
  let facts: TableFacts | Promise<TableFacts> | undefined;

  async function readFacts(): Promise<TableFacts> {
    try {
      const read = tableFacts(await connection.catalogue(tables));
      facts = read;
      return read;
    } catch (error) {
      facts = undefined;
      throw error;
    }
  }

  return {
    ...options,
    facts() {
      facts ??= readFacts();
      return facts;
    },
    select(statement, run, signal) {
      onStatement?.(statement.sql);
      return connection.select(statement.sql, parametersOf(statement, run), signal ? { signal } : {});
    },
    forget() {
      facts = undefined;
    },
  };
}

/** Every table that the mapping names. */
export function tablesOf(model: DepartmentModel): readonly string[] {
  const columns: ColumnModel[] = model.persons.flatMap(({ attributes }) => [...attributes]);
  const fields = [...model.types.values()].flatMap((type) => [...type.fields.values()]);
  for (const field of [...fields, ...model.citizenFields.values()]) if (field.kind === "column") columns.push(field);
  return [
    ...new Set([
      ...model.persons.map(({ table }) => table),
      ...[...model.types.values()].map(({ table }) => table),
      ...columns.flatMap(({ from, lookup }) => [...(from ? [from.table] : []), ...(lookup ? [lookup.table] : [])]),
    ]),
  ];
}

/** The schemas that these tables are in. */
export function schemasOf(tables: readonly string[]): readonly string[] {
  return [...new Set(tables.flatMap((table) => splitName(table).slice(0, -1).slice(-1)))];
}
