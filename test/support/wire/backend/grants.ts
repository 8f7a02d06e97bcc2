import type { DeclaredSchema, DeclaredTable } from "./declared-schema.ts";
import { EngineError, oracleError } from "./engine-error.ts";
import { isName, isSymbol, isWord, type Node } from "./sql-tree.ts";
import type { TableReference } from "./table-references.ts";

/** What the clients' user may select: every declared table, or only those that were granted. */
export class Grants {
  private readonly schema: DeclaredSchema;
  private readonly database: string;
  /** Upper-case column names by table; undefined for a whole table. */
  private readonly granted = new Map<DeclaredTable, ReadonlySet<string> | undefined>();

  /** `grants`: `dbo.tblClient`, or `dbo.tblClient(ClientNo, CltName)` where the engine can grant columns.
   * @throws Error for a table or column that is not declared */
  constructor(schema: DeclaredSchema, database: string, grants: readonly string[]) {
    this.schema = schema;
    this.database = database;
    for (const grant of grants) {
      const [, owner, name = "", list] = /^(?:([^.(]+)\.)?([^.(]+?)\s*(?:\((.*)\))?$/.exec(grant) ?? [];
      const table = schema.findTable(owner, name);
      if (!table) throw new Error(`A grant names ${grant}, which is not declared.`);
      if (list !== undefined && schema.engine === "oracle")
        throw new Error("Oracle grants SELECT on whole tables only.");
      const columns = list?.split(",").map((column) => column.trim());
      const missing = columns?.find((column) => !schema.findColumn(table, column));
      if (missing) throw new Error(`A grant names the column ${missing}, which ${table.name} has not.`);
      this.granted.set(table, columns && new Set(columns.map((column) => column.toUpperCase())));
    }
  }

  /** @throws EngineError 229, 230 or ORA-00942 for what was not granted */
  check(
    tree: readonly Node[],
    references: readonly TableReference[],
    isCatalogue: (table: DeclaredTable) => boolean,
  ): void {
    const read = references.filter(({ table }) => !isCatalogue(table));
    for (const { table } of read) if (!this.granted.has(table)) throw this.refusal(table);
    const limited = read.filter(({ table }) => this.granted.get(table) !== undefined);
    if (limited.length > 0) this.checkColumns(tree, read, limited);
  }

  private checkColumns(
    nodes: readonly Node[],
    read: readonly TableReference[],
    limited: readonly TableReference[],
  ): void {
    for (const [at, node] of nodes.entries()) {
      if (node.kind === "group") {
        this.checkColumns(node.items, read, limited);
        continue;
      }
      const qualifier = isSymbol(nodes[at - 1], ".") ? nodes[at - 2] : undefined;
      const meant = ({ alias }: TableReference) => !isName(qualifier) || qualifier.value.toUpperCase() === alias;
      const star = isSymbol(node, "*") && (isSymbol(nodes[at - 1], ".") || isWord(nodes[at - 1], "SELECT", "DISTINCT"));
      if (!star && (!isName(node) || isSymbol(nodes[at + 1], "."))) continue;
      for (const { table } of limited.filter(meant)) {
        const denied = table.columns.find(
          ({ name }) =>
            !this.granted.get(table)?.has(name.toUpperCase()) &&
            (star || name.toUpperCase() === node.value.toUpperCase()),
        );
        const elsewhere = !star && read.some((other) => meant(other) && this.allows(other.table, node.value));
        if (denied && !elsewhere) throw this.refusal(table, denied.name);
      }
    }
  }

  private allows(table: DeclaredTable, column: string): boolean {
    const columns = this.granted.get(table);
    return (
      this.schema.findColumn(table, column) !== undefined &&
      (columns === undefined || columns.has(column.toUpperCase()))
    );
  }

  private refusal(table: DeclaredTable, column?: string): EngineError {
    if (this.schema.engine === "oracle") return oracleError(942, "table or view does not exist");
    const object = `the object '${table.name}', database '${this.database}', schema '${table.schema}'`;
    return column === undefined
      ? new EngineError(229, `The SELECT permission was denied on ${object}.`, { severity: 14, state: 5 })
      : new EngineError(230, `The SELECT permission was denied on the column '${column}' of ${object}.`, {
          severity: 14,
        });
  }
}
