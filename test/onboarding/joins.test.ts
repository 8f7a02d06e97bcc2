import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findJoins, type Join } from "../../shared/onboarding/recognise/joins.ts";
import { readSource } from "../../shared/onboarding/source.ts";
import { type Ask, survey } from "../../shared/onboarding/survey.ts";
import Database from "../../shared/sql/sqlite/driver.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-joins-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const children = Array.from({ length: 12 }, (_, index) => `visit${String.fromCharCode(97 + index)}`);

/** Joins of a database of one table of parcels and twelve that name its key, where the database answers so. */
async function joinsWhere(answering: (ask: Ask) => Ask): Promise<readonly Join[]> {
  const file = join(folder, "city.sqlite");
  rmSync(file, { force: true });
  const written = new Database(file);
  written.exec("CREATE TABLE parcel (parcel_no INTEGER PRIMARY KEY, area TEXT)");
  for (const each of children) {
    written.exec(`CREATE TABLE ${each} (${each}_id INTEGER PRIMARY KEY, parcel_no INTEGER);
      INSERT INTO ${each} VALUES (1, 900000), (2, 900001)`);
  }
  written.close();
  const source = readSource(`sqlite:${file}`);
  const connection = source.dialect.connect(source.url, { department: "city", schemas: [] });
  try {
    const { tables, ask } = await survey(source, connection);
    return await findJoins(tables, undefined, source.dialect, answering(ask));
  } finally {
    await connection.close();
  }
}

describe("joins that names speak for", () => {
  it("are given up where none of their values is there", async () => {
    expect(await joinsWhere((ask) => ask)).toEqual([]);
  });

  it("are kept as unproven where the database does not answer", async () => {
    const found = await joinsWhere(() => async () => undefined);
    expect(found.map(({ table }) => table)).toEqual(children);
    for (const { to, evidence } of found) {
      expect(to).toBe("parcel");
      expect(evidence.join("; ")).toMatch(/could not be proven/);
    }
  });

  it("are proven four at a time", async () => {
    let running = 0;
    let most = 0;
    await joinsWhere((ask) => async (sql, parameters) => {
      most = Math.max(most, ++running);
      const rows = await ask(sql, parameters);
      running--;
      return rows;
    });
    expect(most).toBe(4);
  });
});
