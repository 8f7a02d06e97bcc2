import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import Database from "../../shared/sql/sqlite/driver.js";
import { civigraph } from "./support/civigraph.ts";

const folder = mkdtempSync(join(tmpdir(), "civigraph-link-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function linksIn(place: string): readonly unknown[] {
  const database = new Database(join(place, "identity.sqlite"), { readonly: true });
  try {
    return database.prepare("select department, lookup_key, ref from link order by id").all();
  } finally {
    database.close();
  }
}

describe("civigraph link", { timeout: 180_000 }, () => {
  it("trains a model, keeps it, links by it, and changes nothing when it runs again", async () => {
    const settings = join(folder, "splink.json");
    const first = await civigraph(folder, ["link", "--json", "--train", "--export-splink", settings]);
    expect(first.code).toBe(0);
    const summary = JSON.parse(first.output);
    expect(summary.modelVersion).toMatch(/^trained-\d{4}-\d\d-\d\d$/);
    expect(JSON.parse(readFileSync(join(folder, "linkage-model.json"), "utf8")).version).toBe(summary.modelVersion);
    expect(JSON.parse(readFileSync(settings, "utf8"))).toMatchObject({
      link_type: "link_and_dedupe",
      comparisons: expect.any(Array),
      blocking_rules_to_generate_predictions: expect.any(Array),
    });
    const again = JSON.parse((await civigraph(folder, ["link", "--json"])).output);
    expect(again).toMatchObject({
      modelVersion: summary.modelVersion,
      citizens: summary.citizens,
      links: { added: 0, moved: 0, removed: 0 },
      refs: { created: 0, retired: 0, revived: 0 },
    });
  });

  it("writes no colour codes where nobody watches", async () => {
    const { output, remarks } = await civigraph(folder, ["link"]);
    expect(output).toContain("wait for a steward");
    expect(output + remarks).not.toContain("\u001b");
  });

  const model = () => readFileSync(join(folder, "linkage-model.json"), "utf8");

  it("links by a model of an earlier version as it is, and says what to do about it", async () => {
    const kept = model();
    const earlier = JSON.parse(kept);
    earlier.comparisons[0].levels.at(-1).m = 1;
    writeFileSync(join(folder, "linkage-model.json"), JSON.stringify(earlier));
    const { code, output, remarks } = await civigraph(folder, ["link"]);
    writeFileSync(join(folder, "linkage-model.json"), kept);
    expect(code).toBe(0);
    expect(output).toContain("wait for a steward");
    expect(remarks).toMatch(/"different" weighs more than .* Train it again with --train\./);
  });

  // More people than before: the demo city is made anew, which is said when linking or training is about to begin.
  it.each([
    { command: "link", size: "400" },
    { command: "link --train", size: "500" },
    { command: "link --rotate-keys", size: "600" },
  ])("leaves every link and the model as they were when $command is interrupted", async ({ command, size }) => {
    const before = [linksIn(folder), model()];
    expect(linksIn(folder).length).toBeGreaterThan(100);
    const { code, remarks } = await civigraph(folder, command.split(" "), {
      environment: { CITY_SIZE: size },
      onOutput: (text, interrupt) => {
        if (text.includes("Demo city of")) interrupt();
      },
    });
    expect(remarks).toContain("Interrupted: all links are as they were.");
    expect(code).toBe(130);
    expect([linksIn(folder), model()]).toEqual(before);
  });

  it("keeps a model that was learned, and every link as it was, when it is interrupted after the training", async () => {
    const before = linksIn(folder);
    writeFileSync(join(folder, "linkage-model.json"), model().replace(/trained-[\d-]+/, "trained-before"));
    const { code, remarks } = await civigraph(folder, ["link", "--train"], {
      environment: { CITY_SIZE: "600" },
      onOutput: (text, interrupt) => {
        if (text.includes("The model trained-")) interrupt();
      },
    });
    expect(code).toBe(130);
    expect(remarks).toContain("Interrupted: all links are as they were.");
    expect(model()).not.toContain("trained-before");
    expect(linksIn(folder)).toEqual(before);
  });
});
