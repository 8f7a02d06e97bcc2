import type { LoadedDepartment } from "../shared/department/load.ts";
import { CivigraphError } from "../shared/errors.ts";
import { identitySdl } from "../subgraphs/identity/schema.ts";
import { personSdl } from "../subgraphs/person/schema.ts";
import { type ComposedSupergraph, type Composition, composeSupergraph } from "./supergraph/index.ts";

/** Where the GraphQL of a subgraph answers, by its name. */
export type SubgraphAddress = (name: string) => string | undefined;

/** What the city's subgraphs publish, composed: identity and person are derived from the departments. */
export function composeCity(departments: readonly LoadedDepartment[], addressOf?: SubgraphAddress): Composition {
  const registry = departments.map(({ model }) => model);
  const services = [
    { name: "identity", sdl: identitySdl(registry) },
    { name: "person", sdl: personSdl(registry) },
    ...departments.map(({ model }) => ({ name: model.id, sdl: model.sdl, file: model.file })),
  ];
  return composeSupergraph(services.map((service) => ({ ...service, url: addressOf?.(service.name) })));
}

/** The supergraph of the city. Throws one `COMPOSITION_FAILED` that lists what is wrong, department by department. */
export function supergraphOf(
  departments: readonly LoadedDepartment[],
  addressOf?: SubgraphAddress,
): ComposedSupergraph {
  const { supergraph, faults } = composeCity(departments, addressOf);
  if (supergraph) return supergraph;
  const lines = faults.map(({ services, message }) => `  ${services.join(", ")}: ${message}`);
  throw new CivigraphError("COMPOSITION_FAILED", {
    detail: ["The departments do not fit into one graph:", ...lines].join("\n"),
  });
}

/** True where a supergraph says who may read what, which nobody enforces yet. */
export function hasRights({ supergraphSdl, planningSdl }: ComposedSupergraph): boolean {
  return supergraphSdl !== planningSdl;
}
