import {
  type DocumentNode,
  type FieldNode,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import type { PublishedTypes } from "./published-types.ts";
import type { SubgraphCall } from "./subgraph.ts";

/** One representation as the gateway sends it. */
export type Representation = Readonly<Record<string, unknown>>;

/** A field of the representations that the answer repeats, under an alias that no query uses. */
export interface EchoedField {
  readonly name: string;
  readonly alias: string;
}

/** Which response keys lead to a `Citizen.record`. */
export interface RecordPaths {
  readonly [responseKey: string]: RecordPaths | "record";
}

export interface CheckedQuery {
  readonly query: string;
  readonly document: DocumentNode;
  /** By the type name of the representations. */
  readonly echoes: ReadonlyMap<string, readonly EchoedField[]>;
  readonly recordPaths: RecordPaths | undefined;
}

const prefix = "civigraph_";
export const typenameAlias = `${prefix}typename`;

/** Extends `_entities` selections; what it makes is kept per document and per set of representation fields. */
export function createQueryRewriter(types: PublishedTypes) {
  const byDocument = new WeakMap<DocumentNode, CheckedQueries>();
  const byText = new LRUCache<string, DocumentNode>({ max: 1_000 });
  const fieldsOf = createEchoable(types);

  return (call: SubgraphCall, representations: readonly Representation[] | undefined): CheckedQuery => {
    const document = call.document ?? parsed(byText, call.query);
    let kept = byDocument.get(document);
    if (!kept) {
      kept = { bySet: new Map(), byEchoes: new Map() };
      byDocument.set(document, kept);
    }
    const common = representations && commonFields(representations, fieldsOf);
    const known = common && kept.bySet.get(common);
    if (known) return known;
    const echoed = representations ? echoedFields(representations, fieldsOf) : noFields;
    let name = "";
    for (const [type, fields] of echoed) name += `${type} ${fields.join()};`;
    let checked = kept.byEchoes.get(name);
    if (!checked) {
      checked = rewrite(call.query, document, echoed, types);
      kept.byEchoes.set(name, checked);
    }
    if (common) kept.bySet.set(common, checked);
    return checked;
  };
}

/** What a document became: by the one set of fields that all representations have, and by what they repeat. */
interface CheckedQueries {
  readonly bySet: Map<readonly Echoable[], CheckedQuery>;
  readonly byEchoes: Map<string, CheckedQuery>;
}

const noFields: ReadonlyMap<string, readonly string[]> = new Map();

function parsed(byText: LRUCache<string, DocumentNode>, query: string): DocumentNode {
  let document = byText.get(query);
  if (!document) {
    document = parse(query, { noLocation: true });
    byText.set(query, document);
  }
  return document;
}

/** The leaf fields of a representation, the same list for the same fields. */
type FieldsOf = (representation: Representation) => readonly Echoable[];

function createEchoable(types: PublishedTypes): FieldsOf {
  const kept = new Map<string, readonly Echoable[]>();
  return (representation) => {
    const type = representation.__typename as string;
    const names = Object.keys(representation);
    const key = `${type} ${names.join()}`;
    let fields = kept.get(key);
    if (!fields) {
      fields = echoable(types, type, names);
      kept.set(key, fields);
    }
    return fields;
  };
}

/** The fields of the first, where all are of its type and carry them all, as most do. */
function commonFields(representations: readonly Representation[], fieldsOf: FieldsOf): readonly Echoable[] | undefined {
  const [first] = representations;
  if (!first) return undefined;
  const fields = fieldsOf(first);
  for (const representation of representations) {
    if (representation.__typename !== first.__typename || !comesWithAll(representation, fields)) return undefined;
  }
  return fields;
}

/**
 * The leaf fields that every representation of a type carries. One that comes without `ref` cannot be asked to repeat
 * it: `ref` is `ID!`, and its null would take the whole entity along.
 */
function echoedFields(representations: readonly Representation[], fieldsOf: FieldsOf): Map<string, string[]> {
  const byType = new Map<string, readonly Echoable[]>();
  for (const representation of representations) {
    const type = representation.__typename as string;
    let fields = byType.get(type);
    if (!fields) {
      fields = fieldsOf(representation);
      byType.set(type, fields);
    }
    if (!comesWithAll(representation, fields)) {
      byType.set(
        type,
        fields.filter((field) => comesWithAll(representation, [field])),
      );
    }
  }
  return new Map(Array.from(byType, ([type, fields]) => [type, fields.map(({ name }) => name)]));
}

interface Echoable {
  readonly name: string;
  readonly nonNull: boolean;
}

function echoable(types: PublishedTypes, type: string, names: readonly string[]): Echoable[] {
  return names.flatMap((name) => {
    const field = types.field(type, name);
    return field?.leaf && !field.requiresArguments ? [{ name, nonNull: field.nonNull }] : [];
  });
}

function comesWithAll(representation: Representation, fields: readonly Echoable[]): boolean {
  for (const { name, nonNull } of fields) {
    const value = representation[name];
    if (value === undefined || (nonNull && value === null)) return false;
  }
  return true;
}

function rewrite(
  query: string,
  document: DocumentNode,
  echoed: ReadonlyMap<string, readonly string[]>,
  types: PublishedTypes,
): CheckedQuery {
  const recordPaths = findRecords(document, types);
  const echoes = new Map<string, readonly EchoedField[]>();
  for (const [type, names] of echoed) {
    echoes.set(
      type,
      names.map((name) => ({ name, alias: prefix + name })),
    );
  }
  if (echoes.size === 0) return { query, document, echoes, recordPaths };
  const added = [
    aliased("__typename", typenameAlias),
    ...Array.from(echoes, ([type, fields]) => fragment(type, fields)),
  ];
  const rewritten: DocumentNode = {
    ...document,
    definitions: document.definitions.map((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? extendEntities(node, added.flat()) : node,
    ),
  };
  return { query: print(rewritten), document: rewritten, echoes, recordPaths };
}

function extendEntities(operation: OperationDefinitionNode, added: readonly SelectionNode[]): OperationDefinitionNode {
  const selections = operation.selectionSet.selections.map((node) =>
    node.kind === Kind.FIELD && node.name.value === "_entities" && node.selectionSet
      ? { ...node, selectionSet: selectionSet([...node.selectionSet.selections, ...added]) }
      : node,
  );
  return { ...operation, selectionSet: selectionSet(selections) };
}

function fragment(type: string, fields: readonly EchoedField[]): InlineFragmentNode[] {
  if (fields.length === 0) return [];
  return [
    {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
      selectionSet: selectionSet(fields.map(({ name, alias }) => aliased(name, alias))),
    },
  ];
}

function aliased(name: string, alias: string): FieldNode {
  return {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: alias },
    name: { kind: Kind.NAME, value: name },
  };
}

function selectionSet(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function findRecords(document: DocumentNode, types: PublishedTypes): RecordPaths | undefined {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  type MutablePaths = { [responseKey: string]: MutablePaths | "record" };

  function walk({ selections }: SelectionSetNode, parent: string, paths: MutablePaths): MutablePaths {
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        walk(node.selectionSet, node.typeCondition?.name.value ?? parent, paths);
      } else if (node.kind === Kind.FRAGMENT_SPREAD) {
        const spread = fragments.get(node.name.value);
        if (spread) walk(spread.selectionSet, spread.typeCondition.name.value, paths);
      } else {
        const key = node.alias?.value ?? node.name.value;
        if (parent === "Citizen" && node.name.value === "record") paths[key] = "record";
        if (!node.selectionSet) continue;
        const below = paths[key];
        const found = walk(
          node.selectionSet,
          types.field(parent, node.name.value)?.type ?? "",
          typeof below === "object" ? below : {},
        );
        if (Object.keys(found).length > 0) paths[key] = found;
      }
    }
    return paths;
  }

  const paths: MutablePaths = {};
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION) walk(node.selectionSet, types.rootTypes[node.operation], paths);
  }
  return Object.keys(paths).length > 0 ? paths : undefined;
}
