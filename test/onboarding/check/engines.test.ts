import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../../gateway/check/findings.ts";
import { checkDefaults, checkDepartments } from "../../../gateway/check/index.ts";
import { readConfig } from "../../../gateway/config.ts";
import { engineNames, type LoadedTables, type RunningEngine } from "../../support/engines/engine.ts";
import { engines } from "../../support/engines/index.ts";
import { counts, libraryRows, libraryTables, secrets, writeCheckedLibrary } from "./library.ts";

/** The same faults must be found, and counted alike, whatever the engine. */
for (const name of engineNames) {
  const absence = await engines[name].absence();
  const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";
  describe.skipIf(skipped)(`check on ${name}${skipped ? `, skipped: ${absence}` : ""}`, () => {
    let running: RunningEngine;
    let loaded: LoadedTables;
    let folder: string;

    beforeAll(async () => {
      running = await engines[name].start();
      loaded = await running.load("library", libraryTables, libraryRows());
      folder = mkdtempSync(join(tmpdir(), "civigraph-check-"));
    });
    afterAll(async () => {
      rmSync(folder, { recursive: true, force: true });
      await running?.stop();
    });

    async function check(edit?: (sdl: string) => string, options: Partial<typeof checkDefaults> = {}) {
      const { tableName } = loaded;
      writeCheckedLibrary(folder, { engine: name, tableName, ...(edit ? { edit } : {}) });
      const config = readConfig({ CIVIGRAPH_DATA: join(folder, "data"), LIBRARY_DATABASE_URL: loaded.url }, folder);
      return checkDepartments(config, [folder], { ...checkDefaults, ...options });
    }
    const brief = ({ code, severity, subject, rows }: Finding) => [code, severity, subject, rows?.count, rows?.of];

    it("finds nothing wrong with a mapping that fits, and counts what is odd in the rows that count", async () => {
      const { departments, composition } = await check();
      expect(composition).toEqual([]);
      const [{ faults, warnings, notes, database } = fail()] = departments;
      expect(database).toBe("compared");
      expect(faults).toEqual([]);
      const readers = counts.readers - counts.readers / 6;
      expect(warnings.map(brief)).toEqual([
        ["VALUES_UNREADABLE", "WARNING", "Citizen @attribute(is: DATE_OF_BIRTH)", counts.unreadableBirthDates, readers],
        ["INDEX_MISSING", "WARNING", "Citizen.loans", counts.loans, counts.loans],
        ["CODES_UNMAPPED", "WARNING", "Loan.branch", counts.oddBranches, counts.loans],
      ]);
      expect(notes.map(brief)).toEqual(
        expect.arrayContaining([
          ["CODES_UNMAPPED", "NOTE", "Loan.shelf", counts.oddShelves, counts.loans],
          ["DEPRECATED", "NOTE", "Loan.oldShelf", undefined, undefined],
        ]),
      );
    });

    it("shows no value unless it is asked to", async () => {
      const silent = JSON.stringify(await check());
      for (const secret of secrets) expect(silent).not.toContain(secret);
      const { departments } = await check(undefined, { showValues: true });
      const found = departments.flatMap(({ warnings, notes }) => [...warnings, ...notes]);
      expect(found.find(({ code }) => code === "VALUES_UNREADABLE")?.values).toEqual(["99999999"]);
      expect(found.find(({ subject }) => subject === "Loan.shelf")?.values).toEqual(["Q?"]);
    });

    it("reads both ends of a table that is larger than it may read, and says that it is a sample", async () => {
      const { departments } = await check(undefined, { most: 100 });
      const shelf = departments[0]?.notes.find(
        ({ subject, code }) => subject === "Loan.shelf" && code === "CODES_UNMAPPED",
      );
      expect(shelf?.rows).toEqual({ count: counts.oddShelves, of: 100 });
      expect(shelf?.found).toMatch(/of 100 values, a sample$/);
    });

    it("points at tables and columns that are gone, and at types that no format reads any more", async () => {
      const { departments } = await check((sdl) =>
        sdl
          .replace('"TTL"', '"TTLE"')
          .replace(/name: "OUTDT", format: YYYYMMDD/, 'name: "OUTDT"')
          .replace(/lookup: \{ table: "[^"]+"/, 'lookup: { table: "dbo.BRANCHES"'),
      );
      const faults = departments[0]?.faults ?? [];
      expect(faults.map(({ code, place }) => [code, place?.line])).toEqual([
        ["TABLE_OR_COLUMN_MISSING", lineOf("title:")],
        ["TYPE_DRIFT", lineOf("lentOn:")],
        ["TABLE_OR_COLUMN_MISSING", lineOf("branch:")],
      ]);
      expect(faults[0]).toMatchObject({ found: "`TTLE`", next: "did you mean TTL?" });
      expect(faults[1]?.expected).toContain("a field of type Date");
    });
  });
}

/** Lines of the mapping in library.ts, by what they begin with. */
function lineOf(field: string): number {
  return { "title:": 15, "lentOn:": 16, "branch:": 18 }[field] ?? 0;
}

function fail(): never {
  throw new Error("no department was reported");
}
