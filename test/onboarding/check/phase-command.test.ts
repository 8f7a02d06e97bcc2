import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LibraryCommands, openLibraryCommands, released } from "./library-commands.ts";

let library: LibraryCommands;

beforeAll(async () => {
  library = await openLibraryCommands();
});
afterAll(() => library.close());

describe("civigraph phase", () => {
  const journal = () => readFileSync(join(library.registry, "phases.jsonl"), "utf8").trim().split("\n");

  it("moves a department, and records who did so and why", async () => {
    library.write();
    const moved = await library.run("phase", "library", "sandbox", "--by", "M. Tamm", "--reason", "a new mapping");
    expect(moved.status).toBe(0);
    expect(moved.stdout).toContain("library is SANDBOX now; it was LIVE.");
    expect(JSON.parse(journal()[0] ?? "")).toMatchObject({
      department: "library",
      from: "LIVE",
      to: "SANDBOX",
      actor: "M. Tamm",
      reason: "a new mapping",
    });
    expect((await library.run("phase")).stdout).toMatch(/^library +SANDBOX +since \S+ by M\. Tamm$/m);
    expect((await library.run("phase", "library")).stdout).toMatch(/LIVE to SANDBOX by M\. Tamm: a new mapping/);
  });

  it("refuses LIVE while check finds a fault, and says which; nothing is recorded then", async () => {
    library.write((sdl) => released(sdl).replace('"TTL"', '"TTLE"'));
    const refused = await library.run("phase", "library", "LIVE");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/found `TTLE`; did you mean TTL\?/);
    expect(refused.stderr).toMatch(
      /library cannot be LIVE while `civigraph check library` finds .* Nothing was changed\./,
    );
    expect(journal()).toHaveLength(1);
    library.write(released);
    expect((await library.run("phase", "library", "LIVE")).status).toBe(0);
    expect(journal()).toHaveLength(2);
  });

  it("refuses LIVE for a department whose database nobody has looked at", async () => {
    await library.run("phase", "library", "SHADOW");
    const refused = await library.withDatabase("", () => library.run("phase", "library", "LIVE"));
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("before it was compared with its live database");
  });

  it("knows its words, and its departments", async () => {
    const word = await library.run("phase", "library", "GONE");
    const department = await library.run("phase", "libary", "LIVE");
    expect(word.stderr).toMatch(
      /Expected one of the phases SANDBOX, SHADOW, READ_ONLY, LIVE, RETIRED, but found `GONE`/,
    );
    expect(department.stderr).toMatch(/There is no department `libary` among .*library/);
  });

  it("says which line of its record is damaged", async () => {
    writeFileSync(join(library.registry, "phases.jsonl"), `${journal().join("\n")}\n{"department":\n`);
    const { status, stderr } = await library.run("phase");
    expect(status).toBe(1);
    expect(stderr).toMatch(/registry\/phases\.jsonl in the data folder is damaged: .* line \d+, .*Restore/);
  });
});
