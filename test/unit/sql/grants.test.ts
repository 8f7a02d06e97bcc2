import { describe, expect, it } from "vitest";
import { grantScript } from "../../../shared/sql/grants.ts";

const script = (table: string) =>
  grantScript({ engine: "POSTGRES", user: "portal", tables: [{ table, columns: ["id"] }] }).split("\n");

describe("the script of grants for PostgreSQL", () => {
  it("lets the account into the schemas that tables are named with", () => {
    const lines = script('"Bürger Amt".person');
    expect(lines).toContain('GRANT USAGE ON SCHEMA "Bürger Amt" TO "portal";');
    expect(lines.filter((line) => line.startsWith("--"))).toEqual([]);
  });

  it("says what is needed besides where a table is named without its schema", () => {
    const [note, ...rest] = script("person");
    expect(note).toMatch(/^-- .*without a schema.*search_path.*GRANT USAGE ON SCHEMA/);
    expect(rest.filter((line) => line.startsWith("--"))).toEqual([]);
  });
});
