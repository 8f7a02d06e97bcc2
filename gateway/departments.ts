import { join } from "node:path";
import { buildDemoCity, type DemoCity, type DemoCityProgress } from "../shared/demo-city/build.ts";
import { loadDemo } from "../shared/demo-city/discover.ts";
import { type LoadedDepartment, loadDepartments } from "../shared/department/load.ts";
import { CivigraphError } from "../shared/errors.ts";
import type { OnboardingPhase } from "../subgraphs/identity/registry.ts";
import { type Config, type ConfigFault, configurationError } from "./config.ts";
import { readPhases } from "./registry/phases.ts";
import { settingsByName } from "./settings.ts";

/** A department, and where it answers: in a process of its own, or here from a database. */
export type PlacedDepartment = LoadedDepartment & {
  readonly phase: OnboardingPhase;
} & (
    | { readonly place: "remote"; readonly url: string }
    /** `invented` are those whose database is the demo city's. */
    | { readonly place: "here"; readonly databaseUrl: string; readonly invented: boolean }
  );

/** Subgraphs that are not departments. */
export const ownSubgraphs = ["identity", "person"] as const;

/**
 * Loads the departments of these folders and finds out where each of them answers. Those that are retired are left out.
 * Throws one `CONFIGURATION_INVALID` that names every department whose database is not set, and every address that
 * belongs to no department; or says that there is none that is `only` asked for.
 */
export async function placeDepartments(
  config: Config,
  folders: readonly string[],
  only?: string,
): Promise<readonly PlacedDepartment[]> {
  const all = await loadDepartments(folders);
  if (only !== undefined) departmentNamed(all, only);
  const demo = usesDemoCity(config, all);
  const faults = strayAddresses(config, all);
  const phases = readPhases(config);
  if (only !== undefined && phases.of(only) === "RETIRED") throw retired(only);
  const placed = all
    .filter(({ model }) => only === undefined || model.id === only)
    .flatMap((loaded): PlacedDepartment[] => {
      const { id, source } = loaded.model;
      const phase = phases.of(id);
      if (phase === "RETIRED") return [];
      const department = { ...loaded, phase };
      const url = only === undefined ? config.subgraphUrls.get(id) : undefined;
      if (url) return [{ ...department, place: "remote", url }];
      const database = databaseOf(config, department, demo);
      if (database) return [{ ...department, place: "here", ...database }];
      faults.push({
        variable: source.urlVariable,
        expected: `${settingsByName.databaseUrl.expected}, because ${department.file} reads its database from there${
          department.demoFile ? " (CIVIGRAPH_DEMO_CITY=1 lets it use the demo city's)" : ""
        }`,
        found: "nothing that is one",
      });
      return [];
    });
  if (faults.length > 0) throw configurationError(faults);
  return placed;
}

function retired(id: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", {
    detail: `The department \`${id}\` is RETIRED and is not served. \`civigraph phase ${id} LIVE\` brings it back.`,
  });
}

/** @throws CivigraphError CONFIGURATION_INVALID where none of them has this id. */
export function departmentNamed(departments: readonly LoadedDepartment[], id: string): LoadedDepartment {
  const found = departments.find(({ model }) => model.id === id);
  if (found) return found;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `There is no department \`${id}\` among ${departments.map(({ model }) => model.id).join(", ")}.`,
  });
}

/** Addresses that belong to no subgraph: most are misspelt, and would leave the one that was meant inside this process. */
export function strayAddresses(
  { subgraphUrls }: Pick<Config, "subgraphUrls">,
  departments: readonly LoadedDepartment[],
): ConfigFault[] {
  const known = new Set<string>([...ownSubgraphs, ...departments.map(({ model }) => model.id)]);
  const strays = [...subgraphUrls.keys()].filter((name) => !known.has(name));
  return strays.map((name) => ({
    variable: addressVariable(name),
    expected: `one of the subgraphs ${[...known].join(", ")} in its name`,
    found: `\`${name}\``,
  }));
}

/** `PERMITS_SUBGRAPH_URL` for `permits`. */
export function addressVariable(subgraph: string): string {
  return `${subgraph.toUpperCase().replaceAll("-", "_")}${settingsByName.subgraphUrl.ending}`;
}

/** The departments of these whose database is the demo city's. */
export function inventedOf(departments: readonly PlacedDepartment[]): readonly PlacedDepartment[] {
  return departments.filter((department) => department.place === "here" && department.invented);
}

/** Writes what is missing of the demo city for these departments. */
export async function buildCityFor(
  departments: readonly PlacedDepartment[],
  config: Config,
  report: { onProgress?: (progress: DemoCityProgress) => void; write?: (line: string) => void } = {},
): Promise<DemoCity> {
  const demos = await Promise.all(inventedOf(departments).map(({ demoFile = "" }) => loadDemo(demoFile)));
  const { citySize: size, citySeed: seed, cityDate: today, dataDirectory: directory } = config;
  return buildDemoCity({ directory, departments: demos, size, seed, today, ...report });
}

/** Whether departments whose database is not set use the demo city's: see `CIVIGRAPH_DEMO_CITY`. */
export function usesDemoCity(config: Config, departments: readonly LoadedDepartment[]): boolean {
  const isSet = ({ demoFile, model }: LoadedDepartment) =>
    demoFile !== undefined && config.databaseUrls.has(model.source.urlVariable);
  return config.demoCity ?? !departments.some(isSet);
}

/** Where a department's records are; undefined where nobody has said. */
export function databaseOf(
  config: Config,
  { model, demoFile }: LoadedDepartment,
  demo: boolean,
): { readonly databaseUrl: string; readonly invented: boolean } | undefined {
  const databaseUrl = config.databaseUrls.get(model.source.urlVariable);
  if (databaseUrl) return { databaseUrl, invented: false };
  if (!demo || !demoFile) return undefined;
  return { databaseUrl: `sqlite:${join(config.dataDirectory, `${model.id}.sqlite`)}`, invented: true };
}
