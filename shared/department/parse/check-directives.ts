import { type ASTNode, type ConstDirectiveNode, DirectiveLocation, type DocumentNode, Kind, visit } from "graphql";
import { readArguments } from "./arguments.ts";
import { definitions, writtenByWrapper } from "./directive-definitions.ts";
import type { FaultList } from "./fault.ts";
import { didYouMean } from "./nearest.ts";

/** Every directive of the file: known, where it may stand, as often as it may, with the arguments that it takes. */
export function checkDirectives(document: DocumentNode, faults: FaultList): void {
  visit(document, {
    enter(node) {
      const location = locationOf[node.kind];
      if (!location || !("directives" in node)) return;
      const directives = node.directives as readonly ConstDirectiveNode[] | undefined;
      checkNode(location, directives, faults);
      if (location === DirectiveLocation.OBJECT && "name" in node) checkOwner(node.name?.value, directives, faults);
    },
  });
}

function checkNode(location: DirectiveLocation, directives: readonly ConstDirectiveNode[] = [], faults: FaultList) {
  const seen = new Set<string>();
  for (const directive of directives) {
    const name = directive.name.value;
    const definition = definitions.directives.get(name)?.node;
    if (!definition) {
      const reason = writtenByWrapper.get(name);
      const known = [...definitions.directives.keys()].map((each) => `@${each}`);
      const remedy = reason ? `remove it: ${reason}` : didYouMean(`@${name}`, known);
      faults.add(directive, "a directive of the mapping language, of rights or of federation", `@${name}`, remedy);
      continue;
    }
    const places = definition.locations.map(({ value }) => value as DirectiveLocation);
    if (!places.includes(location)) {
      faults.add(directive, `@${name} on ${places.map(placeName).join(" or ")}`, `it on ${placeName(location)}`);
    }
    if (seen.has(name) && !definition.repeatable) {
      faults.add(directive, `@${name} once here`, "a second", "remove one of them");
    }
    seen.add(name);
    readArguments(directive, faults);
  }
}

/** Persons are Citizen's, tables the department's own types', and the keys of Citizen are written by the wrapper. */
function checkOwner(type: string | undefined, directives: readonly ConstDirectiveNode[] = [], faults: FaultList): void {
  for (const directive of directives) {
    const name = directive.name.value;
    if (name === "person" || name === "attribute") {
      if (type !== "Citizen")
        faults.add(directive, `@${name} on Citizen`, `it on ${type}`, "move it to `type Citizen`");
    } else if ((type === "Citizen" || type === "Query") && onlyOnOwnTypes.has(name)) {
      faults.add(directive, `@${name} on a type of the department's own`, `it on ${type}`, "remove it");
    }
  }
}

const onlyOnOwnTypes = new Set(["table", "retain", "key", "shareable"]);

const locationOf: Partial<Record<ASTNode["kind"], DirectiveLocation>> = {
  [Kind.SCHEMA_DEFINITION]: DirectiveLocation.SCHEMA,
  [Kind.SCHEMA_EXTENSION]: DirectiveLocation.SCHEMA,
  [Kind.OBJECT_TYPE_DEFINITION]: DirectiveLocation.OBJECT,
  [Kind.OBJECT_TYPE_EXTENSION]: DirectiveLocation.OBJECT,
  [Kind.FIELD_DEFINITION]: DirectiveLocation.FIELD_DEFINITION,
  [Kind.INPUT_VALUE_DEFINITION]: DirectiveLocation.ARGUMENT_DEFINITION,
  [Kind.ENUM_TYPE_DEFINITION]: DirectiveLocation.ENUM,
  [Kind.ENUM_TYPE_EXTENSION]: DirectiveLocation.ENUM,
  [Kind.ENUM_VALUE_DEFINITION]: DirectiveLocation.ENUM_VALUE,
};

function placeName(location: DirectiveLocation): string {
  const names: Partial<Record<DirectiveLocation, string>> = {
    [DirectiveLocation.SCHEMA]: "`extend schema`",
    [DirectiveLocation.OBJECT]: "a type",
    [DirectiveLocation.FIELD_DEFINITION]: "a field",
    [DirectiveLocation.ARGUMENT_DEFINITION]: "an argument",
    [DirectiveLocation.ENUM]: "an enum",
    [DirectiveLocation.ENUM_VALUE]: "an enum value",
  };
  return names[location] ?? location;
}
