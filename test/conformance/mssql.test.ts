import sqlParser from "node-sql-parser";
import { describe, expect, it } from "vitest";
import { mssqlStatements } from "../support/engines/mssql.ts";
import { shapeOf, tsqlFaults } from "../support/parsers/grammars.ts";
import { engineSuite } from "./engine-suite.ts";

await engineSuite("mssql");

/** The doubles remember what they were asked; a real server has parsed it itself. */
describe.skipIf(process.env.CIVIGRAPH_TEST_MSSQL_URL)("the statements of the suite for SQL Server", () => {
  it("are T-SQL to ANTLR's grammar, all of them", () => {
    const shapes = new Set([...mssqlStatements].map(shapeOf));
    expect(shapes.size).toBeGreaterThan(25);
    for (const shape of shapes) expect(tsqlFaults(shape), shape).toEqual([]);
    console.info(`mssql: ${mssqlStatements.size} statements of ${shapes.size} shapes parsed by ANTLR's T-SQL grammar`);
  }, 600_000);

  it("are T-SQL to node-sql-parser, but for three forms that it does not know", () => {
    const parser = new sqlParser.Parser();
    for (const shape of new Set([...mssqlStatements].map(shapeOf))) {
      const known = shape
        .replace(/^select top \(@p0\)/, "select top (1)")
        .replaceAll(" ESCAPE '|'", "")
        .replace(/ COLLATE \w+/g, "");
      expect(() => parser.astify(known, { database: "transactsql" }), known).not.toThrow();
    }
  }, 600_000);

  it.each([
    "SELECT `a` FROM t",
    "SELECT a FROM t WHERE",
    "SELECT a::int FROM t",
    "SELECT FROM t",
  ])("would be refused if one were %s", (statement) => {
    expect(tsqlFaults(statement)).not.toEqual([]);
  });
});
