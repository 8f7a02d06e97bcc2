import { readFileSync } from "node:fs";
import { Supergraph } from "@apollo/federation-internals";
import { buildSchema, type DirectiveNode, type GraphQLSchema, Kind, parse } from "graphql";
import { loadDepartments } from "../../shared/department/load.ts";
import { CivigraphError } from "../../shared/errors.ts";
import { supergraphOf } from "../composition.ts";
import type { Phases } from "../registry/phases.ts";

/** The graph as clients see it. */
export interface ClientGraph {
  readonly schema: GraphQLSchema;
  /** Policies that a caller needs, by `Type.field`: any group of them, and all of that group. Empty where unknown. */
  readonly policies: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/**
 * The graph of a gateway elsewhere, from the address or a copy of its `/schema.graphql`, or the one that the departments
 * of these folders make.
 * Throws a `CivigraphError` that says what cannot be read or composed.
 */
export async function readClientGraph(source: {
  readonly from?: string | undefined;
  readonly folders: readonly string[];
  /** Without it all departments are shown. */
  readonly phases?: Pick<Phases, "of">;
}): Promise<ClientGraph> {
  if (source.from !== undefined)
    return { schema: schemaFrom(source.from, await textFrom(source.from)), policies: new Map() };
  const { supergraphSdl, planningSdl } = supergraphOf(
    (await loadDepartments(source.folders)).map((department) => ({
      ...department,
      ...(source.phases ? { phase: source.phases.of(department.model.id) } : {}),
    })),
  );
  const schema = Supergraph.build(planningSdl).apiSchema().toGraphQLJSSchema();
  return { schema, policies: policiesOf(supergraphSdl) };
}

async function textFrom(place: string): Promise<string> {
  try {
    if (!/^https?:/.test(place)) return readFileSync(place, "utf8");
    const response = await fetch(place);
    if (response.ok) return await response.text();
    throw unusable(place, `the answer was ${response.status} ${response.statusText}`);
  } catch (error) {
    if (error instanceof CivigraphError) throw error;
    throw unusable(place, "it cannot be read", error);
  }
}

function schemaFrom(place: string, text: string): GraphQLSchema {
  try {
    return buildSchema(text);
  } catch (error) {
    throw unusable(place, `it is not one (${(error as Error).message.split("\n")[0]})`, error);
  }
}

function unusable(place: string, why: string, cause?: unknown): CivigraphError {
  const detail = `Expected the schema of a gateway at ${place}, such as http://127.0.0.1:4000/schema.graphql, but ${why}.`;
  return new CivigraphError("CONFIGURATION_INVALID", { detail }, { cause });
}

function policiesOf(supergraphSdl: string): ClientGraph["policies"] {
  const found = new Map<string, readonly (readonly string[])[]>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const { name, directives = [] } of definition.fields ?? []) {
      const policy = directives.find((directive) => directive.name.value === "policy");
      if (policy) found.set(`${definition.name.value}.${name.value}`, groupsOf(policy));
    }
  }
  return found;
}

function groupsOf({ arguments: given = [] }: DirectiveNode): string[][] {
  return given.flatMap(({ value }) =>
    value.kind === Kind.LIST
      ? value.values.map((group) =>
          group.kind === Kind.LIST ? group.values.flatMap((one) => (one.kind === Kind.STRING ? [one.value] : [])) : [],
        )
      : [],
  );
}
