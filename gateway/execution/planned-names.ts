import { type DocumentNode, type FieldNode, Kind, parse, visit } from "graphql";
import { typenameAlias } from "../../shared/transport/checked-query.ts";

/** Which names a plan writes into the tree on its own: those of keys and of what `@requires` reads. */
export type PlanNames = ReadonlySet<string>;

/** Reads the field sets of a supergraph's `join__type(key:)` and `join__field(requires:)`. */
export function readPlanNames(supergraphSdl: string): PlanNames {
  const names = new Set(["__typename"]);
  visit(parse(supergraphSdl, { noLocation: true }), {
    Directive({ name, arguments: given = [] }) {
      if (!name.value.startsWith("join__")) return;
      for (const argument of given) {
        if (!/^(key|requires)$/.test(argument.name.value) || argument.value.kind !== Kind.STRING) continue;
        visit(parse(`{ ${argument.value.value} }`, { noLocation: true }), {
          Field(node) {
            names.add(node.name.value);
          },
        });
      }
    },
  });
  return names;
}

/** How the aliases begin under which checked answers repeat what they were asked for. */
const checkPrefix = typenameAlias.slice(0, -"typename".length);

export interface PlannedDocument {
  readonly document: DocumentNode;
  /** The client's response key for a response key of the planned document. */
  readonly clientKey: (plannedKey: string) => string;
}

/**
 * The document as it is planned: what would overwrite a key or a required field gets a name of its own.
 *
 * The planner merges what the client selects with what the plan needs by response key. So `id: name` would send a name
 * as the key, and `comments(limit: 1)` would take the place of the `comments` that a `@requires` names. And the checks of
 * answers would read a client's `civigraph_ref: name` as the key that was answered.
 */
export function plannedDocument(document: DocumentNode, names: PlanNames): PlannedDocument {
  const prefix = unusedPrefix(document);
  const renamed = new Map<string, string>();
  const planned = visit(document, {
    Field(node) {
      if (!collides(node, names)) return;
      const key = (node.alias ?? node.name).value;
      renamed.set(prefix + key, key);
      return { ...node, alias: { kind: Kind.NAME, value: prefix + key } };
    },
  });
  if (renamed.size === 0) return { document, clientKey: (key) => key };
  return { document: planned, clientKey: (key) => renamed.get(key) ?? key };
}

function collides({ name, alias, arguments: given = [] }: FieldNode, names: PlanNames): boolean {
  if (alias && alias.value !== name.value) return names.has(alias.value) || alias.value.startsWith(checkPrefix);
  return given.length > 0 && names.has(name.value);
}

function unusedPrefix(document: DocumentNode): string {
  let prefix = "client_";
  visit(document, {
    Field({ name, alias = name }) {
      while (alias.value.startsWith(prefix)) prefix += "_";
    },
  });
  return prefix;
}
