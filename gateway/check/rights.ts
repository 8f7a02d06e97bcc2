import {
  type DirectiveNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  type TypeNode,
} from "graphql";
import type { DepartmentModel } from "../../shared/department/model.ts";
import { type Sensitivity, sensitivityOf } from "../../shared/onboarding/recognise/sensitive.ts";
import type { Finding } from "./findings.ts";

/** What a caller needs to reach a field: nothing, an identity, or a right of its own. */
const levels = { open: 0, authenticated: 1, right: 2 } as const;
type Level = (typeof levels)[keyof typeof levels];

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/**
 * Fields that look personal and can be reached without `@authenticated`, and fields of a special category (GDPR Art. 9
 * and 10) that can be reached without `@policy` or `@requiresScopes`: on the field, its type, or every way there.
 */
export function checkRights(model: DepartmentModel): readonly Finding[] {
  const objects = new Map<string, ObjectNode>();
  for (const node of parse(model.sdl, { noLocation: true }).definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) {
      objects.set(node.name.value, node);
    }
  }
  const reached = weakestWays(objects);
  return [...model.types.values()].flatMap(({ name, fields }) => {
    const way = reached.get(name);
    const node = objects.get(name);
    if (way === undefined || !node) return [];
    return [...fields.values()].flatMap((field): Finding[] => {
      if (field.kind !== "column") return [];
      const published = node.fields?.find((each) => each.name.value === field.name);
      const level = strongest(way, levelOf(published?.directives), levelOf(node.directives));
      const sensitivity = sensitivityOf(field.column);
      const isSpecial = sensitivity === "SPECIAL" || sensitivity === "SECRET";
      if (level >= needed[sensitivity]) return [];
      return [
        {
          code: isSpecial ? "OPEN_SPECIAL_CATEGORY" : "OPEN_PERSONAL_FIELD",
          severity: isSpecial ? "FAULT" : "WARNING",
          file: model.file,
          place: field.place,
          subject: `${name}.${field.name}`,
          expected: isSpecial
            ? `a right on ${name}.${field.name}, whose column \`${field.column}\` ${kinds[sensitivity]}`
            : `that a caller must be known to read ${name}.${field.name}, whose column \`${field.column}\` ${kinds[sensitivity]}`,
          found: isSpecial ? "a way to it without @policy or @requiresScopes" : "a way to it without any right",
          next: `add \`@policy(policies: [["${model.id}:${isSpecial ? "special" : "personal"}"]])\` to the field, or to the type`,
        },
      ];
    });
  });
}

const needed: Readonly<Record<Sensitivity, Level>> = {
  SECRET: levels.right,
  SPECIAL: levels.right,
  PERSONAL: levels.authenticated,
  ORDINARY: levels.open,
};

const kinds: Readonly<Record<Sensitivity, string>> = {
  SECRET: "looks like a secret",
  SPECIAL: "looks like a special category of personal data",
  PERSONAL: "looks personal",
  ORDINARY: "",
};

/** By type, the least that a caller needs to get to it. Citizen itself is `@authenticated`. */
function weakestWays(objects: ReadonlyMap<string, ObjectNode>): ReadonlyMap<string, Level> {
  const reached = new Map<string, Level>();
  const waiting: [string, Level][] = [
    ["Query", levels.open],
    ["Citizen", levels.authenticated],
  ];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [name, level] = next;
    const before = reached.get(name);
    const node = objects.get(name);
    if (!node || (before !== undefined && before <= level)) continue;
    reached.set(name, level);
    for (const field of node.fields ?? []) {
      const way = strongest(level, levelOf(node.directives), levelOf(field.directives));
      const target = nameOfType(field.type);
      waiting.push([target, target === "Citizen" ? strongest(way, levels.authenticated) : way]);
    }
  }
  return reached;
}

function levelOf(directives: readonly DirectiveNode[] = []): Level {
  const names = directives.map(({ name }) => name.value);
  if (names.includes("policy") || names.includes("requiresScopes")) return levels.right;
  return names.includes("authenticated") ? levels.authenticated : levels.open;
}

function strongest(...given: readonly Level[]): Level {
  return Math.max(...given) as Level;
}

function nameOfType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOfType(type.type);
}
