import { describe, expect, it } from "vitest";
import { oracleStatements } from "../support/engines/oracle.ts";
import { oracleFaults, shapeOf } from "../support/parsers/grammars.ts";
import { engineSuite } from "./engine-suite.ts";

await engineSuite("oracle");

/** The doubles remember what they were asked; a real server has parsed it itself. */
describe.skipIf(process.env.CIVIGRAPH_TEST_ORACLE_URL)("the statements of the suite for Oracle", () => {
  it("are Oracle's SQL to ANTLR's grammar, all of them but the session's settings", () => {
    const asked = [...oracleStatements].filter((statement) => !statement.startsWith("ALTER SESSION"));
    const shapes = new Set(asked.map(shapeOf));
    expect(shapes.size).toBeGreaterThan(25);
    for (const shape of shapes) expect(oracleFaults(shape), shape).toEqual([]);
    console.info(`oracle: ${asked.length} statements of ${shapes.size} shapes parsed by ANTLR's PL/SQL grammar`);
  }, 600_000);

  it.each([
    "SELECT a FROM t AS x",
    "SELECT a FROM t LIMIT 5",
    "SELECT a FROM (VALUES (1)) v",
    "SELECT [a] FROM t",
  ])("would be refused if one were %s", (statement) => {
    expect(oracleFaults(statement)).not.toEqual([]);
  });
});
