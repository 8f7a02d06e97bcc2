import type { LoadedDepartment } from "../shared/department/load.ts";
import { CivigraphError } from "../shared/errors.ts";
import type { OnboardingPhase } from "../subgraphs/identity/registry.ts";
import { identitySdl } from "../subgraphs/identity/schema.ts";
import { personSdl } from "../subgraphs/person/schema.ts";
import { type ComposedSupergraph, type Composition, composeSupergraph } from "./supergraph/index.ts";

/** Where the GraphQL of a subgraph answers, by its name. */
export type SubgraphAddress = (name: string) => string | undefined;

/** A department, and where it is known how far it has come. */
export type ComposedDepartment = LoadedDepartment & { readonly phase?: OnboardingPhase };

/** The departments whose fields clients are shown. */
export function shownOf<Department extends ComposedDepartment>(
  departments: readonly Department[],
): readonly Department[] {
  return departments.filter(({ phase }) => phase !== "SHADOW" && phase !== "RETIRED");
}

/**
 * What the city's subgraphs publish, composed: identity and person are derived from the departments that are shown. A
 * department without a phase is.
 */
export function composeCity(departments: readonly ComposedDepartment[], addressOf?: SubgraphAddress): Composition {
  const shown = shownOf(departments);
  const registry = shown.map(({ model }) => model);
  const services = [
    { name: "identity", sdl: identitySdl(registry) },
    { name: "person", sdl: personSdl(registry) },
    ...shown.map(({ model }) => ({ name: model.id, sdl: model.sdl, file: model.file })),
  ];
  return composeSupergraph(services.map((service) => ({ ...service, url: addressOf?.(service.name) })));
}

/** The supergraph of the city. Throws one `COMPOSITION_FAILED` that lists what is wrong, department by department. */
export function supergraphOf(
  departments: readonly ComposedDepartment[],
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
