import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { evaluate, runEvaluate } from "../../subgraphs/identity/evaluate/index.ts";
import { civigraph } from "./support/civigraph.ts";

const folder = mkdtempSync(join(tmpdir(), "civigraph-evaluate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a data file and a mapping of its columns. */
function place(name: string, content: string | Uint8Array, columns: readonly string[], more = "", truth = "who") {
  const mappingFile = join(folder, `${name}.yaml`);
  writeFileSync(join(folder, `${name}.csv`), content);
  const source = `{ department: registry, file: ${name}.csv, columns: [${columns.join(", ")}]${more} }`;
  writeFileSync(mappingFile, `set: ${name}\nsources: [${source}]\ntruth: { column: ${truth} }\n`);
  return { mappingFile, dataFolder: folder };
}

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

  it("measures how ids keep, how records come in one by one, and how long a look-up takes", async () => {
    const given = ["Anna", "Peeter", "Liis", "Juhan", "Kadri", "Mart", "Olga", "Ivan"];
    const family = ["Tamm", "Saar", "Kask", "Sepp", "Ivanov", "Jansen", "Petrov"];
    const rows = Array.from({ length: 112 }, (_, row) => {
      const person = row % 56;
      return `${given[person % 8]},${family[person % 7]},${1950 + person}-0${(person % 9) + 1}-11,${person}`;
    });
    const { mappingFile } = place("kept", `first,last,born,who\n${rows.join("\n")}\n`, [
      "{ column: first, is: GIVEN_NAME }",
      "{ column: last, is: FAMILY_NAME }",
      "{ column: born, is: DATE_OF_BIRTH }",
    ]);
    const { operation } = await evaluate({ mappingFile, dataFolder: folder, operation: true });
    expect(operation?.churn).toEqual({ sameRecords: 0, moreRecords: 0, added: 12 });
    expect(operation?.incremental).toMatchObject({ records: 12, pairs: { f1: 1, found: 12 }, same: 1 });
    expect(operation?.lookUp).toMatchObject({ searches: 12, known: 12, found: 1 });
    for (const { p50, p99 } of [operation?.incremental.milliseconds, operation?.lookUp.milliseconds].flatMap(
      (one) => one ?? [],
    )) {
      expect(p50).toBeGreaterThan(0);
      expect(p99).toBeGreaterThanOrEqual(p50);
    }
    const written: string[] = [];
    await runEvaluate({ mappingFile, dataFolder: folder, operation: true, write: (line) => written.push(line) });
    expect(written.join("\n")).toMatch(/citizen ids that change .* 0\.0000 of the same records/);
    expect(written.join("\n")).toMatch(
      /12 records linked one by one .* F1 1\.0000; .* 0 of 0 pairs are right that only/,
    );
    expect(written.join("\n")).toMatch(/one look-up, .* p50 \d+\.\d ms, p99 \d+\.\d ms over 12; .* 1\.0000 of 12/);
  });

  it("refuses to score between sources where there is one, and remarks that there is no pair to find", async () => {
    const { mappingFile, dataFolder } = place("single", "first,last,who\nAnna,Tamm,1\nMart,Saar,2\n", [
      "{ column: first, is: GIVEN_NAME }",
      "{ column: last, is: FAMILY_NAME }",
    ]);
    const { remarks, truePairs } = await evaluate({ mappingFile, dataFolder });
    expect(truePairs).toBe(0);
    expect(remarks).toEqual(["By the labels no two records are of one person: recall and F1 say nothing."]);
    writeFileSync(mappingFile, `${readFileSync(mappingFile, "utf8")}pairs: BETWEEN_SOURCES\n`);
    await expect(evaluate({ mappingFile, dataFolder })).rejects.toThrow(
      /BETWEEN_SOURCES needs sources of two departments/,
    );
  });

  it("says which source writes the family name first, and links by the format that it names", async () => {
    const given = "Anna Maria Olga Irina Vera Nina Daria Elena".split(" ");
    const family = "Sokolova Orlova Volkova Lebedeva Kozlova Novikova Morozova".split(" ");
    const rows = Array.from({ length: 112 }, (_, row) => {
      const [one, other] = [given[row % 8], family[row % 7]];
      const born = `${1950 + (row % 56)}-0${(row % 9) + 1}-11`;
      return row < 56 ? `${other} ${one} Petrovna,,,${born},${row % 56}` : `,${one},${other},${born},${row % 56}`;
    });
    const columns = (format: string) => [
      `{ column: name, is: FULL_NAME${format} }`,
      "{ column: first, is: GIVEN_NAME }",
      "{ column: last, is: FAMILY_NAME }",
      "{ column: born, is: DATE_OF_BIRTH }",
    ];
    const content = `name,first,last,born,who\n${rows.join("\n")}\n`;
    const { remarks } = await evaluate(place("order", content, columns("")));
    expect(remarks).toEqual([expect.stringMatching(/^Full names of registry .* `format: FAMILY_FIRST`/)]);
    const told = await evaluate(place("told", content, columns(", format: FAMILY_FIRST")));
    expect(told.remarks).toEqual([]);
    expect(told.clusters.f1).toBe(1);
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
