import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildDemoCity } from "../../../shared/demo-city/build.ts";
import { discoverDemoDepartments } from "../../../shared/demo-city/discover.ts";
import { loadDepartments } from "../../../shared/department/load.ts";
import type { PersonFeed } from "../../../shared/department/person-feed.ts";
import { createWrapper } from "../../../shared/department/wrapper.ts";
import { sqlite } from "../../../shared/sql/sqlite/dialect.ts";
import Database from "../../../shared/sql/sqlite/driver.js";

export interface LabelledCity {
  readonly feeds: readonly PersonFeed[];
  /** Number of the person by `<department>:<local key>`. */
  readonly truth: ReadonlyMap<string, number>;
  /** Persons who are somebody's twin, by that one's number. */
  readonly twins: ReadonlyMap<number, number>;
  close(): Promise<void>;
}

/** The demo city's databases, read through their wrappers, and who is who in them. */
export async function labelledCity(options: { readonly size: number; readonly seed: number }): Promise<LabelledCity> {
  const directory = mkdtempSync(join(tmpdir(), "civigraph-scored-"));
  const city = await buildDemoCity({
    ...options,
    directory,
    today: "2026-03-01",
    departments: await discoverDemoDepartments(),
  });
  const departments = await loadDepartments([fileURLToPath(new URL("../../../subgraphs/", import.meta.url))]);
  const wrappers = departments.map(({ model }) =>
    createWrapper({
      model,
      url: `sqlite:${city.files.get(model.id)}`,
      dialects: [sqlite],
      grants: { grants: async (records) => records.map(() => true) },
    }),
  );
  const database = new Database(city.truth, { readonly: true });
  const rows = database.prepare("SELECT department, key, person FROM truth").all() as readonly {
    department: string;
    key: string;
    person: number;
  }[];
  const twins = database.prepare("SELECT person, twin FROM person WHERE twin IS NOT NULL").all() as readonly {
    person: number;
    twin: number;
  }[];
  database.close();
  return {
    feeds: wrappers.map(({ feed }) => feed),
    truth: new Map(rows.map(({ department, key, person }) => [`${department}:${key}`, person])),
    twins: new Map(twins.map(({ person, twin }) => [person, twin])),
    async close() {
      for (const wrapper of wrappers) await wrapper.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
