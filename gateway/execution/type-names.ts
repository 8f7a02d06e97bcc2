import { type GraphQLSchema, isAbstractType, isInterfaceType } from "graphql";

/** Answers which type names a type condition covers: itself, and what implements it or is a member of it. */
export type TypeNames = (condition: string) => ReadonlySet<string>;

/** Over the whole supergraph, with hidden types: plans speak of them. */
export function createTypeNames(schema: GraphQLSchema): TypeNames {
  const known = new Map<string, ReadonlySet<string>>();
  return (condition) => {
    let names = known.get(condition);
    if (!names) {
      names = namesUnder(schema, condition);
      known.set(condition, names);
    }
    return names;
  };
}

function namesUnder(schema: GraphQLSchema, condition: string): ReadonlySet<string> {
  const names = new Set([condition]);
  const type = schema.getType(condition);
  if (!isAbstractType(type)) return names;
  for (const { name } of schema.getPossibleTypes(type)) names.add(name);
  // With @interfaceObject an entity can go by the name of its interface.
  if (isInterfaceType(type)) for (const { name } of schema.getImplementations(type).interfaces) names.add(name);
  return names;
}
