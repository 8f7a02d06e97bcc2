import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { civigraph } from "./support/civigraph.ts";

const folder = mkdtempSync(join(tmpdir(), "civigraph-evaluate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lastLine = (text: string) => JSON.parse(text.trim().split("\n").at(-1) ?? "");

describe("civigraph evaluate", { timeout: 120_000 }, () => {
  it("measures a set that it has never seen by a mapping file, and ends with one JSON object", async () => {
    const given = ["Anna", "Peeter", "Liis", "Juhan", "Kadri", "Mart", "Olga", "Ivan"];
    const family = ["Tamm", "Saar", "Kask", "Sepp", "Ivanov", "Jansen", "Petrov"];
    const rows = Array.from({ length: 56 }, (_, person) => {
      const born = `${(person % 28) + 1}/${(person % 12) + 1}/${1950 + (person % 40)}`.replace(/\b\d\b/g, "0$&");
      const row = [given[person % 8], family[person % 7], born, person].join(";");
      return `${row}\n${row.replace("Tamm", "Tam")}`;
    });
    writeFileSync(join(folder, "people.csv"), `fn;ln;dob;who\n${rows.join("\n")}\n`);
    const mapping = join(folder, "people.yaml");
    writeFileSync(
      mapping,
      `set: people
sources:
  - department: registry
    file: people.csv
    delimiter: ";"
    columns:
      - { column: fn, is: GIVEN_NAME }
      - { column: ln, is: FAMILY_NAME }
      - { column: dob, is: DATE_OF_BIRTH, format: DD/MM/YYYY }
truth: { column: who }
`,
    );
    const { code, output, remarks } = await civigraph(folder, ["evaluate", mapping, "--data", folder, "--json"]);
    expect(remarks).toBe("");
    expect(code).toBe(0);
    const report = lastLine(output);
    expect(report).toMatchObject({
      set: "people",
      records: 112,
      truePairs: 56,
      pairs: { precision: expect.any(Number), recall: expect.any(Number), f1: expect.any(Number) },
      clusters: { precision: expect.any(Number), recall: expect.any(Number), largest: expect.any(Number) },
      seconds: expect.any(Number),
      peakMemoryMb: expect.any(Number),
    });
    expect(report.clusters.f1).toBeGreaterThan(0.9);
  });

  it("measures the demo city, made first where it is missing, by the truth that linking never sees", async () => {
    const { code, output } = await civigraph(folder, ["evaluate", "--city", "--json"]);
    expect(code).toBe(0);
    const report = lastLine(output);
    expect(report).toMatchObject({ set: "demo-city", clusters: { overMergesPer10000: expect.any(Number) } });
    expect(report.truePairs).toBeGreaterThan(50);
    expect(report.clusters.f1).toBeGreaterThan(0.9);
  });

  it("says what it expected where the set is unknown or the folder is missing", async () => {
    const runs = await Promise.all([
      civigraph(folder, ["evaluate", "nowhere.yaml", "--data", folder]),
      civigraph(folder, ["evaluate"]),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([1, 1]);
    expect(runs[0]?.remarks).toContain("cannot read the mapping file nowhere.yaml");
    expect(runs[1]?.remarks).toContain("Say either --city, or a set and --data");
  });
});
