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
  const [{ loadDepartments }, { supergraphOf }, { doorOf }, { addressVariable, ownSubgraphs, strayAddresses }] =
    await Promise.all([
      import("../../shared/department/load.ts"),
      import("../composition.ts"),
      import("../remote.ts"),
      import("../departments.ts"),
    ]);
  const departments = await loadDepartments(departmentFolders(options));
  const strays = strayAddresses(config, departments);
  if (strays.length > 0) throw configurationError(strays);
  const addressOf = (name: string) => {
    const address = config.subgraphUrls.get(name);
    return address && doorOf(address, "graphql");
  };
  const { supergraphSdl, hints } = supergraphOf(departments, addressOf);
  for (const hint of hints) remark(hint);
  const names = [...ownSubgraphs, ...departments.map(({ model }) => model.id)];
  const silent = names.filter((name) => !config.subgraphUrls.has(name)).map(addressVariable);
  if (silent.length > 0) remark(`Without an address, which a router needs: set ${silent.join(", ")}.`);
  if (!options.out) process.stdout.write(supergraphSdl);
  else writeFileSync(options.out, supergraphSdl);
}
