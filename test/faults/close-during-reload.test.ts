import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../gateway/config.ts";
import { watchDepartments } from "../../gateway/watch.ts";
import { CivigraphError } from "../../shared/errors.ts";
import { sqlite } from "../../shared/sql/sqlite/dialect.ts";
import { type CityServer, cityEnvironment, startCity } from "../support/city.ts";
import { writeLibrary } from "../support/library.ts";

let folder: string;
const unhandled = vi.fn();
const cities: CityServer[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-reload-"));
  unhandled.mockReset();
  process.on("unhandledRejection", unhandled);
});
afterEach(async () => {
  process.off("unhandledRejection", unhandled);
  for (const city of cities.splice(0)) await city.close();
  rmSync(folder, { recursive: true });
});

/** A city whose databases answer as `delay` says, and settings with which one more department is there. */
async function start(delay: (sql: string) => Promise<void> = async () => {}) {
  const slow = {
    ...sqlite,
    connect: (...args: Parameters<typeof sqlite.connect>) => {
      const connection = sqlite.connect(...args);
      return {
        ...connection,
        select: async (...asked: Parameters<typeof connection.select>) => {
          await delay(asked[0]);
          return await connection.select(...asked);
        },
      };
    },
  };
  const city = await startCity({ departments: [folder], dialects: [slow] });
  cities.push(city);
  const url = writeLibrary(folder, [{ name: "Doe, Jane", born: "1980-02-03", nationalId: "1" }]);
  const settings = { ...cityEnvironment(city.directory), CIVIGRAPH_DEMO_CITY: "1", LIBRARY_DATABASE_URL: url };
  return { ...city, changed: readConfig(settings, city.directory) };
}

/** Lets the test go on when something asks for the first time, and that only when the test says so. */
function gate() {
  let release = () => {};
  const open = new Promise<void>((resolve) => (release = resolve));
  let reach = () => {};
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const pass = async () => {
    reach();
    await open;
  };
  return { pass, reached, release: () => release() };
}

/** Files under a folder that this process still has open; none where the system does not tell. */
function openFiles(directory: string): readonly string[] {
  const place = "/proc/self/fd";
  if (!existsSync(place)) return [];
  return readdirSync(place).flatMap((number) => {
    try {
      const file = readlinkSync(join(place, number));
      return file.startsWith(directory) || file.startsWith(folder) ? [file] : [];
    } catch {
      return [];
    }
  });
}

async function expectClosed({ gateway, directory }: CityServer): Promise<void> {
  expect(gateway.serving.graph).toBeUndefined();
  await vi.waitFor(() => expect(openFiles(directory)).toEqual([]), { timeout: 5_000 });
  // The last connection that is closed takes it along.
  expect(existsSync(join(directory, "identity.sqlite-wal"))).toBe(false);
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).not.toHaveBeenCalled();
}

describe("a gateway that is closed while it reloads", { timeout: 60_000 }, () => {
  it("opens nothing where the reload has just begun", async () => {
    const city = await start();
    const reload = city.gateway.reload(city.changed).then(
      () => "served",
      (error: Error) => error.name,
    );
    await city.gateway.close();
    expect(await reload).toBe("AbortError");
    await expectClosed(city);
    await expect(city.gateway.reload(city.changed)).rejects.toThrow();
  });

  it("lets go of what the reload has opened, and ends the linking", async () => {
    const reading = gate();
    const city = await start(async (sql) => {
      if (sql.includes("borrower") && /limit/i.test(sql)) await reading.pass();
    });
    const reload = city.gateway.reload(city.changed).then(
      () => "served",
      (error: Error) => error.name,
    );
    await reading.reached;
    const closed = city.gateway.close();
    reading.release();
    await closed;
    expect(await reload).toBe("AbortError");
    await expectClosed(city);
  });

  it("does not wait for what is being followed to its end", async () => {
    const following = gate();
    let slow = false;
    const city = await start(async () => {
      if (slow) await following.pass();
    });
    slow = true;
    city.gateway.subgraphs.identity?.keepFollowing(0.01);
    await following.reached;
    const reload = city.gateway.reload(city.changed).then(
      () => "served",
      (error: Error) => error.name,
    );
    const closed = city.gateway.close();
    following.release();
    await closed;
    expect(await reload).toBe("AbortError");
    await expectClosed(city);
  });

  it("answers what was asked of the graph of before, and closes both", async () => {
    const answering = gate();
    let slow = false;
    const city = await start(async (sql) => {
      if (slow && /permit/i.test(sql)) await answering.pass();
    });
    slow = true;
    const answer = city.query("{ permitApplications: citizens(first: 30) { nodes { permits { totalCount } } } }");
    await answering.reached;
    slow = false;
    const reload = city.gateway.reload(city.changed);
    await vi.waitFor(() => expect(city.gateway.departments).toContain("library"), { timeout: 20_000 });
    const closed = city.gateway.close();
    answering.release();
    expect(await answer).not.toHaveProperty("errors");
    await Promise.all([closed, reload]);
    await expectClosed(city);
  });

  it("is closed once, however often it is told", async () => {
    const city = await start();
    const reloads = Promise.allSettled([city.gateway.reload(city.changed), city.gateway.reload(city.changed)]);
    await Promise.all([city.gateway.close(), city.gateway.close()]);
    expect((await reloads).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expectClosed(city);
  });

  it("says nothing of a refused schema where a watcher began the reload", async () => {
    const city = await start();
    const [served, refused] = [vi.fn(), vi.fn()];
    const watcher = watchDepartments({
      gateway: city.gateway,
      folders: [folder],
      files: [join(city.directory, "civigraph.yaml")],
      readConfig: () => {
        begun();
        return city.changed;
      },
      onServed: served,
      onRefused: refused,
      interval: 20,
    });
    let begun = () => {};
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    rmSync(join(folder, "library"), { recursive: true });
    await beginning;
    await Promise.all([city.gateway.close(), watcher.close()]);
    expect(served).not.toHaveBeenCalled();
    expect(refused).not.toHaveBeenCalled();
    await expectClosed(city);
  });
});

describe("a reload that fails", { timeout: 60_000 }, () => {
  it("leaves nothing open of what it began", async () => {
    const city = await start(async (sql) => {
      if (sql.includes("borrower"))
        throw new CivigraphError("DEPARTMENT_UNAVAILABLE", { department: "Public Library" });
    });
    const before = [...openFiles(city.directory)].sort();
    const wrong = { ...city.changed, identityDatabaseUrl: `sqlite:${join(folder, "library", "department.graphql")}` };
    await expect(city.gateway.reload(wrong)).rejects.toThrow();
    expect(city.gateway.departments).not.toContain("library");
    expect([...openFiles(city.directory)].sort()).toEqual(before);
    expect(openFiles(folder)).toEqual([]);
    expect(await city.query("{ citizens(first: 1) { nodes { id } } }")).not.toHaveProperty("errors");
    await city.gateway.close();
    await expectClosed(city);
  });
});
