import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { samples } from "./samples/index.ts";
import { itServes, type OnboardedCity, onboardCity, runOnboard } from "./samples/onboarded.ts";
import { writeSqlite } from "./samples/sample.ts";

let city: OnboardedCity;

beforeAll(async () => {
  city = await onboardCity(samples, async (sample, folder) => writeSqlite(join(folder, `${sample.id}.sqlite`), sample));
}, 240_000);

afterAll(() => city?.close());

describe.each(samples)("the sample $id, onboarded with nothing edited", (sample) => {
  itServes(sample, () => city);
});

describe("drafts of samples", () => {
  it("give things names of whole words", () => {
    expect(names("registry-office")).toEqual(expect.arrayContaining(["religion", "amount"]));
    expect(names("wholesale")).toContain("orderDate");
    expect(names("staff-office")).toContain("salary");
    expect(names("wholesale")).toEqual(expect.arrayContaining(["unitsInStock", "reportsTo", "discontinued"]));
    expect(city.draft("wholesale")).toMatch(/^type Shipper /m);
    expect(names("registry-office")).toContain("noticeNumber");
  });

  it("give one enum to all columns of a code table, and none to a table of people", () => {
    expect(city.draft("staff-office").match(/^enum .*Department\w* \{/gm)).toHaveLength(1);
    expect(city.draft("music-shop")).toMatch(/^type Artist /m);
  });

  it("leave out rows that are marked as deleted, whatever the mark that nobody has set yet", () => {
    expect(city.draft("registry-office")).toContain('where: [{ column: "GELOESCH", not: ["Y", "J"] }]');
  });

  it("join nothing to what only happened on the same day", () => {
    const joins = city.reports.get("staff-office")?.joins ?? [];
    expect(joins.map(({ to }) => to)).not.toContain("salaries");
  });

  it("never publish a password, and mark what is of a special category", () => {
    expect(city.draft("video-rental")).not.toMatch(/name: "password"/);
    expect(city.draft("registry-office")).toMatch(/name: "KONFESS".*registry-office:special/);
  });

  it("read joined addresses, attributes in rows, and numbers as dates", () => {
    expect(city.draft("video-rental")).toMatch(/is: THOROUGHFARE\s+column: "address"/);
    expect(city.draft("registry-office")).toMatch(/is: EMAIL,?\s+column: "WERT"/);
    expect(city.draft("registry-office")).toMatch(/GEBDAT", format: YYYYMMDD, missing: \["19000101"\]/);
  });

  it("refuse to overwrite", async () => {
    const before = city.draft("wholesale");
    const again = runOnboard([
      "wholesale",
      "--url",
      city.urls.get("wholesale") ?? "",
      "--departments",
      city.departments,
      "--yes",
    ]);
    await expect(again).rejects.toThrow("is there already, and is not overwritten");
    expect(city.draft("wholesale")).toBe(before);
  });
});

function names(id: string): readonly string[] {
  return [...city.draft(id).matchAll(/^ {2}(\w+)[:(]/gm)].map(([, name = ""]) => name);
}
