import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from "graphql";

/**
 * All that can be asked of a type without arguments, to some depth: of a citizen only its record, for the rest belongs to
 * others. Cursors are left out: they are sealed, and so never the same twice.
 */
export function selectionOf(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).flatMap((field): string[] => {
    if (field.name === "cursor" || field.name.endsWith("Cursor") || requiresArguments(field)) return [];
    const named = getNamedType(field.type);
    if (isLeafType(named)) return [field.name];
    if (named.name === "Citizen") return [`${field.name} { record }`];
    if (!isObjectType(named) && !isInterfaceType(named)) return [];
    if (depth === 0 && !isPlain(named as GraphQLObjectType)) return [];
    const inner = selectionOf(named as GraphQLObjectType, named.name.endsWith("Connection") ? depth : depth - 1);
    return inner === "" ? [] : [`${field.name} { ${inner} }`];
  });
  return type.name.endsWith("Connection")
    ? fields.filter((field) => !field.startsWith("edges")).join(" ")
    : fields.join(" ");
}

/** Has nothing but values of its own, such as PageInfo. */
function isPlain(type: GraphQLObjectType): boolean {
  return Object.values(type.getFields()).every((field) => isLeafType(getNamedType(field.type)));
}

function requiresArguments(field: GraphQLField<unknown, unknown>): boolean {
  return field.args.some((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined);
}
