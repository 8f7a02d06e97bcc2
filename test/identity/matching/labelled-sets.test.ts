import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../subgraphs/identity/evaluate/index.ts";

const dataFolder = process.env.CIVIGRAPH_LINKAGE_DATA ?? join(process.cwd(), "..", "shared", "data", "linkage");
const present = existsSync(join(dataFolder, "fake_1000.csv"));
if (!present) console.warn(`skipped: no labelled sets in CIVIGRAPH_LINKAGE_DATA or ${dataFolder}`);

/** F1 of final clusters, and the largest cluster, that a small set must reach; larger sets are in the bench. */
const floors = [
  { set: "fake_1000", truePairs: 2031, f1: 0.965, largest: 9 },
  { set: "febrl3-no-id", truePairs: 6538, f1: 0.9996, largest: 6 },
] as const;

describe.skipIf(!present)("labelled sets", () => {
  it.each(floors)("links $set at F1 $f1 without its labels", { timeout: 240_000 }, async ({
    set,
    truePairs,
    f1,
    largest,
  }) => {
    const report = await evaluate({ set, dataFolder });
    expect(report.truePairs).toBe(truePairs);
    expect(report.clusters.f1).toBeGreaterThanOrEqual(f1);
    expect(report.clusters.largest).toBeLessThanOrEqual(largest);
    expect(report.lost.blocking + report.lost.scoring + report.lost.clustering).toBe(truePairs - report.clusters.right);
  });

  it("says which column is expected and which are there", async () => {
    const { mkdtemp, rm, writeFile } = await import("node:fs/promises");
    const { tmpdir } = await import("node:os");
    const folder = await mkdtemp(join(tmpdir(), "civigraph-mapping-"));
    try {
      const mappingFile = join(folder, "mapping.yaml");
      const source = "{ department: a, file: fake_1000.csv, columns: [{ column: forename, is: GIVEN_NAME }] }";
      await writeFile(mappingFile, `set: mine\nsources: [${source}]\ntruth: { column: cluster }\n`);
      await expect(evaluate({ mappingFile, dataFolder })).rejects.toThrow(/lacks forename.*first_name/);
      await writeFile(
        mappingFile,
        `set: mine\nsources: [${source.replace("GIVEN_NAME", "NAME")}]\ntruth: { column: cluster }\n`,
      );
      await expect(evaluate({ mappingFile, dataFolder })).rejects.toThrow(/must be OTHER:<name> or one of FULL_NAME/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
