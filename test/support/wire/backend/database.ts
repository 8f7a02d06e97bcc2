import Sqlite from "../../../../shared/sql/sqlite/driver.js";
import { oracleCatalogue } from "./catalogue-oracle.ts";
import { tsqlCatalogue } from "./catalogue-tsql.ts";
import { DeclaredSchema, type DeclaredTable, type WireTable } from "./declared-schema.ts";
import type { WireEngine } from "./engine-types.ts";
import { Grants } from "./grants.ts";
import { defineOracleFunctions } from "./oracle-functions.ts";
import { type GrantCheck, type PreparedSql, prepareSql } from "./prepared-sql.ts";
import type { BoundValue, ResultRows } from "./results.ts";
import type { SessionFacts } from "./session-facts.ts";
import { type Stored, storageClass, toStored } from "./stored-values.ts";
import { defineTsqlFunctions } from "./tsql-functions.ts";

export interface WireDatabaseOptions {
  readonly engine: WireEngine;
  /** The database (SQL Server) or service (Oracle) that clients connect to. */
  readonly name: string;
  readonly tables: readonly WireTable[];
  /** Where unqualified names are looked up; `dbo` and the first table's owner by default. */
  readonly defaultSchema?: string;
  /** What the clients may select: `dbo.tblClient(ClientNo, CltName)`, `PERMIT.PRMTMST`. Without it, everything. */
  readonly grants?: readonly string[];
  /** Oracle's private synonyms, within one schema: `{ "PERMIT.PERMITS": "PERMIT.PRMTMST" }`. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** SQL Server's; one that ends in `_UTF8` keeps VARCHAR in UTF-8, any other in code page 1252. */
  readonly collation?: string;
}

/** The declared tables in a SQLite database of their own, asked in the engine's SQL. */
export class WireDatabase {
  readonly engine: WireEngine;
  readonly name: string;
  readonly schema: DeclaredSchema;
  readonly collation: string | undefined;
  private readonly sqlite: Sqlite.Database;
  private readonly checkGrants: GrantCheck | undefined;
  private readonly prepared = new Map<string, PreparedSql>();
  private session: SessionFacts;

  constructor(options: WireDatabaseOptions) {
    this.engine = options.engine;
    this.name = options.name;
    this.collation = options.collation;
    this.session = { user: "", database: options.name, inTransaction: false };
    const owner = options.tables[0]?.name.includes(".") ? options.tables[0].name.split(".")[0] : undefined;
    const defaultSchema = options.defaultSchema ?? (options.engine === "mssql" ? "dbo" : (owner ?? "APP"));
    this.schema = new DeclaredSchema(options.engine, defaultSchema);
    this.sqlite = new Sqlite(":memory:");
    const define = options.engine === "mssql" ? defineTsqlFunctions : defineOracleFunctions;
    define(this.sqlite, () => this.session);
    if (options.engine === "oracle") this.sqlite.pragma("case_sensitive_like = ON");
    this.attach(defaultSchema);
    const tables = options.tables.map((table) => this.schema.declare(table));
    const grants = options.grants && new Grants(this.schema, options.name, options.grants);
    this.checkGrants =
      grants && ((tree, references) => grants.check(tree, references, (table) => !tables.includes(table)));
    const catalogue =
      options.engine === "mssql"
        ? tsqlCatalogue(tables, options.name, options.collation)
        : oracleCatalogue(tables, options.name, options.synonyms);
    for (const table of [...tables, ...catalogue.map((declared) => this.schema.declare(declared))]) this.create(table);
    for (const [name, target] of Object.entries(options.synonyms ?? {})) this.createSynonym(name, target);
  }

  private createSynonym(name: string, target: string): void {
    const [schema, of = ""] = target.split(".");
    const table = this.schema.findTable(schema, of);
    if (!table) throw new Error(`No table ${target} is declared.`);
    const synonym = this.schema.declare({ ...table.declaration, name });
    const [place, own, other] = [synonym.schema, synonym.name, table.name].map(quoted);
    this.sqlite.exec(`CREATE VIEW ${place}.${own} AS SELECT * FROM ${other}`);
  }

  /**
   * Runs one query.
   * @throws EngineError as the engine words what is wrong with it.
   */
  query(sql: string, binds: ReadonlyMap<string, BoundValue>, session: SessionFacts): ResultRows {
    this.session = session;
    const types = [...binds].map(([name, { value, type }]) => [
      name,
      typeof value,
      type?.name,
      type?.precision,
      type?.scale,
    ]);
    const key = `${types.join()}\n${sql}`;
    let prepared = this.prepared.get(key);
    if (!prepared) {
      prepared = prepareSql(this.sqlite, this.schema, sql, binds, this.checkGrants);
      this.prepared.set(key, prepared);
    }
    return prepared.run(binds);
  }

  /** Adds or replaces rows while the server runs, as the department's own software would. */
  insert(table: string, row: Readonly<Record<string, unknown>>): void {
    const [schema, name] = table.includes(".") ? (table.split(".") as [string, string]) : [undefined, table];
    const declared = this.schema.findTable(schema, name);
    if (!declared) throw new Error(`No table ${table} is declared.`);
    this.insertRows(declared, [declared.columns.map((column) => toStored(this.engine, column.type, row[column.name]))]);
  }

  close(): void {
    this.sqlite.close();
  }

  private attach(schema: string): void {
    const attached = this.sqlite.pragma("database_list") as { name: string }[];
    if (!attached.some(({ name }) => name.toLowerCase() === schema.toLowerCase())) {
      this.sqlite.exec(`ATTACH ':memory:' AS ${quoted(schema)}`);
    }
  }

  private create(table: DeclaredTable): void {
    this.attach(table.schema);
    const rows = (table.declaration.rows ?? []).map((row) =>
      table.columns.map((column, at) =>
        toStored(
          this.engine,
          column.type,
          Array.isArray(row) ? row[at] : (row as Record<string, unknown>)[column.name],
        ),
      ),
    );
    const columns = table.columns.map((column, at) => {
      const exact = rows.some((row) => typeof row[at] === "string");
      return `${quoted(column.name)} ${storageClass(this.engine, column.type, exact)}`;
    });
    this.sqlite.exec(`CREATE TABLE ${quoted(table.schema)}.${quoted(table.name)} (${columns.join(", ")})`);
    const indexes = [table.declaration.primaryKey, ...(table.declaration.indexes ?? []).map((index) => index.columns)];
    indexes.forEach((index, at) => {
      if (!index) return;
      const name = quoted(`${table.name}_${at}`);
      this.sqlite.exec(
        `CREATE INDEX ${quoted(table.schema)}.${name} ON ${quoted(table.name)} (${index.map(quoted).join(", ")})`,
      );
    });
    this.insertRows(table, rows);
  }

  private insertRows(table: DeclaredTable, rows: readonly (readonly Stored[])[]): void {
    const marks = table.columns.map(() => "?").join(", ");
    const insert = this.sqlite.prepare(`INSERT INTO ${quoted(table.schema)}.${quoted(table.name)} VALUES (${marks})`);
    this.sqlite.transaction(() => {
      for (const row of rows) insert.run(row);
    })();
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
