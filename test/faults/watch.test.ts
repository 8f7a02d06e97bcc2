import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../gateway/config.ts";
import { type Watcher, watchDepartments } from "../../gateway/watch.ts";
import { type CityServer, cityEnvironment, startCity } from "../support/city.ts";
import { writeLibrary } from "../support/library.ts";

let folder: string;
let city: CityServer;
let watcher: Watcher;
const served = vi.fn<(departments: readonly string[]) => void>();
const refused = vi.fn<(why: string) => void>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-watch-"));
  city = await startCity({ departments: [folder] });
  watcher = watchDepartments({
    gateway: city.gateway,
    folders: [folder],
    files: [join(city.directory, "civigraph.yaml")],
    readConfig: () => readConfig({ ...cityEnvironment(city.directory), CIVIGRAPH_DEMO_CITY: "1" }, city.directory),
    onServed: served,
    onRefused: refused,
    interval: 50,
  });
});

afterAll(async () => {
  await watcher.close();
  await city.close();
  rmSync(folder, { recursive: true });
});

const schema = async () => (await fetch(`${city.url}/schema.graphql`)).text();
const called = (mock: { readonly mock: { readonly calls: unknown[] } }, times: number) =>
  vi.waitFor(() => expect(mock.mock.calls.length).toBe(times), { timeout: 20_000 });

describe("a gateway that watches its departments", () => {
  const file = () => join(folder, "library", "department.graphql");

  it("says what a new folder lacks, and goes on as before", async () => {
    writeLibrary(folder, [{ name: "Doe, Jane", born: "1980-02-03", nationalId: "1" }]);
    await called(refused, 1);
    expect(refused.mock.lastCall?.[0]).toContain("LIBRARY_DATABASE_URL: expected");
    expect(await schema()).not.toContain("loans(");
  });

  it("serves the new department once its database is known, its people linked", async () => {
    writeFileSync(
      join(city.directory, "civigraph.yaml"),
      `LIBRARY_DATABASE_URL: sqlite:${join(folder, "library-catalogue.db")}\n`,
    );
    await called(served, 1);
    expect(served.mock.lastCall?.[0]).toContain("library");
    expect(await schema()).toContain("loans(");
    const { data } = await city.query<{ departments: { id: string; linkedCount: number }[] }>(
      "{ departments { id linkedCount } }",
    );
    expect(data?.departments.find(({ id }) => id === "library")?.linkedCount).toBe(1);
  });

  it("keeps the schema when the file breaks, and says where", async () => {
    const text = readFileSync(file(), "utf8");
    writeFileSync(file(), text.replace("format: YYYYMMDD, missing", "format: YYYYMDD, missing"));
    await called(refused, 2);
    expect(refused.mock.lastCall?.[0]).toMatch(/library\/department\.graphql:\d+:\d+ .*YYYYMDD/);
    expect(await schema()).toContain("loans(");
    writeFileSync(file(), text);
    await called(served, 2);
  });

  it("lets no request fail while the schema changes", async () => {
    const text = readFileSync(file(), "utf8");
    writeFileSync(file(), text.replace("next due first", "the next due first"));
    const answers: unknown[] = [];
    while (served.mock.calls.length < 3) {
      answers.push(await city.query("{ citizens(first: 50) { nodes { name { fullName } loans { totalCount } } } }"));
    }
    for (const answer of answers) expect(answer).not.toHaveProperty("errors");
    expect(await schema()).toContain("the next due first");
  });

  it("lets a department go with its folder", async () => {
    rmSync(join(folder, "library"), { recursive: true });
    await called(served, 4);
    expect(await schema()).not.toContain("loans(");
    expect(await city.query("{ citizens(first: 1) { nodes { id } } }")).not.toHaveProperty("errors");
  });
});
