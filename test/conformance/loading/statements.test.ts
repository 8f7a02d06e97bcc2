import { describe, expect, it } from "vitest";
import * as mssql from "../../../shared/demo-city/engines/mssql.ts";
import * as oracle from "../../../shared/demo-city/engines/oracle.ts";
import { fitterOf } from "../../../shared/demo-city/legacy-table.ts";
import { cityDepartments } from "../../support/engines/wrapped.ts";
import { oracleFaults, tsqlFaults } from "../../support/parsers/grammars.ts";
import { edgeDepartment } from "../edges/edges.ts";

const departments = [...(await cityDepartments(60)), edgeDepartment()];

/** No server that a plain machine can install runs these: a parser that is not ours reads them, whole. */
describe("what loads the demo city", () => {
  it.each(departments.map(({ demo }) => [demo.id, demo.tables] as const))("is T-SQL for %s", (id, tables) => {
    const statements = [
      ...mssql.createDatabase(id),
      ...mssql.dropDatabase(id),
      ...mssql.createTables(tables),
      ...tables.map((table) => mssql.insertInto(table, 2)),
    ];
    for (const statement of statements) expect(tsqlFaults(statement), statement).toEqual([]);
  });

  it.each(departments.map(({ demo }) => [demo.id, demo.tables] as const))("is Oracle's SQL for %s", (id, tables) => {
    const statements = [
      // To the grammar a definition ends with a semicolon; it knows no DROP USER.
      ...[...oracle.createUser(id, "Se.cret 1"), ...oracle.createTables(tables)].map((text) => `${text};`),
      ...tables.map(oracle.insertInto),
    ];
    for (const statement of statements) expect(oracleFaults(statement), statement).toEqual([]);
  });

  it("keeps in SQL Server's code page only what is ASCII", () => {
    for (const { demo, rows } of departments) {
      for (const { table, values } of rows()) {
        for (const [at, column] of table.columns.entries()) {
          const value = fitterOf(column)?.(values[at] ?? null) ?? values[at];
          if (typeof value !== "string" || !/^(?:VAR)?CHAR/.test(mssql.mssqlType(column, table))) continue;
          expect(value, `${demo.id} ${table.name}.${column.name}`).toMatch(/^[ -~]*$/);
        }
      }
    }
  });

  it("never exceeds SQL Server's 2,100 parameters and 1,000 rows, nor a row's 8,060 bytes", () => {
    for (const { tables } of departments.map(({ demo }) => demo)) {
      for (const table of tables) {
        expect(mssql.rowsAtOnce(table) * table.columns.length).toBeLessThanOrEqual(2_100 - 2);
        expect(mssql.rowsAtOnce(table)).toBeLessThanOrEqual(1_000);
        const bytes = table.columns.map((column) => {
          const [, national, length = "8"] = /^(N?)\w+\((\d+)/.exec(mssql.mssqlType(column, table)) ?? [];
          return Number(length) * (national ? 2 : 1);
        });
        expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(8_060);
      }
    }
  });

  it("makes no index that Oracle refuses as one more of the primary key's", () => {
    for (const { demo } of departments) {
      for (const { name, primaryKey, indexes = [] } of demo.tables) {
        const names = [primaryKey, ...indexes.map(({ columns }) => columns)].map(String);
        expect(new Set(names).size, name).toBe(names.length);
      }
    }
  });
});
