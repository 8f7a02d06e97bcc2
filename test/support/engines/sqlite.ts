import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSqlite } from "../../../shared/demo-city/sqlite.ts";
import { sqlite as dialect } from "../../../shared/sql/sqlite/dialect.ts";
import type { Engine } from "./engine.ts";

/** Files of the run's own: what the other engines are compared with. */
export const sqlite: Engine = {
  name: "sqlite",
  absence: async () => undefined,
  async start() {
    const folder = mkdtempSync(join(tmpdir(), "civigraph-engine-"));
    return {
      dialect,
      async load(department, tables, rows) {
        const file = join(folder, `${department}.sqlite`);
        await loadSqlite(file, tables, rows);
        return { url: `sqlite:${file}`, tableName: (name) => name };
      },
      stop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};
