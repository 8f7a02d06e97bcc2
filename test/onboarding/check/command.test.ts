import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../../gateway/check/findings.ts";
import type { CheckReport } from "../../../gateway/check/index.ts";
import { secrets } from "./library.ts";
import { type LibraryCommands, openLibraryCommands, released } from "./library-commands.ts";

let library: LibraryCommands;

beforeAll(async () => {
  library = await openLibraryCommands();
});
afterAll(() => library.close());

async function check(...words: readonly string[]) {
  const { status, stdout, stderr } = await library.run("check", "library", "--json", ...words);
  expect(stderr).toBe("");
  const report = JSON.parse(stdout) as CheckReport;
  const [department] = report.departments;
  if (!department) throw new Error(stdout);
  return { status, report, ...department };
}

const changes = (findings: readonly Finding[]) =>
  findings.filter(({ code }) => code.startsWith("SCHEMA_CHANGE")).map(({ code, subject }) => [code, subject]);

describe("civigraph check", () => {
  it("ends with 0 where there are only warnings, and with 1 where they are to count", async () => {
    library.write();
    const { status, report, database } = await check();
    expect([status, database, report.version]).toEqual([0, "compared", 1]);
    expect(report.totals).toMatchObject({ faults: 0, warnings: 3 });
    expect((await check("--strict")).status).toBe(1);
  });

  it("prints a line for each finding that a log can be searched for, and no value of a row", async () => {
    const { status, stdout } = await library.runApart("check", "library");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ok {4}library {2}LIVE {2}compared with its database$/m);
    expect(stdout).toMatch(/^ {2}warning \S+department\.graphql:\d+:\d+ {2}expected .+, found .+; .+$/m);
    expect(stdout).toMatch(/^0 faults, 3 warnings, \d+ notes\.$/m);
    for (const secret of secrets) expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain("\u001b");
    expect((await library.run("check", "library", "--values")).stdout).toContain("99999999");
  });

  it("says what is wrong with a file before it looks at any database", async () => {
    library.write((sdl) => sdl.replace("format: TRIM", "format: TRIMM"));
    const { status, faults, database } = await check();
    expect([status, database]).toEqual([1, "not asked"]);
    expect(faults).toMatchObject([{ code: "FILE_INVALID", place: { line: 15 } }]);
  });

  it("names the table that may be meant, and blames a column that is not there for nothing else", async () => {
    library.write((sdl) => sdl.replaceAll('"dbo.LOANS"', '"dbo.LOAN"'));
    expect((await check()).faults).toMatchObject([
      { found: "`dbo.LOAN`", next: expect.stringMatching(/^did you mean .*LOANS\?$/) },
    ]);
    library.write((sdl) => sdl.replace('"GONE"', '"GONNE"'));
    const { faults, warnings } = await check();
    expect(faults).toMatchObject([{ code: "TABLE_OR_COLUMN_MISSING", found: "`GONNE`", next: "did you mean GONE?" }]);
    expect(warnings.map(({ code }) => code)).not.toContain("VALUES_NOT_READ");
  });

  it("says that a database does not answer, and what to do, without its address", async () => {
    library.write();
    const { status, stdout } = await library.withDatabase("postgres://clerk:hunter2@127.0.0.1:1/db", () =>
      library.run("check", "library"),
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/its database does not answer[\s\S]*Nothing answers at the host and port/);
    expect(stdout).not.toMatch(/hunter2|clerk|127\.0\.0\.1/);
  });

  it("finds fields of a special category that are open, and personal ones that nobody has to be known for", async () => {
    library.write((sdl) =>
      `${sdl.replace(/\n {2}oldShelf/, '\n  reader: Reader @row(on: "CARDNO", parent: "CARDNO")\n  oldShelf')}
      type Reader @key(fields: "id") @table(name: "dbo.READER", id: ["CARDNO"]) {
        id: ID!
        religion: String @column(name: "RELIGION")
        born: String @column(name: "BORN")
        name: String @column(name: "RDRNAME")
      }
      type Query { loan(loanNo: ID!): Loan @row  readers(first: Int = 20, after: String): ReaderConnection @rows }`.replace(
        "oldShelf: String",
        'loanNo: ID @column(name: "LOANNO")\n  oldShelf: String',
      ),
    );
    const { faults, warnings } = await check("--preview", "0");
    expect(faults.map(({ code, subject }) => [code, subject])).toEqual([["OPEN_SPECIAL_CATEGORY", "Reader.religion"]]);
    expect(warnings.filter(({ code }) => code === "OPEN_PERSONAL_FIELD").map(({ subject }) => subject)).toEqual([
      // `TTL` may be how a person is addressed; a name alone does not tell.
      "Loan.title",
      "Reader.born",
      "Reader.name",
    ]);
    library.write((sdl) => sdl);
  });
});

describe("civigraph accept", () => {
  it("records what clients rely on, once, with who and why", async () => {
    library.write();
    const first = await library.run("accept", "library", "--by", "M. Tamm", "--reason", "first release");
    expect(first).toMatchObject({ status: 0, stdout: "library: recorded\n" });
    expect((await library.run("accept", "library")).stdout).toBe("library: accepted before\n");
    const lines = readFileSync(join(library.registry, "accepted.jsonl"), "utf8").trim().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      department: "library",
      actor: "M. Tamm",
      reason: "first release",
    });
    expect(lines[0]).not.toMatch(/LOANS|CARDNO|RDRNAME/);
    expect(changes((await check()).notes)).toEqual([]);
  });

  it("names each change as breaking, dangerous or safe, and says since when a field that is gone was deprecated", async () => {
    library.write(released);
    const { status, faults, warnings, notes } = await check();
    expect(status).toBe(1);
    expect(changes(faults)).toEqual([["SCHEMA_CHANGE_BREAKING", "Loan.oldShelf"]]);
    expect(faults[0]?.found).toMatch(/was removed.*deprecated since \d{4}-\d\d-\d\d \("Ask for shelf\."\)$/);
    expect(faults[0]?.next).toContain("civigraph accept library");
    expect(changes(warnings)).toEqual([["SCHEMA_CHANGE_DANGEROUS", "Citizen.loans.first"]]);
    expect(changes(notes)).toEqual([["SCHEMA_CHANGE_SAFE", "Loan.fee"]]);
    const accepted = await library.run("accept", "library");
    expect(accepted.stdout).toContain("a breaking change of Loan.oldShelf");
    expect((await check()).status).toBe(0);
  });
});
