import type { FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from "@apollo/query-planner";
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from "graphql";
import type { RequiredVariants, Variant, VariantPaths } from "./required-variants.ts";

/**
 * The fetches that do for a subgraph what the plan says of variants, which no subgraph knows: they select the field with
 * its arguments, and send its value under the field's own name. Several where one representation would need two values.
 */
export function variantFetches(node: FetchNode, variants: RequiredVariants): readonly FetchNode[] {
  const { byName } = variants;
  if (byName.size === 0) return [node];
  const document = parse(node.operation, { noLocation: true });
  const renames = node.requires ? renamesOf(node.requires, byName, []) : [];
  const groups = node.requires ? conflictFreeGroups(document, node.serviceName, variants) : [];
  const [only] = groups;
  if (!only || groups.length === 1) {
    return [{ ...node, operation: operationOf(document, byName), ...inputs(node, renames) }];
  }
  const all = new Set(groups.flatMap(({ needs }) => [...needs]));
  return groups.map(({ fields, needs }) => {
    const dropped = new Set([...all].filter((path) => !needs.has(path)));
    const requires = withoutPaths(node.requires ?? [], dropped, []);
    const part = onlyFields(document, fields);
    const used = usedVariables(part);
    return {
      ...node,
      operation: operationOf(part, byName),
      variableUsages: node.variableUsages?.filter((name) => used.has(name)) ?? [],
      ...inputs({ ...node, requires }, renames),
    };
  });
}

function inputs(
  { requires, inputRewrites = [] }: FetchNode,
  renames: readonly FetchDataRewrite[],
): Pick<FetchNode, "requires" | "inputRewrites"> {
  // First, because the planner's own can change the type by which an object is recognised.
  return { ...(requires ? { requires } : {}), inputRewrites: [...renames, ...inputRewrites] };
}

/** Renames of what a representation holds, the innermost first. */
function renamesOf(
  selections: readonly QueryPlanSelectionNode[],
  byName: ReadonlyMap<string, Variant>,
  path: readonly string[],
): FetchDataRewrite[] {
  return selections.flatMap((node): FetchDataRewrite[] => {
    if (node.kind === "InlineFragment") {
      const at = node.typeCondition === undefined ? path : [...path, `... on ${node.typeCondition}`];
      return renamesOf(node.selections, byName, at);
    }
    const at = [...path, node.alias ?? node.name];
    const below = renamesOf(node.selections ?? [], byName, at);
    const variant = byName.get(node.name);
    return variant ? [...below, { kind: "KeyRenamer", path: at, renameKeyTo: variant.field }] : below;
  });
}

interface Group {
  /** The fields of the entity that are fetched together. */
  readonly fields: Set<FieldNode>;
  readonly needs: Set<string>;
}

/** Parts the fields that a fetch asks of its entities so that within a part no field is needed with two arguments. */
function conflictFreeGroups(document: DocumentNode, subgraph: string, variants: RequiredVariants): Group[] {
  const groups: Group[] = [];
  for (const { field, type } of entityFields(document)) {
    const needs = variants.needsOf(subgraph, type, field.name.value);
    const fits = groups.find((group) => !conflict(group.needs, needs, variants.byName));
    const group = fits ?? { fields: new Set(), needs: new Set() };
    if (!fits) groups.push(group);
    group.fields.add(field);
    for (const path of needs) group.needs.add(path);
  }
  return groups;
}

function conflict(known: VariantPaths, added: VariantPaths, byName: ReadonlyMap<string, Variant>): boolean {
  const places = new Set([...known].map((path) => placeOf(path, byName)));
  return [...added].some((path) => !known.has(path) && places.has(placeOf(path, byName)));
}

/** Where a variant's value goes: its path with the field's own name as the last step. */
function placeOf(path: string, byName: ReadonlyMap<string, Variant>): string {
  const steps = path.split(".");
  const last = steps.pop() as string;
  return [...steps, byName.get(last)?.field ?? last].join(".");
}

interface EntityField {
  readonly field: FieldNode;
  /** The type whose field it is. */
  readonly type: string;
}

function entityFields(document: DocumentNode): EntityField[] {
  const found: EntityField[] = [];
  const collect = ({ selections }: SelectionSetNode, type: string): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) found.push({ field: node, type });
      else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, node.typeCondition?.name.value ?? type);
    }
  };
  visit(document, {
    Field({ name, selectionSet }) {
      if (name.value === "_entities" && selectionSet) collect(selectionSet, "");
      return false;
    },
  });
  return found;
}

/** The operation with these fields of its entities only, and with the variables that they use. */
function onlyFields(document: DocumentNode, fields: ReadonlySet<FieldNode>): DocumentNode {
  const others = new Set(entityFields(document).map(({ field }) => field));
  for (const field of fields) others.delete(field);
  const kept: DocumentNode = visit(document, {
    Field: (node) => (others.has(node) ? null : undefined),
    InlineFragment: { leave: ({ selectionSet }) => (selectionSet.selections.length === 0 ? null : undefined) },
  });
  const used = usedVariables(kept);
  return visit(kept, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}

function usedVariables(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable({ name }) {
      names.add(name.value);
    },
  });
  return names;
}

/** The operation as the subgraph understands it: `required_0_fee` becomes `required_0_fee: fee(currency: "EUR")`. */
function operationOf(document: DocumentNode, byName: ReadonlyMap<string, Variant>): string {
  const written: DocumentNode = visit(document, {
    Field(node) {
      const variant = byName.get(node.name.value);
      if (!variant) return;
      const name = { kind: Kind.NAME, value: variant.field };
      return { ...node, alias: node.alias ?? node.name, name, arguments: variant.arguments };
    },
  });
  return stripIgnoredCharacters(print(written));
}

function withoutPaths(
  selections: readonly QueryPlanSelectionNode[],
  dropped: ReadonlySet<string>,
  path: readonly string[],
): QueryPlanSelectionNode[] {
  return selections.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === "InlineFragment") return [{ ...node, selections: withoutPaths(node.selections, dropped, path) }];
    const at = [...path, node.name];
    if (dropped.has(at.join("."))) return [];
    if (!node.selections) return [node];
    const selections = withoutPaths(node.selections, dropped, at);
    return selections.length > 0 ? [{ ...node, selections }] : [];
  });
}
