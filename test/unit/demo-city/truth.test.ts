import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDemoCity, type DemoCity } from "../../../shared/demo-city/build.ts";
import { discoverDemoDepartments } from "../../../shared/demo-city/discover.ts";
import { checkColumns } from "../../../shared/department/check-columns.ts";
import { type LoadedDepartment, loadDepartment } from "../../../shared/department/load.ts";
import { localKey } from "../../../shared/department/local-key.ts";
import type { Condition, PersonModel } from "../../../shared/department/model.ts";
import { splitName } from "../../../shared/sql/dialect.ts";
import { sqlite } from "../../../shared/sql/sqlite/dialect.ts";
import Database from "../../../shared/sql/sqlite/driver.js";

const directory = mkdtempSync(join(tmpdir(), "demo-city-"));
const subgraphs = fileURLToPath(new URL("../../../subgraphs/", import.meta.url));
let city: DemoCity;
let departments: LoadedDepartment[];

beforeAll(async () => {
  const demos = await discoverDemoDepartments();
  city = await buildDemoCity({ directory, size: 600, seed: 5, today: "2026-03-01", departments: demos });
  departments = await Promise.all(demos.map(({ id }) => loadDepartment(join(subgraphs, id))));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("the truth", () => {
  it("names exactly one person for every person record, and no record that is none", () => {
    const truth = new Database(city.truth, { readonly: true });
    for (const { model } of departments) {
      const file = new Database(city.files.get(model.id) as string, { readonly: true });
      const keys = model.persons.flatMap((person) => keysOf(file, person));
      file.close();
      const told = truth.prepare("SELECT key FROM truth WHERE department = ? ORDER BY key").pluck().all(model.id);
      expect(keys.length).toBeGreaterThan(0);
      expect(keys.sort()).toEqual([...told].sort());
    }
    const strangers = truth.prepare("SELECT count(*) FROM truth WHERE person NOT IN (SELECT person FROM person)");
    expect(strangers.pluck().get()).toBe(0);
    truth.close();
  });

  it("agrees with departments that say they have one record a person", () => {
    const truth = new Database(city.truth, { readonly: true });
    const most = truth.prepare(
      "SELECT max(n) FROM (SELECT count(*) AS n FROM truth WHERE department = ? GROUP BY person)",
    );
    for (const { model } of departments) {
      const unique = model.persons.every(({ uniquePerPerson }) => uniquePerPerson);
      expect((most.pluck().get(model.id) as number) === 1, model.id).toBe(unique);
    }
    truth.close();
  });
});

describe("the departments' mappings", () => {
  it("name only tables and columns that the demo city's databases have", async () => {
    for (const { model } of departments) {
      const schemas = [...new Set(model.persons.flatMap(({ table }) => splitName(table).slice(0, -1)))];
      const connection = sqlite.connect(`sqlite:${city.files.get(model.id)}`, { department: model.name, schemas });
      try {
        expect(checkColumns(model, await connection.catalogue())).toEqual([]);
      } finally {
        await connection.close();
      }
    }
  });
});

/** The local keys that the mapping makes of the rows, written here once more so that both sides are checked. */
function keysOf(file: Database.Database, { table, key, keySuffix, where }: PersonModel): string[] {
  const conditions = [...where.map(sqlOf), "1 = 1"].join(" AND ");
  const rows = file
    .prepare(`SELECT ${key.join(", ")} FROM ${splitName(table).at(-1)} WHERE ${conditions}`)
    .raw()
    .all();
  return (rows as (string | number)[][]).map((row) => localKey(row, keySuffix));
}

function sqlOf({ column, is, not, isNull }: Condition): string {
  const list = (values: readonly string[]) => values.map((value) => `'${value}'`).join(", ");
  if (is) return `trim(${column}) IN (${list(is)})`;
  if (not) return `trim(${column}) NOT IN (${list(not)})`;
  return `${column} IS ${isNull ? "" : "NOT "}NULL`;
}
