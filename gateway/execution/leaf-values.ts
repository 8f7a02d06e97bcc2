import { type GraphQLLeafType, isEnumType } from "graphql";

/** Whether a subgraph's value may stand for this scalar or enum. Scalars that are not GraphQL's own take anything. */
export type LeafCheck = (value: unknown) => boolean;

/** An enum value that is inaccessible, or that no subgraph declares, does not reach a client. */
export function leafCheck(type: GraphQLLeafType): LeafCheck {
  if (isEnumType(type)) {
    const names = new Set(type.getValues().map(({ name }) => name));
    return (value) => typeof value === "string" && names.has(value);
  }
  return ownScalars[type.name] ?? (() => true);
}

const ownScalars: Readonly<Record<string, LeafCheck>> = {
  String: (value) => typeof value === "string",
  Boolean: (value) => typeof value === "boolean",
  ID: (value) => typeof value === "string" || Number.isInteger(value),
  Float: (value) => typeof value === "number" && Number.isFinite(value),
  Int: (value) => Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 31,
};
