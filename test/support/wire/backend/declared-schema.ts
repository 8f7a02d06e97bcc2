import { type EngineType, engineType, type WireEngine } from "./engine-types.ts";

/** A table as a test declares it. */
export interface WireTable {
  /** With its schema or owner: `dbo.tblClient`, `PERMITS.PRMT_MSTR`. Without one it stands in the default schema. */
  readonly name: string;
  /** Column name to engine type, `NOT NULL` behind it where it holds: `{ ClientNo: "INT NOT NULL" }`. */
  readonly columns: Readonly<Record<string, string>>;
  readonly primaryKey?: readonly string[];
  readonly foreignKeys?: readonly WireForeignKey[];
  readonly indexes?: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly unique?: boolean;
  }[];
  readonly comment?: string;
  readonly comments?: Readonly<Record<string, string>>;
  readonly view?: boolean;
  readonly rows?: readonly (Readonly<Record<string, unknown>> | readonly unknown[])[];
}

export interface WireForeignKey {
  readonly columns: readonly string[];
  readonly references: { readonly table: string; readonly columns: readonly string[] };
}

export interface DeclaredColumn {
  readonly name: string;
  readonly type: EngineType;
  readonly nullable: boolean;
}

export interface DeclaredTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly DeclaredColumn[];
  readonly declaration: WireTable;
}

/** The tables that statements may name, found by the engine's rules for letter case. */
export class DeclaredSchema {
  readonly engine: WireEngine;
  readonly defaultSchema: string;
  readonly tables: DeclaredTable[] = [];

  constructor(engine: WireEngine, defaultSchema: string) {
    this.engine = engine;
    this.defaultSchema = defaultSchema;
  }

  declare(declaration: WireTable): DeclaredTable {
    const dot = declaration.name.indexOf(".");
    const columns = Object.entries(declaration.columns).map(([name, text]) => ({
      name,
      type: engineType(this.engine, text),
      nullable: !/\bNOT\s+NULL\b/i.test(text) && !declaration.primaryKey?.includes(name),
    }));
    const schema = dot < 0 ? this.defaultSchema : declaration.name.slice(0, dot);
    const table = { schema, name: declaration.name.slice(dot + 1), columns, declaration };
    this.tables.push(table);
    return table;
  }

  /** `exact` is a quoted name: Oracle folds all others to capitals, SQL Server ignores case either way. */
  findTable(schema: string | undefined, name: string, exact = false): DeclaredTable | undefined {
    const candidates = this.tables.filter((table) => this.same(table.name, name, exact));
    if (schema !== undefined) return candidates.find((table) => this.same(table.schema, schema, false));
    return (
      candidates.find((table) => this.same(table.schema, this.defaultSchema, false)) ??
      candidates.find((table) => table.schema === this.publicSchema)
    );
  }

  /** Oracle's dictionary is reached without an owner (public synonyms). */
  private get publicSchema(): string | undefined {
    return this.engine === "oracle" ? "SYS" : undefined;
  }

  findColumn(table: DeclaredTable, name: string): DeclaredColumn | undefined {
    return table.columns.find((column) => column.name.toUpperCase() === name.toUpperCase());
  }

  private same(declared: string, written: string, exact: boolean): boolean {
    if (this.engine === "mssql") return declared.toUpperCase() === written.toUpperCase();
    return declared === (exact ? written : written.toUpperCase());
  }
}
