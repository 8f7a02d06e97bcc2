import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import type { Health } from "../../../shared/transport/subgraph.ts";
import type { RegisteredDepartment } from "../../../subgraphs/identity/registry.ts";
import { type MemoryFeed, memoryFeed } from "./memory-feed.ts";

export interface TestDepartment extends RegisteredDepartment {
  readonly feed: MemoryFeed;
}

/** A department as the gateway would register it; it is DOWN while its feed is down. */
export function department(id: string, records: readonly PersonRecord[], personalKey = false): TestDepartment {
  const feed = memoryFeed(id, records, { personalKey });
  return {
    id,
    name: feed.description.name,
    jurisdiction: { id: "northport", name: "Northport" },
    keysField: `${id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Keys`,
    feed,
    health: async (): Promise<Health> => (feed.down ? "DOWN" : "UP"),
  };
}
