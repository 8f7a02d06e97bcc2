import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type City, foundCity } from "../../../shared/demo-city/city.ts";
import type { DemoDepartment } from "../../../shared/demo-city/department.ts";
import { discoverDemoDepartments } from "../../../shared/demo-city/discover.ts";

const settings = { size: 400, seed: 7, today: "2026-03-01" };

let departments: DemoDepartment[];

beforeAll(async () => {
  departments = await discoverDemoDepartments();
});

describe("the demo city", () => {
  it("has a demo for each of the six departments", () => {
    const ids = departments.map(({ id }) => id);
    expect(ids).toEqual(["civil-registry", "contact-centre", "permits", "revenue", "social-services", "water-utility"]);
  });

  it("writes the same rows for the same size, seed and day", () => {
    expect(digestOf(foundCity(settings))).toEqual(digestOf(foundCity(settings)));
  });

  it("writes other rows for another seed, and for another day", () => {
    const digest = digestOf(foundCity(settings));
    expect(digestOf(foundCity({ ...settings, seed: 8 }))).not.toEqual(digest);
    expect(digestOf(foundCity({ ...settings, today: "2026-09-01" }))).not.toEqual(digest);
  });

  it("writes one department's rows alike, whichever others are written before it", () => {
    const city = foundCity(settings);
    const alone = digestOf(city, departments.slice(-1));
    expect(digestOf(city).slice(-1)).toEqual(alone);
  });

  it("has exactly the people that are asked for", () => {
    expect(foundCity(settings).people).toHaveLength(400);
    expect(foundCity({ ...settings, size: 1 }).people).toHaveLength(1);
  });

  it("fills every column of every table, and leaves none empty that may not be", () => {
    const city = foundCity(settings);
    const faults = departments.flatMap(({ rows }) =>
      [...rows(city)].filter(
        ({ table: { columns }, values }) =>
          values.length !== columns.length ||
          columns.some(({ nullable }, i) => !nullable && (values[i] ?? null) === null),
      ),
    );
    expect(faults).toEqual([]);
  });
});

/** One digest a department, over all its rows in order. */
function digestOf(city: City, of: readonly DemoDepartment[] = departments): string[] {
  return of.map(({ rows }) => {
    const hash = createHash("sha256");
    for (const { table, values } of rows(city)) hash.update(JSON.stringify([table.name, values]));
    return hash.digest("hex");
  });
}
