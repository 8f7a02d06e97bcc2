import { type FieldDefinitionNode, type ObjectTypeDefinitionNode, parse, print } from "graphql";
import type { ObjectDeclaration } from "./declarations.ts";
import { definitions } from "./directive-definitions.ts";
import type { FaultList } from "./fault.ts";
import { didYouMean } from "./nearest.ts";
import type { Reading } from "./reading.ts";

/** `BenefitConnection` lists `Benefit`; undefined for a name that is no connection's. */
export function itemOfConnection(type: string): string | undefined {
  return /^(\w+)Connection$/.exec(type)?.[1];
}

/** True for the names that paging types have, whether they are generated or defined in the file. */
export function isPagingType(type: string): boolean {
  return /^\w+(Connection|Edge)$/.test(type);
}

/** The connection and edge of a listed type as the wrapper publishes them (Relay's cursor connections). */
export function pagingTypes(item: string): { connection: ObjectTypeDefinitionNode; edge: ObjectTypeDefinitionNode } {
  const [connection, edge] = parse(
    `"A page of a list of ${item}."
    type ${item}Connection {
      nodes: [${item}!]
      edges: [${item}Edge!]
      "Where the page lies in the list."
      pageInfo: PageInfo!
      "Number of rows in the whole list."
      totalCount: Int
    }
    "One ${item} of a list, with its place in it."
    type ${item}Edge {
      "Pass it as \`after\` to go on from here."
      cursor: String!
      node: ${item}!
    }`,
    { noLocation: true },
  ).definitions as [ObjectTypeDefinitionNode, ObjectTypeDefinitionNode];
  return { connection, edge };
}

/** A connection or edge that the file defines itself must be what the wrapper would have generated. */
export function checkPagingType(declaration: ObjectDeclaration, reading: Reading): void {
  const { faults } = reading;
  const name = declaration.name.value;
  const item = name.replace(/(Connection|Edge)$/, "");
  if (!reading.tables.has(item)) {
    const remedy = reading.declarations.types.has(item)
      ? `give ${item} a @table`
      : (didYouMean(item, reading.tables.keys()) ?? "choose another name");
    faults.add(declaration.name, `a type ${item} with @table for ${name}`, "none", remedy);
    return;
  }
  for (const node of [declaration, ...declaration.fields]) {
    const mapping = node.directives?.find((each) => definitions.directives.get(each.name.value)?.mapping);
    if (mapping) faults.add(mapping, `no mapping on ${name}`, `@${mapping.name.value}`, `${item} has the mapping`);
  }
  const { connection, edge } = pagingTypes(item);
  const wanted = (name === connection.name.value ? connection : edge).fields ?? [];
  for (const field of wanted) checkPagingField(declaration, field, faults);
  for (const field of declaration.fields) {
    if (wanted.some((each) => each.name.value === field.name.value)) continue;
    const names = wanted.map((each) => each.name.value).join(", ");
    faults.add(field, `only ${names} in ${name}`, `\`${field.name.value}\``, "remove it");
  }
}

function checkPagingField(declaration: ObjectDeclaration, wanted: FieldDefinitionNode, faults: FaultList): void {
  const name = wanted.name.value;
  const own = declaration.fields.find((field) => field.name.value === name);
  if (!own) {
    const remedy = `add it, or leave ${declaration.name.value} out: the wrapper generates it`;
    faults.add(declaration.name, `\`${name}: ${print(wanted.type)}\` in ${declaration.name.value}`, "none", remedy);
  } else if (bare(own) !== bare(wanted)) {
    faults.add(own.type, `\`${print(wanted.type)}\``, `\`${print(own.type)}\``);
  }
}

function bare(field: FieldDefinitionNode): string {
  return print(field.type).replaceAll("!", "");
}
