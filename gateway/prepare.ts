import type { Identity } from "../subgraphs/identity/index.ts";
import type { LinkProgress, LinkSummary } from "../subgraphs/identity/linking/link.ts";
import type { Config } from "./config.ts";
import { buildCityFor, inventedOf, type PlacedDepartment } from "./departments.ts";
import type { OpenSubgraphs } from "./subgraphs.ts";

export interface PrepareOptions {
  readonly config: Config;
  readonly departments: readonly PlacedDepartment[];
  readonly subgraphs: OpenSubgraphs;
  /** Links even where people are linked already. */
  readonly relink?: boolean;
  /** How to link, where not as identity does by itself. */
  readonly linking?: Pick<NonNullable<Parameters<Identity["link"]>[0]>, "engine" | "rotateKeys">;
  /** Told what is being done, in words for people. */
  readonly onStep?: (step: string) => void;
  readonly onLinkProgress?: (progress: LinkProgress) => void;
  /** Takes the summary of the demo city, line by line. */
  readonly write?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Makes the city ready: writes the demo city's databases where they are missing, and links its people where nobody is
 * linked or databases are new. Gives back the summary of the linking, if there was one.
 */
export async function prepareCity(options: PrepareOptions): Promise<LinkSummary | undefined> {
  const { config, departments, subgraphs, onStep, write, signal } = options;
  let changed = false;
  if (inventedOf(departments).length > 0) {
    let building = false;
    const onProgress = () => {
      if (!building) onStep?.("the demo city");
      building = true;
    };
    const city = await buildCityFor(departments, config, { onProgress, ...(write ? { write } : {}) });
    changed = city.measurements.length > 0;
    // A connection may have seen the files that were replaced.
    if (changed) await Promise.all([...subgraphs.wrappers.values()].map((wrapper) => wrapper.connection.reopen()));
  }
  const { identity } = subgraphs;
  if (!identity || (!changed && !options.relink && (await isLinked(identity)))) return undefined;
  onStep?.("the links between records");
  return identity.link({
    ...options.linking,
    ...(options.onLinkProgress ? { onProgress: options.onLinkProgress } : {}),
    ...(signal ? { signal } : {}),
  });
}

/**
 * False where a department that answers has people, and none of them is linked: it has joined since. And where phases
 * have changed, so that other records may be linked with each other.
 */
async function isLinked(identity: Identity): Promise<boolean> {
  if (!(await identity.ready()) || !(await identity.current())) return false;
  const context = { requestId: "start", audience: "city" };
  const { data } = await identity.execute({ query: "{ departments { recordCount linkedCount } }", context });
  const departments = (data?.departments ?? []) as readonly {
    recordCount: number | null;
    linkedCount: number | null;
  }[];
  return departments.every(({ recordCount, linkedCount }) => !recordCount || linkedCount !== 0);
}
