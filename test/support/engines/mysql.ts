import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { LegacyTable } from "../../../shared/demo-city/legacy-table.ts";
import { mysql as dialect } from "../../../shared/sql/mysql/dialect.ts";
import { bareName, batchesOf, type Engine, inSchema, partsOfType, runId } from "./engine.ts";

/** A user who may create databases and users. */
export const mysqlUrl = process.env.CIVIGRAPH_TEST_MYSQL_URL ?? "mysql://root@127.0.0.1:3306/test";

/** A real MySQL or MariaDB; every department is in a database of this run's own. Text is compared without its case. */
export const mysql: Engine = {
  name: "mysql",
  async absence() {
    try {
      const connection = await createConnection({ uri: mysqlUrl, connectTimeout: 3_000 });
      await connection.query<RowDataPacket[]>("SELECT 1");
      await connection.end();
      return undefined;
    } catch {
      return "no MySQL or MariaDB at CIVIGRAPH_TEST_MYSQL_URL";
    }
  },
  async start() {
    const connection = await createConnection({ uri: mysqlUrl, charset: "utf8mb4_general_ci", dateStrings: true });
    await connection.query("SET SESSION sql_mode = 'STRICT_ALL_TABLES'");
    const databases = new Set<string>();
    return {
      dialect,
      async load(department, tables, rows) {
        const database = `${runId}_${department.replaceAll("-", "_")}`;
        databases.add(database);
        await connection.query(`DROP DATABASE IF EXISTS ${database}`);
        await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
        for (const table of tables) await connection.query(createTable(database, table));
        for (const [table, batch] of batchesOf(rows, 500)) {
          const values = batch.map((row) => row.map((each) => (each instanceof Uint8Array ? Buffer.from(each) : each)));
          await connection.query(`INSERT INTO ${database}.${quote(bareName(table.name))} VALUES ?`, [values]);
        }
        const url = new URL(mysqlUrl);
        url.pathname = `/${database}`;
        return { url: url.href, tableName: inSchema(database) };
      },
      async stop() {
        for (const database of databases) await connection.query(`DROP DATABASE IF EXISTS ${database}`);
        await connection.end();
      },
    };
  },
};

function createTable(database: string, { name, columns, primaryKey, indexes = [] }: LegacyTable): string {
  const lines = columns.map((column) => {
    return `${quote(column.name)} ${typeOf(column.type)}${column.nullable ? " NULL" : " NOT NULL"}`;
  });
  if (primaryKey) lines.push(`PRIMARY KEY (${primaryKey.map(quote).join()})`);
  for (const index of indexes) {
    lines.push(`${index.unique ? "UNIQUE " : ""}KEY ${quote(index.name)} (${index.columns.map(quote).join()})`);
  }
  return `CREATE TABLE ${database}.${quote(bareName(name))} (${lines.join(", ")})`;
}

function typeOf(type: string): string {
  const { base, size, unsigned } = partsOfType(type);
  const sign = unsigned ? " UNSIGNED" : "";
  if (base === "NCHAR") return `CHAR${size}`;
  if (/^N?VARCHAR2?$/.test(base)) return `VARCHAR${size}`;
  if (/^(?:CLOB|NTEXT)$/.test(base)) return "TEXT";
  if (/^(?:NUMBER|NUMERIC)$/.test(base)) return `DECIMAL${size}`;
  if (base === "RAW") return `VARBINARY${size}`;
  // Oracle's DATE has a time of day, and so have the values of those tables.
  if (/^(?:DATE|DATETIME|DATETIME2|TIMESTAMP)$/.test(base)) return "DATETIME(6)";
  return { BIT: "TINYINT(1)", FLOAT: "DOUBLE", MONEY: "DECIMAL(19,4)" }[base] ?? `${base}${size}${sign}`;
}

function quote(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
