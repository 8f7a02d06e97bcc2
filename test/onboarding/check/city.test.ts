import { afterAll, beforeAll, expect, it } from "vitest";
import { type CheckReport, checkDefaults, checkDepartments } from "../../../gateway/check/index.ts";
import { readConfig } from "../../../gateway/config.ts";
import { type CityServer, cityEnvironment, departmentFields, ownDepartments, startCity } from "../../support/city.ts";

let city: CityServer;
let report: CheckReport;

/** People of each department that are looked up. */
const previewed = 20;

beforeAll(async () => {
  city = await startCity();
  const config = readConfig({ ...cityEnvironment(city.directory) }, city.directory);
  report = await checkDepartments(config, [ownDepartments], { ...checkDefaults, previewed });
});
afterAll(() => city.close());

it("finds no fault in the demo city, while it is served", () => {
  expect(report.departments.map(({ department, database }) => [department, database])).toEqual(
    Object.keys(departmentFields)
      .sort()
      .map((id) => [id, "compared"]),
  );
  expect(report.departments.flatMap(({ faults }) => faults)).toEqual([]);
  expect(report.composition).toEqual([]);
});

it("previews that most people of a department are known to others", () => {
  for (const { identity, notes } of report.departments) {
    expect(identity?.looked).toBe(Math.min(previewed, identity?.records ?? 0));
    expect(identity?.join).toBeGreaterThan(previewed / 2);
    const [told] = notes.filter(({ code }) => code === "IDENTITY_PREVIEW");
    expect(told?.found).toMatch(
      /^that \d+ % of the first 20 of [\d,]+ records would join a known citizen, and \d+ would go/,
    );
  }
});

it("finds joins that no index carries by what they read, and none where an index does", () => {
  const missing = report.departments.flatMap(({ warnings, notes }) =>
    [...warnings, ...notes].filter(({ code }) => code === "INDEX_MISSING"),
  );
  expect(missing.map(({ subject }) => subject)).toContain("Query.civilEvents");
  // Code tables that hold several lists have an index that begins with the list's name.
  expect(missing.map(({ subject }) => subject)).not.toContain("Permit.sourceStatus");
});
