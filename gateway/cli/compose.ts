import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { configurationError, readConfig } from "../config.ts";
import { type DepartmentsOption, departmentFolders, withDepartments } from "./options.ts";
import { remark } from "./process.ts";

/** `civigraph compose`: the supergraph as a file, for any Federation 2 router. */
export function composeCommand(): Command {
  return withDepartments(new Command("compose"))
    .description(
      "Compose all departments into a standard Federation 2 supergraph. Needs no database. Routing addresses are those of <NAME>_SUBGRAPH_URL.",
    )
    .option("--out <file>", "file to write; without it the supergraph goes to standard output")
    .action(compose);
}

async function compose(options: DepartmentsOption & { readonly out?: string }): Promise<void> {
  const config = readConfig(process.env, process.cwd(), { callsSubgraphs: false });
  const [{ loadDepartments }, { shownOf, supergraphOf }, { doorOf }, { readPhases }] = await Promise.all([
    import("../../shared/department/load.ts"),
    import("../composition.ts"),
    import("../remote.ts"),
    import("../registry/phases.ts"),
  ]);
  const { addressVariable, ownSubgraphs, strayAddresses } = await import("../departments.ts");
  const phases = readPhases(config);
  const all = await loadDepartments(departmentFolders(options));
  const departments = all.map((department) => ({ ...department, phase: phases.of(department.model.id) }));
  const strays = strayAddresses(config, departments);
  if (strays.length > 0) throw configurationError(strays);
  const addressOf = (name: string) => {
    const address = config.subgraphUrls.get(name);
    return address && doorOf(address, "graphql");
  };
  const { supergraphSdl, hints } = supergraphOf(departments, addressOf);
  for (const hint of hints) remark(hint);
  const names = [...ownSubgraphs, ...shownOf(departments).map(({ model }) => model.id)];
  const silent = names.filter((name) => !config.subgraphUrls.has(name)).map(addressVariable);
  if (silent.length > 0) remark(`Without an address, which a router needs: set ${silent.join(", ")}.`);
  if (!options.out) process.stdout.write(supergraphSdl);
  else writeFileSync(options.out, supergraphSdl);
}
