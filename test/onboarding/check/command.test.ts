import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Finding } from "../../../gateway/check/findings.ts";
import type { CheckReport } from "../../../gateway/check/index.ts";
import { acceptCommand } from "../../../gateway/cli/accept.ts";
import { checkCommand } from "../../../gateway/cli/check.ts";
import { reportFailure } from "../../../gateway/cli/failure.ts";
import { phaseCommand } from "../../../gateway/cli/phase.ts";
import { runCivigraph } from "../../support/civigraph-process.ts";
import type { RunningEngine } from "../../support/engines/engine.ts";
import { sqlite } from "../../support/engines/sqlite.ts";
import { libraryRows, libraryTables, secrets, writeCheckedLibrary } from "./library.ts";

let folder: string;
let running: RunningEngine;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-check-command-"));
  running = await sqlite.start();
  const { url } = await running.load("library", libraryTables, libraryRows());
  environment = { LIBRARY_DATABASE_URL: url };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await running.stop();
});

/** The command in a process of its own, as a pipeline runs it. */
function runApart(...words: readonly string[]) {
  return runCivigraph([...words, "--departments", folder], { folder, environment });
}

const commands = { check: checkCommand, accept: acceptCommand, phase: phaseCommand };

/** The same command in this process, which is sooner there. */
async function run(name: keyof typeof commands, ...words: readonly string[]) {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  for (const [variable, value] of Object.entries({ ...environment, CIVIGRAPH_DATA: join(folder, "data") })) {
    vi.stubEnv(variable, value);
  }
  process.exitCode = 0;
  try {
    await commands[name]().parseAsync([...words, "--departments", folder], { from: "user" });
  } catch (error) {
    reportFailure(error);
    process.exitCode = 1;
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
  const status = process.exitCode;
  process.exitCode = 0;
  return { status, ...written };
}

/** The schema that the library has released. */
function released(sdl: string): string {
  return sdl
    .replace(/ {2}oldShelf.*\n/, "")
    .replace("first: Int = 20", "first: Int = 50")
    .replace("  fine:", '  fee: Decimal @column(name: "FINE")\n  fine:');
}

function write(edit: (sdl: string) => string = (sdl) => sdl): void {
  writeCheckedLibrary(folder, { engine: "sqlite", edit });
}

async function check(...words: readonly string[]) {
  const { status, stdout, stderr } = await run("check", "library", "--json", ...words);
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
    write();
    const { status, report, database } = await check();
    expect([status, database, report.version]).toEqual([0, "compared", 1]);
    expect(report.totals).toMatchObject({ faults: 0, warnings: 3 });
    expect((await check("--strict")).status).toBe(1);
  });

  it("prints a line for each finding that a log can be searched for, and no value of a row", async () => {
    const { status, stdout } = await runApart("check", "library");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ok {4}library {2}LIVE {2}compared with its database$/m);
    expect(stdout).toMatch(/^ {2}warning \S+department\.graphql:\d+:\d+ {2}expected .+, found .+; .+$/m);
    expect(stdout).toMatch(/^0 faults, 3 warnings, \d+ notes\.$/m);
    for (const secret of secrets) expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain("\u001b");
    expect((await run("check", "library", "--values")).stdout).toContain("99999999");
  });

  it("says what is wrong with a file before it looks at any database", async () => {
    write((sdl) => sdl.replace("format: TRIM", "format: TRIMM"));
    const { status, faults, database } = await check();
    expect([status, database]).toEqual([1, "not asked"]);
    expect(faults).toMatchObject([{ code: "FILE_INVALID", place: { line: 15 } }]);
  });

  it("names the table that may be meant, and blames a column that is not there for nothing else", async () => {
    write((sdl) => sdl.replaceAll('"dbo.LOANS"', '"dbo.LOAN"'));
    expect((await check()).faults).toMatchObject([
      { found: "`dbo.LOAN`", next: expect.stringMatching(/^did you mean .*LOANS\?$/) },
    ]);
    write((sdl) => sdl.replace('"GONE"', '"GONNE"'));
    const { faults, warnings } = await check();
    expect(faults).toMatchObject([{ code: "TABLE_OR_COLUMN_MISSING", found: "`GONNE`", next: "did you mean GONE?" }]);
    expect(warnings.map(({ code }) => code)).not.toContain("VALUES_NOT_READ");
  });

  it("says that a database does not answer, and what to do, without its address", async () => {
    write();
    const { LIBRARY_DATABASE_URL } = environment;
    environment.LIBRARY_DATABASE_URL = "postgres://clerk:hunter2@127.0.0.1:1/db";
    const { status, stdout } = await run("check", "library");
    environment = { LIBRARY_DATABASE_URL: LIBRARY_DATABASE_URL ?? "" };
    expect(status).toBe(1);
    expect(stdout).toMatch(/its database does not answer[\s\S]*Nothing answers at the host and port/);
    expect(stdout).not.toMatch(/hunter2|clerk|127\.0\.0\.1/);
  });

  it("finds fields of a special category that are open, and personal ones that nobody has to be known for", async () => {
    write((sdl) =>
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
    write((sdl) => sdl);
  });
});

describe("civigraph accept", () => {
  it("records what clients rely on, once, with who and why", async () => {
    write();
    const first = await run("accept", "library", "--by", "M. Tamm", "--reason", "first release");
    expect(first).toMatchObject({ status: 0, stdout: "library: recorded\n" });
    expect((await run("accept", "library")).stdout).toBe("library: accepted before\n");
    const lines = readFileSync(join(folder, "data", "registry", "accepted.jsonl"), "utf8")
      .trim()
      .split("\n");
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
    write(released);
    const { status, faults, warnings, notes } = await check();
    expect(status).toBe(1);
    expect(changes(faults)).toEqual([["SCHEMA_CHANGE_BREAKING", "Loan.oldShelf"]]);
    expect(faults[0]?.found).toMatch(/was removed.*deprecated since \d{4}-\d\d-\d\d \("Ask for shelf\."\)$/);
    expect(faults[0]?.next).toContain("civigraph accept library");
    expect(changes(warnings)).toEqual([["SCHEMA_CHANGE_DANGEROUS", "Citizen.loans.first"]]);
    expect(changes(notes)).toEqual([["SCHEMA_CHANGE_SAFE", "Loan.fee"]]);
    const accepted = await run("accept", "library");
    expect(accepted.stdout).toContain("a breaking change of Loan.oldShelf");
    expect((await check()).status).toBe(0);
  });
});

describe("civigraph phase", () => {
  const journal = () =>
    readFileSync(join(folder, "data", "registry", "phases.jsonl"), "utf8")
      .trim()
      .split("\n");

  it("moves a department, and records who did so and why", async () => {
    write();
    const moved = await run("phase", "library", "sandbox", "--by", "M. Tamm", "--reason", "a new mapping");
    expect(moved.status).toBe(0);
    expect(moved.stdout).toContain("library is SANDBOX now; it was LIVE.");
    expect(JSON.parse(journal()[0] ?? "")).toMatchObject({
      department: "library",
      from: "LIVE",
      to: "SANDBOX",
      actor: "M. Tamm",
      reason: "a new mapping",
    });
    expect((await run("phase")).stdout).toMatch(/^library +SANDBOX +since \S+ by M\. Tamm$/m);
    expect((await run("phase", "library")).stdout).toMatch(/LIVE to SANDBOX by M\. Tamm: a new mapping/);
  });

  it("refuses LIVE while check finds a fault, and says which; nothing is recorded then", async () => {
    write((sdl) => released(sdl).replace('"TTL"', '"TTLE"'));
    const refused = await run("phase", "library", "LIVE");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/found `TTLE`; did you mean TTL\?/);
    expect(refused.stderr).toMatch(
      /library cannot be LIVE while `civigraph check library` finds .* Nothing was changed\./,
    );
    expect(journal()).toHaveLength(1);
    write(released);
    expect((await run("phase", "library", "LIVE")).status).toBe(0);
    expect(journal()).toHaveLength(2);
  });

  it("refuses LIVE for a department whose database nobody has looked at", async () => {
    await run("phase", "library", "SHADOW");
    const { LIBRARY_DATABASE_URL } = environment;
    environment.LIBRARY_DATABASE_URL = "";
    const refused = await run("phase", "library", "LIVE");
    environment = { LIBRARY_DATABASE_URL: LIBRARY_DATABASE_URL ?? "" };
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("before it was compared with its live database");
  });

  it("knows its words, and its departments", async () => {
    const word = await run("phase", "library", "GONE");
    const department = await run("phase", "libary", "LIVE");
    expect(word.stderr).toMatch(
      /Expected one of the phases SANDBOX, SHADOW, READ_ONLY, LIVE, RETIRED, but found `GONE`/,
    );
    expect(department.stderr).toMatch(/There is no department `libary` among .*library/);
  });

  it("says which line of its record is damaged", async () => {
    writeFileSync(join(folder, "data", "registry", "phases.jsonl"), `${journal().join("\n")}\n{"department":\n`);
    const { status, stderr } = await run("phase");
    expect(status).toBe(1);
    expect(stderr).toMatch(/registry\/phases\.jsonl in the data folder is damaged: .* line \d+, .*Restore/);
  });
});
