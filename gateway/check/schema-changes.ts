import { type Change, CriticalityLevel, diff } from "@graphql-inspector/core";
import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isObjectType,
  Kind,
  valueFromAST,
  visit,
} from "graphql";
import type { DepartmentModel, Place } from "../../shared/department/model.ts";
import { placeOf } from "../../shared/department/parse/fault.ts";
import { subgraphSchema } from "../../shared/department/subgraph-schema.ts";
import type { AcceptedSchema } from "../registry/accepted.ts";
import type { Finding, Severity } from "./findings.ts";

/**
 * What has changed for clients since the last accepted schema, each change with its path, as breaking, dangerous or
 * safe; and what is deprecated. `accepted` is the record of the department, the oldest first.
 */
export async function checkSchema(
  model: DepartmentModel,
  accepted: readonly AcceptedSchema[],
): Promise<readonly Finding[]> {
  const last = accepted.at(-1);
  const deprecated = deprecations(model);
  if (!last) return [notAccepted(model), ...deprecated];
  const changes = last.sdl === model.sdl ? [] : await diff(subgraphSchema(last.sdl), model.schema);
  return [...forClients(changes, model).map((change) => ofChange(change, model, accepted)), ...deprecated];
}

function notAccepted({ id, file }: DepartmentModel): Finding {
  return {
    code: "SCHEMA_NOT_ACCEPTED",
    severity: "NOTE",
    file,
    expected: "a schema that was accepted, to compare with",
    found: "none",
    next: `run \`civigraph accept ${id}\` once clients may rely on it`,
  };
}

/** Keys and federation's own fields are not for clients; a directive's arguments say no more than the directive. */
function forClients(changes: readonly Change[], { keysField }: DepartmentModel): readonly Change[] {
  const hidden = new Set(["Citizen.ref", "Citizen.record", `Citizen.${keysField}`]);
  const told = new Set(
    changes.filter(({ type }) => /^DIRECTIVE_USAGE_.*_(?:ADDED|REMOVED)$/.test(type)).map(({ path }) => path),
  );
  return changes.filter(({ path = "", type }) => {
    const [owner = "", field = ""] = path.split(".");
    if (owner.startsWith("_") || field.startsWith("_") || hidden.has(`${owner}.${field}`)) return false;
    if (ownWords.test(path) || type.startsWith("FIELD_DEPRECATION_REASON")) return false;
    const directive = path.slice(0, path.lastIndexOf("."));
    return !(type.startsWith("DIRECTIVE_USAGE_ARGUMENT") && told.has(directive));
  });
}

/** Directives that say how subgraphs fit together, or what is said by a change of its own. */
const ownWords = /@(?:key|requires|external|shareable|inaccessible|listSize|cost|deprecated|link|tag)\b/;

const kinds: Readonly<Record<CriticalityLevel, { code: Finding["code"]; severity: Severity; word: string }>> = {
  [CriticalityLevel.Breaking]: { code: "SCHEMA_CHANGE_BREAKING", severity: "FAULT", word: "breaking" },
  [CriticalityLevel.Dangerous]: { code: "SCHEMA_CHANGE_DANGEROUS", severity: "WARNING", word: "dangerous" },
  [CriticalityLevel.NonBreaking]: { code: "SCHEMA_CHANGE_SAFE", severity: "NOTE", word: "safe" },
};

function ofChange(change: Change, model: DepartmentModel, accepted: readonly AcceptedSchema[]): Finding {
  const { path = "", message, criticality } = change;
  const { code, severity, word } = kinds[criticality.level];
  const since =
    change.type === "FIELD_REMOVED" || change.type === "ENUM_VALUE_REMOVED" ? sinceWhen(path, accepted) : "";
  const at = accepted.at(-1)?.at.slice(0, 10);
  return {
    code,
    severity,
    file: model.file,
    place: placeOfPath(model.document, path),
    subject: path,
    expected: `the schema that was accepted on ${at}`,
    found: `a ${word} change of ${path}: ${sentence(message)}${since}`,
    next: remedies[severity].replace("<id>", model.id),
  };
}

const remedies: Readonly<Record<Severity, string>> = {
  FAULT: "take it back, or agree it with the clients and run `civigraph accept <id>`",
  WARNING: "make sure that no client stumbles over it, then run `civigraph accept <id>`",
  NOTE: "run `civigraph accept <id>` to record it",
};

function sentence(message: string): string {
  return message.replaceAll("'", "`").replace(/\.$/, "");
}

/** Since which accepted schema something has been deprecated that is now gone. */
function sinceWhen(path: string, accepted: readonly AcceptedSchema[]): string {
  let first: { readonly at: string; readonly reason: string } | undefined;
  for (const { at, sdl } of [...accepted].reverse()) {
    const reason = deprecationOf(subgraphSchema(sdl), path);
    if (reason === undefined) break;
    first = { at, reason };
  }
  return first ? `; it was deprecated since ${first.at.slice(0, 10)} ("${first.reason}")` : "";
}

function deprecationOf(schema: GraphQLSchema, path: string): string | undefined {
  const [owner = "", member = ""] = path.split(".");
  const type = schema.getType(owner);
  if (isObjectType(type)) return type.getFields()[member]?.deprecationReason ?? undefined;
  return isEnumType(type) ? (type.getValue(member)?.deprecationReason ?? undefined) : undefined;
}

/** Where the file speaks of `Type.field.argument`; its type where it no longer does. */
function placeOfPath(document: DocumentNode, path: string): Place {
  const names = path.split(".").filter((name) => !name.startsWith("@"));
  let within: ASTNode = document;
  let place: Place = { line: 1, column: 1 };
  for (const name of names) {
    const found = childNamed(within, name);
    if (!found) break;
    within = found;
    place = placeOf(found);
  }
  return place;
}

function childNamed(within: ASTNode, name: string): ASTNode | undefined {
  let found: ASTNode | undefined;
  visit(within, {
    enter(node) {
      if (node === within) return undefined;
      if (found) return false;
      if ("name" in node && node.name?.value === name && node.kind !== Kind.DIRECTIVE) found = node;
      return node.kind === Kind.NAMED_TYPE ? false : undefined;
    },
  });
  return found;
}

/** Fields, arguments and enum values that clients are asked to leave. */
function deprecations({ file, document, schema }: DepartmentModel): readonly Finding[] {
  const findings: Finding[] = [];
  const path: string[] = [];
  const directive = schema.getDirective("deprecated");
  const reasonType = directive?.args.find(({ name }) => name === "reason")?.type;
  visit(document, {
    enter(node) {
      if (!("directives" in node) || !("name" in node) || !node.name) return;
      path.push(node.name.value);
      const found = (node.directives as readonly DirectiveNode[] | undefined)?.find(
        ({ name }) => name.value === "deprecated",
      );
      if (!found) return;
      const reason = found.arguments?.find(({ name }) => name.value === "reason")?.value;
      const said = reason && reasonType ? valueFromAST(reason, getNamedType(reasonType) as never) : undefined;
      const subject = path.join(".");
      findings.push({
        code: "DEPRECATED",
        severity: "NOTE",
        file,
        place: placeOf(found),
        subject,
        expected: `that clients leave ${subject}`,
        found: `it deprecated: ${said ?? "no reason is given"}`,
        next: "remove it once no client asks for it any more",
      });
    },
    leave(node) {
      if ("directives" in node && "name" in node && node.name) path.pop();
    },
  });
  return findings;
}
