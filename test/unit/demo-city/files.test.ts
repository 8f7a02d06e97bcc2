import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDemoCity, type DemoCity } from "../../../shared/demo-city/build.ts";
import type { DemoDepartment } from "../../../shared/demo-city/department.ts";
import { discoverDemoDepartments } from "../../../shared/demo-city/discover.ts";
import { legacyTable } from "../../../shared/demo-city/legacy-table.ts";
import Database from "../../../shared/sql/sqlite/driver.js";

const directory = mkdtempSync(join(tmpdir(), "demo-city-"));
const settings = { directory, size: 600, seed: 5, today: "2026-03-01" };
const lines: string[] = [];
let departments: DemoDepartment[];
let city: DemoCity;

beforeAll(async () => {
  departments = await discoverDemoDepartments();
  city = await buildDemoCity({ ...settings, departments, write: (line) => lines.push(line) });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("building the demo city", () => {
  it("writes one file a department and the truth apart, and prints the dirt", () => {
    const files = departments.map(({ id }) => `${id}.sqlite`);
    expect(readdirSync(directory).sort()).toEqual([...files, "demo-city.json", "truth"].sort());
    expect(lines.join("\n")).toMatch(/nickname\s+│\s+8\.0 %/);
  });

  it("writes nothing again when it is all there", async () => {
    const times = () => departments.map(({ id }) => statSync(join(directory, `${id}.sqlite`)).mtimeMs);
    const before = times();
    const again = await buildDemoCity({ ...settings, departments });
    expect(again.measurements).toEqual([]);
    expect(times()).toEqual(before);
  });

  it("keeps the day of the city on later days, unless another is named", async () => {
    const { today: _, ...later } = settings;
    expect((await buildDemoCity({ ...later, departments })).today).toBe("2026-03-01");
  });

  it("restores a department whose file is missing, byte for byte", async () => {
    const file = city.files.get("permits") as string;
    const before = digest(file);
    rmSync(file);
    const again = await buildDemoCity({ ...settings, departments });
    expect(again.measurements.map(({ department }) => department)).toEqual(["permits"]);
    expect(digest(file)).toBe(before);
  });

  it("replaces everything for another seed", async () => {
    const other = mkdtempSync(join(tmpdir(), "demo-city-"));
    try {
      const few = departments.slice(0, 2);
      await buildDemoCity({ ...settings, directory: other, size: 50, departments: few });
      const again = await buildDemoCity({ ...settings, directory: other, size: 50, seed: 6, departments: few });
      expect(again.measurements).toHaveLength(2);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it("leaves nothing half made when it fails, and goes on from there", async () => {
    const other = mkdtempSync(join(tmpdir(), "demo-city-"));
    try {
      const [whole] = departments as [DemoDepartment];
      const broken: DemoDepartment = {
        ...(departments[2] as DemoDepartment),
        *rows(people) {
          let left = 20;
          for (const row of (departments[2] as DemoDepartment).rows(people)) {
            if (left-- === 0) throw new Error("the power is gone");
            yield row;
          }
        },
      };
      const options = { ...settings, directory: other, size: 200 };
      await expect(buildDemoCity({ ...options, departments: [whole, broken] })).rejects.toThrow("the power is gone");
      expect(readdirSync(other).sort()).toEqual([`${whole.id}.sqlite`, "demo-city.json", "truth"].sort());
      const again = await buildDemoCity({ ...options, departments: departments.slice(0, 3) });
      expect(again.measurements.map(({ department }) => department)).toEqual(["contact-centre", "permits"]);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it("pads CHAR columns, cuts long text off and keeps Latin-1 as bytes", () => {
    const registry = new Database(city.files.get("civil-registry") as string, { readonly: true });
    const lengths = registry.prepare("SELECT DISTINCT length(SURNAM) AS n FROM PERSMST").pluck().all();
    expect(lengths).toEqual([30]);
    registry.close();
    const centre = new Database(city.files.get("contact-centre") as string, { readonly: true });
    expect(centre.prepare("SELECT DISTINCT typeof(name) FROM caller").pluck().all()).toEqual(["blob"]);
    centre.close();
  });

  it("refuses a column description that it cannot read", () => {
    expect(() => legacyTable("t", ["NAMEONLY"])).toThrow('"NAME TYPE null -- comment"');
  });
});

function digest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
