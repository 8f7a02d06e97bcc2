import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from "graphql";
import type { DepartmentModel } from "../../shared/department/model.ts";

/** Rows of each list that are asked for. */
const rows = 5;

/**
 * The query that a department in SHADOW is asked in the background: all that it would add to Citizen, a few rows of each
 * list. Undefined where it adds nothing.
 */
export function shadowQuery({ schema, citizenFields }: DepartmentModel): string | undefined {
  const citizen = schema.getType("Citizen");
  if (!isObjectType(citizen)) return undefined;
  const fields = [...citizenFields.keys()].flatMap((name) => {
    const field = citizen.getFields()[name];
    const selected = field && selectionOf(field);
    return selected === undefined ? [] : [selected];
  });
  if (fields.length === 0) return undefined;
  return `query Shadow($representations: [_Any!]!) { _entities(representations: $representations) { ... on Citizen { ${fields.join(" ")} } } }`;
}

/** A field with the leaves of its rows; undefined where it cannot be asked for without being told what. */
function selectionOf(field: GraphQLField<unknown, unknown>): string | undefined {
  if (field.args.some(isRequiredArgument)) return undefined;
  const first = field.args.some(({ name }) => name === "first") ? `(first: ${rows})` : "";
  const type = getNamedType(field.type);
  if (isLeafType(type)) return `${field.name}${first}`;
  if (!isObjectType(type)) return `${field.name}${first} { __typename }`;
  const nodes = type.getFields().nodes;
  const item = nodes && getNamedType(nodes.type);
  return isObjectType(item)
    ? `${field.name}${first} { nodes { ${leavesOf(item)} } }`
    : `${field.name}${first} { ${leavesOf(type)} }`;
}

function leavesOf(type: GraphQLObjectType): string {
  const leaves = Object.values(type.getFields()).filter(
    ({ type: own, args }) => isLeafType(getNamedType(own)) && !args.some(isRequiredArgument),
  );
  return ["__typename", ...leaves.map(({ name }) => name)].join(" ");
}
