import type { LegacyServer } from "../../../shared/demo-city/engines/server.ts";
import type { Dialect } from "../../../shared/sql/dialect.ts";
import { type Engine, type EngineName, runId } from "./engine.ts";

/** A server that runs, where a user who may make databases, schemas or users logs in by `url`. */
export interface RealServer {
  readonly name: EngineName;
  readonly dialect: Dialect;
  readonly url: string;
  /** What the output says where nobody answers. */
  readonly absent: string;
  readonly connect: (url: string) => Promise<LegacyServer>;
}

/** The vendor's own engine; every department is in a place of this run's own. */
export function onServer({ name, dialect, url, absent, connect }: RealServer): Engine {
  return {
    name,
    async absence() {
      try {
        await (await connect(url)).close();
        return undefined;
      } catch {
        return absent;
      }
    },
    async start() {
      const server = await connect(url);
      const places = new Set<string>();
      return {
        dialect,
        async load(department, tables, rows) {
          const place = `${runId}_${department.replaceAll("-", "_")}`;
          places.add(place);
          await server.drop(place);
          return server.load(place, tables, rows);
        },
        async stop() {
          for (const place of places) await server.drop(place);
          await server.close();
        },
      };
    },
  };
}
