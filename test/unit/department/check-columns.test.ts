import { expect, it } from "vitest";
import { checkColumns, tablesOf } from "../../../shared/department/check-columns.ts";
import { faultText } from "../../../shared/department/parse/fault.ts";
import type { CatalogueTable } from "../../../shared/sql/dialect.ts";
import { departmentOf, modelOf } from "./city.ts";

const client = table("dbo.tblClient", ["ClientNo", "ModifiedOn", "Deleted", "CltName", "DOB", "NatId"]);
const award = table("dbo.tblAward", ["AwardNo", "ClientNo", "PrgCd", "St", "MthAmtCents", "StartDt", "EndDt"]);
const programme = table("dbo.lkpProgramme", ["Cd", "Descr"]);

it("finds nothing to say about a mapping that fits its database", () => {
  expect(checkColumns(departmentOf("social-services.graphql"), [client, award, programme])).toEqual([]);
});

it("points at each column that its table lacks, and names the nearest", () => {
  const without = (columns: readonly string[], ...gone: string[]) => columns.filter((name) => !gone.includes(name));
  const names = (of: CatalogueTable) => of.columns.map(({ name }) => name);
  const faults = checkColumns(departmentOf("social-services.graphql"), [
    table(client.name, [...without(names(client), "NatId"), "NatIdNo"]),
    table(award.name, without(names(award), "MthAmtCents", "EndDt")),
    table(programme.name, ["Cd", "Descr2"]),
  ]);
  expect(faults.map(faultText).map((text) => text.replace(/^\S+:\d+:\d+ +/, ""))).toEqual([
    "expected a column of dbo.tblClient, found `NatId`; did you mean NatIdNo?",
    expect.stringContaining("expected a column of dbo.tblAward, found `EndDt`; "),
    "expected a column of dbo.lkpProgramme, found `Descr`; did you mean Descr2?",
    expect.stringContaining("expected a column of dbo.tblAward, found `MthAmtCents`; "),
  ]);
});

it("points at a table that cannot be read, at the word itself", () => {
  const [fault] = checkColumns(departmentOf("social-services.graphql"), [
    client,
    table("dbo.tblAwards", []),
    programme,
  ]);
  expect(fault && faultText(fault)).toMatch(
    /^social-services\.graphql:\d+:\d+ {2}expected a table or view that can be read, found `dbo\.tblAward`; did you mean dbo\.tblAwards\?$/,
  );
});

it("says what to check when no table can be seen", () => {
  const [fault] = checkColumns(departmentOf("social-services.graphql"), []);
  expect(fault?.remedy).toBe("the account that the wrapper connects with sees no table: check its grants");
});

it.each([
  ["MSSQL", 0],
  ["ORACLE", 1],
])("takes case for %s as that engine does", (engine, expected) => {
  const model = modelOf(`extend schema
      @department(id: "a", name: "A", jurisdiction: "n", lawfulBasis: CONTRACT, purposes: ["p"])
      @source(engine: ${engine}, url: "A_URL")
    type Loan @table(name: "L", id: "NO") { id: ID! }`);
  expect(checkColumns(model, [table("L", ["No"])])).toHaveLength(expected);
});

it("checks joins, conditions, orderings, validity and the other side of references", () => {
  const model = departmentOf("permits.graphql");
  const texts = checkColumns(model, [table("PRM.PERMIT", []), table("PRM.INSPECTION", [])]).map(({ found }) => found);
  expect(new Set(texts)).toEqual(
    new Set(
      ["APPL1_NO", "APPL1_KIND", "APPL1_NM", "APPL2_NO", "APPL2_KIND", "APPL2_NM", "PERMIT_NO", "KIND_CD"]
        .concat(["ISSUED_DT", "STAT_CD", "PRMT_NO", "SEQ_NO", "INSP_DT"])
        .map((name) => `\`${name}\``),
    ),
  );
});

it("lists the tables that a mapping reads", () => {
  expect(tablesOf(departmentOf("social-services.graphql"))).toEqual([
    "dbo.tblClient",
    "dbo.tblAward",
    "dbo.lkpProgramme",
  ]);
});

function table(name: string, columns: readonly string[]): CatalogueTable {
  const typed = columns.map((column) => ({ name: column, type: "text", nullable: true }));
  return { name, kind: "table", columns: typed, primaryKey: [], indexes: [] };
}
