import type { DemoRow } from "../../../shared/demo-city/department.ts";
import { batchesOf } from "../../../shared/demo-city/engines/server.ts";
import type { LegacyColumn, LegacyTable, LegacyValue } from "../../../shared/demo-city/legacy-table.ts";
import type { Dialect } from "../../../shared/sql/dialect.ts";
import type { WireTable } from "../wire/backend/declared-schema.ts";
import type { WireServer } from "../wire/server.ts";
import type { Engine, EngineName, KeyedTable } from "./engine.ts";

export interface Doubles {
  readonly name: EngineName;
  readonly dialect: Dialect;
  /** What the engine's own loader makes of a column's type. */
  readonly typeOf: (column: LegacyColumn, table: LegacyTable) => string;
  readonly nameOf?: (name: string) => string;
  /** Takes what the doubles were asked. */
  readonly statements: Set<string>;
  readonly start: (name: string, tables: WireTable[]) => Promise<WireServer>;
}

/** A double for each department, over the driver as it is published. */
export function onDoubles(doubles: Doubles): Engine {
  return {
    name: doubles.name,
    absence: async () => undefined,
    async start() {
      const servers: WireServer[] = [];
      return {
        dialect: doubles.dialect,
        async load(department, tables, rows) {
          const server = await doubles.start(department, tablesFor(tables, rows, doubles));
          servers.push(server);
          return { url: server.url, tableName: (name) => name };
        },
        async stop() {
          for (const server of servers) for (const statement of server.statements) doubles.statements.add(statement);
          await Promise.all(servers.map((server) => server.close()));
        },
      };
    },
  };
}

/** Tables and rows as a double is started with them. */
function tablesFor(
  tables: readonly KeyedTable[],
  rows: Iterable<DemoRow>,
  { typeOf, nameOf = (name) => name }: Doubles,
): WireTable[] {
  const byTable = new Map<LegacyTable, (readonly LegacyValue[])[]>(tables.map((table) => [table, []]));
  for (const [table, batch] of batchesOf(rows, () => 1_000)) byTable.get(table)?.push(...batch);
  return tables.map((table) => ({
    name: table.name.split(".").map(nameOf).join("."),
    columns: Object.fromEntries(
      table.columns.map((column) => [
        nameOf(column.name),
        `${typeOf(column, table)}${column.nullable ? "" : " NOT NULL"}`,
      ]),
    ),
    rows: byTable.get(table) ?? [],
    foreignKeys: (table.foreignKeys ?? []).map(({ column, table: target, references }) => ({
      columns: [nameOf(column)],
      references: { table: target.split(".").map(nameOf).join("."), columns: [nameOf(references)] },
    })),
    ...(table.primaryKey ? { primaryKey: table.primaryKey.map(nameOf) } : {}),
    ...(table.indexes
      ? { indexes: table.indexes.map((index) => ({ ...index, columns: index.columns.map(nameOf) })) }
      : {}),
  }));
}
