import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findDepartments, loadDepartment, loadDepartments, readDepartment } from "../../../shared/department/load.ts";
import { findOwnershipFaults } from "../../../shared/department/ownership.ts";
import { faultText } from "../../../shared/department/parse/fault.ts";
import { modelOf } from "./city.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "civigraph-departments-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("finds departments by their department.graphql, in the order of their names, and nothing else", () => {
  write("parks/department.graphql", text("parks", "Park"));
  write("library/department.graphql", text("library", "Loan"));
  write("library/demo.ts", "export default 1;");
  write("identity/schema.graphql", "type Query { a: Int }");
  const found = findDepartments([directory]);
  expect(found.map(({ folder }) => basename(folder))).toEqual(["library", "parks"]);
  expect(found[0]).toMatchObject({ demoFile: join(directory, "library/demo.ts") });
  expect(found[1]).not.toHaveProperty("demoFile");
});

it("takes a folder that is a department itself", async () => {
  write("library/department.graphql", text("library", "Loan"));
  expect((await loadDepartment(join(directory, "library"))).model.id).toBe("library");
});

it("says that a directory does not exist", () => {
  expect(() => findDepartments([join(directory, "none")])).toThrow(
    /none of departments cannot be read: check that it exists/,
  );
});

it("lists the faults of all departments at once", async () => {
  write("library/department.graphql", text("library", "Loan").replace("id: ID!", "id: ID"));
  write("parks/department.graphql", text("parks", "Park").replace("id: ID!", "id: ID"));
  const error = await loadDepartments([directory]).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "DEPARTMENT_FILE_INVALID" });
  expect((error as Error).message.split("\n")).toEqual([
    expect.stringMatching(/library\/department\.graphql:4:\d+ {2}expected `ID!`/),
    expect.stringMatching(/parks\/department\.graphql:4:\d+ {2}expected `ID!`/),
  ]);
});

it("refuses a second owner of a type, by name and with both files", async () => {
  write("library/department.graphql", text("library", "Loan"));
  write("parks/department.graphql", text("parks", "Loan"));
  await expect(loadDepartments([directory])).rejects.toThrow(
    /parks\/department\.graphql:4:\d+ {2}expected only one department with the type Loan, found it in .*library\/department\.graphql:4:\d+, too; rename one of them$/,
  );
});

it("refuses two ids with one camelCase form", () => {
  const faults = findOwnershipFaults([modelOf(text("water-2", "A"), "a"), modelOf(text("water2", "B"), "b")]);
  expect(faults.map(faultText)).toEqual([
    "b:2:3  expected only one department with the field Citizen.water2Keys, found it in a:2:3, too; choose another `id`: in camelCase both are the same",
  ]);
});

it("refuses a second owner of an enum, and of a field of Citizen or Query", () => {
  const both = (id: string, type: string) =>
    modelOf(
      `${text(id, type)}
      enum Kind { A @code(is: "A") }
      type Citizen @person(table: "P", key: "N") { since: Date @column(name: "S") }
      type Query { find(id: ID!): ${type} @row }`,
      id,
    );
  const faults = findOwnershipFaults([both("a", "A"), both("b", "B")]);
  expect(faults.map(({ expected }) => expected.replace("only one department with ", ""))).toEqual([
    "the type Kind",
    "the field Citizen.since",
    "the field Query.find",
  ]);
});

it("lets several departments map codes onto one enum of the vocabulary", () => {
  const channel = 'enum Channel { PHONE @code(is: "P") }';
  expect(
    findOwnershipFaults([modelOf(`${text("a", "A")} ${channel}`), modelOf(`${text("b", "B")} ${channel}`)]),
  ).toEqual([]);
});

it("needs no mapping for a field that resolvers.ts computes", async () => {
  const coded = text("library", "Loan").replace("id: ID!", "id: ID! fine: Decimal");
  write("library/department.graphql", coded);
  const [without] = findDepartments([directory]);
  expect((await readDepartment(without ?? fail())).faults.map(({ expected }) => expected)).toEqual([
    "@column on Loan.fine",
  ]);
  write("library/resolvers.ts", 'export default { Loan: { fine: () => "1.50" } };');
  const [department] = await loadDepartments([directory]);
  expect(department?.model.types.get("Loan")?.fields.get("fine")?.kind).toBe("code");
  expect(department?.resolvers?.Loan?.fine).toBeTypeOf("function");
});

it("says which resolvers.ts fails, and which file cannot be read", async () => {
  write("library/department.graphql", text("library", "Loan"));
  write("library/resolvers.ts", 'throw new Error("no such table");');
  write("parks/department.graphql/not-a-file", "");
  await expect(loadDepartment(join(directory, "library"))).rejects.toThrow(
    /library\/resolvers\.ts fails: no such table\.$/,
  );
  await expect(loadDepartment(join(directory, "parks"))).rejects.toThrow(/parks\/department\.graphql cannot be read/);
});

function write(path: string, content: string): void {
  const file = join(directory, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
}

function text(id: string, type: string): string {
  return `extend schema
  @department(id: "${id}", name: "${id}", jurisdiction: "n", lawfulBasis: CONTRACT, purposes: ["any"])
  @source(engine: SQLITE, url: "${id.toUpperCase().replaceAll("-", "_")}_URL")
type ${type} @table(name: "T", id: "N") { id: ID! }`;
}

function fail(): never {
  throw new Error("expected a department");
}
