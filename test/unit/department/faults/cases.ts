import { expect, it } from "vitest";
import { faultText } from "../../../../shared/department/parse/fault.ts";
import { parseDepartment } from "../../../../shared/department/parse/parse.ts";

/** One fault of a file: the text with `▸` where the fault is, and what is said about it. */
type Case = readonly [promise: string, text: string, message: string];

export const schema = `extend schema
  @department(id: "library", name: "Library", jurisdiction: "n", lawfulBasis: CONTRACT, purposes: ["lending"])
  @source(engine: SQLITE, url: "LIBRARY_URL")`;
export const reader = `${schema}
  type Citizen @person(table: "READER", key: "NO")`;
export const loan = `type Loan @table(name: "LOAN", id: "NO") { id: ID!
    title: String @column(name: "TI")  due: Date @column(name: "DUE")  kind: LoanKind @column(name: "KD") }
  enum LoanKind { BOOK @code(is: "B")  OTHER @code(other: true) }`;
export const library = `${schema}
  ${loan}
  type Citizen @person(table: "READER", key: "NO")`;
export const query = (field: string) => `${schema}\n  ${loan}\n  type Query { ${field} }`;
export const onLoan = (field: string) =>
  `${reader}\n  type Loan @table(name: "LOAN", id: "NO") { id: ID!\n    ${field} }`;

/** A test for each case: the fault is told where it is, in these words; `*` stands for any text. */
export function check(cases: readonly Case[]): void {
  it.each(cases)("%s", (_, marked, message) => {
    const before = marked.slice(0, marked.indexOf("▸")).split("\n");
    const place = `department.graphql:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    const faults = faultsOf(marked.replace("▸", ""));
    const wanted = `${place}  ${message}`;
    const pattern = new RegExp(`^${wanted.split("*").map(escaped).join(".*")}$`);
    if (!faults.some((text) => pattern.test(text))) expect(faults).toEqual([wanted]);
    // One slip may show in two places (a wrong type also compares wrongly), but must not cascade.
    expect(faults.length).toBeLessThanOrEqual(2);
  });
}

export function faultsOf(text: string): readonly string[] {
  return parseDepartment(text, "department.graphql").faults.map(faultText);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
