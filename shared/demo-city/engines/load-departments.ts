import type { LoadedDepartment } from "../../department/load.ts";
import type { DepartmentModel } from "../../department/model.ts";
import type { City } from "../city.ts";
import { loadDemo } from "../discover.ts";
import type { LegacyTable } from "../legacy-table.ts";
import type { LegacyServer } from "./server.ts";

type Engine = DepartmentModel["source"]["engine"];

export interface EngineLoading {
  readonly city: City;
  readonly departments: readonly LoadedDepartment[];
  /** Logs in as somebody who may make databases, schemas or users. Engines that are left out get nothing. */
  readonly servers: ReadonlyMap<Engine, () => Promise<LegacyServer>>;
  /** Takes what was done, line by line; no host, account or person is named. */
  readonly write: (line: string) => void;
}

/**
 * Loads each department of the demo city into a server of its own engine, where its mapping finds the tables under their
 * own names. A place that is there already is left alone, whoever made it; one that cannot be finished is taken away.
 */
export async function loadDepartments({ city, departments, servers, write }: EngineLoading): Promise<void> {
  for (const { model, demoFile } of departments) {
    const connect = servers.get(model.source.engine);
    if (!demoFile || !connect) continue;
    const demo = await loadDemo(demoFile);
    const place = placeOf(demo.id, demo.tables);
    const server = await connect();
    try {
      if (await server.has(place)) {
        write(`${demo.id}: ${place} is there already on ${model.source.engine}, and left as it is`);
        continue;
      }
      await loadWhole(server, place, demo.tables, demo.rows(city));
      write(`${demo.id}: ${demo.tables.length} tables in ${place} on ${model.source.engine}`);
    } finally {
      await server.close();
    }
  }
}

async function loadWhole(server: LegacyServer, place: string, ...what: [readonly LegacyTable[], Rows]): Promise<void> {
  try {
    await server.load(place, ...what);
  } catch (error) {
    await server.drop(place);
    throw error;
  }
}

type Rows = Parameters<LegacyServer["load"]>[2];

/** The schema that the tables are named with; SQL Server's `dbo`, and no schema, are in a place named like the department. */
function placeOf(id: string, [table]: readonly LegacyTable[]): string {
  const [schema, name] = table?.name.split(".") ?? [];
  return schema === undefined || name === undefined || schema === "dbo" ? id.replaceAll("-", "_") : schema;
}
