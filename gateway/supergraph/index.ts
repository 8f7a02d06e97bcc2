import { composeServices } from "@apollo/composition";
import { type GraphQLError, parse } from "graphql";
import { findSecondOwners, nameAndFile } from "./ownership.ts";
import { withoutRights } from "./rights.ts";

/** One subgraph as composition reads it. */
export interface ComposedService {
  readonly name: string;
  readonly sdl: string;
  /** Where its department wrote it, for messages. */
  readonly file?: string;
  /** Where it answers, for other gateways that read the supergraph. */
  readonly url?: string;
}

export interface ComposedSupergraph {
  /** The whole supergraph with its rights directives: the policy that the enforcer reads. */
  readonly supergraphSdl: string;
  /** The same without `@authenticated`, `@requiresScopes` and `@policy`: what the planner accepts. */
  readonly planningSdl: string;
  /** Whether there are rights to be enforced. */
  readonly hasRights: boolean;
  /** What composition found worth saying, one sentence each. */
  readonly hints: readonly string[];
}

/** One reason why the subgraphs do not compose, worded for the department at fault. */
export interface CompositionFault {
  readonly code: string;
  /** Names of the subgraphs at fault; empty when none can be blamed alone. */
  readonly services: readonly string[];
  readonly message: string;
}

export type Composition =
  | { readonly supergraph: ComposedSupergraph; readonly faults?: undefined }
  | { readonly supergraph?: undefined; readonly faults: readonly CompositionFault[] };

export interface CompositionOptions {
  /** What must hold before subgraphs are composed; by default that each type has one owner. */
  readonly check?: (services: readonly ComposedService[]) => readonly CompositionFault[];
}

/** Composes published SDL into one supergraph, or says for each department what is wrong: all faults at once. */
export function composeSupergraph(
  services: readonly ComposedService[],
  { check = findSecondOwners }: CompositionOptions = {},
): Composition {
  const syntax = services.flatMap(syntaxFaults);
  if (syntax.length > 0) return { faults: syntax };
  const owners = check(services);
  if (owners.length > 0) return { faults: owners };

  const {
    supergraphSdl,
    errors = [],
    hints = [],
  } = composeServices(services.map(({ name, sdl, url = "" }) => ({ name, url, typeDefs: parse(sdl) })));
  if (!supergraphSdl) return { faults: errors.map((error) => faultOf(error, services)) };
  return {
    supergraph: {
      supergraphSdl,
      ...withoutRights(supergraphSdl),
      hints: hints.map(({ message }) => message),
    },
  };
}

function syntaxFaults(service: ComposedService): CompositionFault[] {
  try {
    parse(service.sdl, { noLocation: true });
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    return [
      {
        code: "INVALID_GRAPHQL",
        services: [service.name],
        message: `${nameAndFile(service)} is not valid: ${message}`,
      },
    ];
  }
}

/** Composition speaks of `[name]` or of `subgraph "name"`: a person needs the department and its file. */
function faultOf(error: GraphQLError, services: readonly ComposedService[]): CompositionFault {
  const blamed = services.filter(({ name }) => isBlamed(error, name));
  const said = error.message.replace(/^\[[^\]]*\]\s*/, "");
  const sentence = /[.!?]$/.test(said) ? said : `${said}.`;
  const where = blamed.map(nameAndFile).join(", ");
  return {
    code: String(error.extensions?.code ?? "COMPOSITION_FAILED"),
    services: blamed.map(({ name }) => name),
    message: where ? `${where}: ${sentence}` : sentence,
  };
}

function isBlamed(error: GraphQLError, name: string): boolean {
  const { message, nodes = [] } = error;
  return (
    message.startsWith(`[${name}]`) ||
    message.includes(`"${name}"`) ||
    nodes.some((node) => "subgraph" in node && node.subgraph === name)
  );
}

export { withoutRights } from "./rights.ts";
