import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReadConnection } from "../../../shared/sql/dialect.ts";
import { readCatalogue } from "../../../shared/sql/oracle/catalogue.ts";
import { oracle } from "../../../shared/sql/oracle/dialect.ts";
import type { WireServer } from "../../support/wire/server.ts";
import { startTnsServer } from "../../support/wire/tns/server.ts";

describe("Oracle's synonyms", () => {
  let server: WireServer;
  let connection: ReadConnection;
  beforeAll(async () => {
    const columns = { JOBNO: "NUMBER(9) NOT NULL", TITLE: "VARCHAR2(40)" };
    const tables = [{ name: "WORKS.JOBMST", columns, primaryKey: ["JOBNO"], rows: [[1, "Kerb"]] }];
    const synonyms = { "WORKS.JOBS": "WORKS.JOBMST", "WORKS.OLD_JOBS": "WORKS.JOBS" };
    server = await startTnsServer({ users: { PORTAL: "x" }, database: { name: "WORKS", tables, synonyms } });
    connection = oracle.connect(server.url, { department: "Works", schemas: [] });
  });
  afterAll(async () => {
    await connection.close();
    await server.close();
  });

  it("are in the catalogue under their own names, with the table's columns and keys, those of synonyms too", async () => {
    const [table, ...synonyms] = await connection.catalogue([
      "WORKS.JOBMST",
      "works.jobs",
      "WORKS.OLD_JOBS",
      "WORKS.NOTHING",
    ]);
    expect(table?.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ["JOBNO", "integer"],
      ["TITLE", "text"],
    ]);
    expect(synonyms).toEqual([
      { ...table, name: "works.jobs" },
      { ...table, name: "WORKS.OLD_JOBS" },
    ]);
    expect(await connection.select("SELECT TITLE FROM WORKS.JOBS", [])).toEqual([["Kerb"]]);
  });

  it("cost no statement where every name is a table's", async () => {
    const before = server.statements.length;
    await connection.catalogue(["WORKS.JOBMST"]);
    expect(server.statements.slice(before).filter((sql) => sql.includes("ALL_SYNONYMS"))).toEqual([]);
  });

  it("are followed through public ones for a bare name alone, and not for ever", async () => {
    const asked: string[] = [];
    const circular = async (sql: string, parameters: readonly string[]) => {
      asked.push(sql);
      if (sql.includes("CURRENT_SCHEMA")) return [["PORTAL"]];
      return sql.includes("ALL_SYNONYMS") ? [["PUBLIC", parameters[1] ?? "", "PUBLIC", parameters[1] ?? ""]] : [];
    };
    expect(await readCatalogue(circular, ["JOBS"])).toEqual([]);
    const lookups = asked.filter((sql) => sql.includes("ALL_SYNONYMS"));
    expect(lookups[0]).toContain("s.OWNER IN (:1, 'PUBLIC')");
    expect(lookups[1]).toContain("s.OWNER = :1");
    expect(lookups.length).toBeLessThan(10);
  });
});
