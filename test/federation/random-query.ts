import {
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { Question } from "./federation.ts";

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A valid query of the schema: fields, aliases, fragments, conditions, `__typename`, not too deep. */
export function randomQuery(schema: GraphQLSchema, random: () => number, depth: number): Question {
  let aliases = 0;
  const fragments: string[] = [];
  const chance = (share: number) => random() < share;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

  function condition(): string {
    if (!chance(0.12)) return "";
    return ` @${pick(["skip", "include"])}(if: ${pick(["$yes", "$no", "true", "false"])})`;
  }

  function selection(type: GraphQLNamedType, depth: number, aliasAll = false): string {
    const parts: string[] = [];
    if (isObjectType(type) || isInterfaceType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
      );
      const some = fields.filter(() => chance(0.6));
      for (const field of some.length > 0 ? some : fields.slice(0, 1)) {
        const below = getNamedType(field.type);
        const alias = aliasAll || chance(0.2) ? `x${aliases++}: ` : "";
        const set = isCompositeType(below) ? ` ${selection(below, depth - 1)}` : "";
        parts.push(`${alias}${field.name}${argumentsOf(field.args)}${condition()}${set}`);
      }
    }
    if (isAbstractType(type)) {
      for (const member of schema.getPossibleTypes(type)) {
        if (!chance(0.7)) continue;
        // Different types may have fields of one name and different types: aliases keep the query valid.
        parts.push(`... on ${member.name}${condition()} ${selection(member, depth - 1, true)}`);
      }
    }
    if (chance(0.25) || parts.length === 0) parts.push("__typename");
    const set = `{ ${parts.join(" ")} }`;
    if (!chance(0.15) || !isCompositeType(type)) return set;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${type.name} ${set}`);
    return `{ ...${name}${condition()} __typename }`;
  }

  function argumentsOf(args: readonly GraphQLArgument[]): string {
    const given = args.filter((argument) => isNonNullType(argument.type) || chance(0.3));
    return given.length > 0
      ? `(${given.map(({ name, type }) => `${name}: ${literalOf(type as GraphQLOutputType)}`).join(", ")})`
      : "";
  }

  function literalOf(type: GraphQLOutputType): string {
    if (isNonNullType(type)) return literalOf(type.ofType);
    if (isListType(type)) return `[${literalOf(type.ofType)}]`;
    const named = getNamedType(type);
    if (isEnumType(named)) return named.getValues()[0]?.name ?? "null";
    return { Int: "2", Boolean: "true", Float: "1.5", String: '"EUR"', ID: '"1"' }[named.name] ?? "null";
  }

  const root = schema.getQueryType();
  const body = root ? selection(root, depth) : "{ __typename }";
  const text = `${body} ${fragments.join(" ")}`;
  const used = Object.entries({ yes: true, no: false }).filter(([name]) => text.includes(`$${name}`));
  const defined = used.map(([name, value]) => `$${name}: Boolean = ${value}`).join(", ");
  const query = `query ${defined ? `(${defined}) ` : ""}${text}`;
  return { query, variables: chance(0.5) ? Object.fromEntries(used) : {} };
}
