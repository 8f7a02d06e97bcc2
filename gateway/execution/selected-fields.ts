import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from "graphql";

/** Values of the variables that `@skip` and `@include` name. */
export type Conditions = Readonly<Record<string, unknown>>;

export interface Selecting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: Conditions;
  /** The client's response key for one of the planned document. */
  readonly clientKey: (plannedKey: string) => string;
}

/** The fields selected on an object of a type, or of an interface alone, by response key, in the order of their first mention (CollectFields). */
export function selectedFields(
  { schema, fragments, conditions }: Omit<Selecting, "clientKey">,
  type: GraphQLObjectType | GraphQLInterfaceType,
  selectionSets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();

  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (!isIncluded(node.directives, conditions)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const known = fields.get(key);
        if (known) known.push(node);
        else fields.set(key, [node]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        if (applies(schema, node.typeCondition?.name.value, type)) collect(node.selectionSet);
      } else if (!spread.has(node.name.value)) {
        spread.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment && applies(schema, fragment.typeCondition.name.value, type)) collect(fragment.selectionSet);
      }
    }
  };
  for (const selectionSet of selectionSets) collect(selectionSet);
  return fields;
}

/** Whether what is selected on an interface differs by the type of an object: `__typename`, or fragments on other types. */
export function dependsOnType(
  selecting: Omit<Selecting, "clientKey">,
  type: GraphQLInterfaceType,
  selectionSets: readonly SelectionSetNode[],
): boolean {
  const { schema, fragments, conditions } = selecting;
  const depends = ({ selections }: SelectionSetNode): boolean =>
    selections.some((node) => {
      if (!isIncluded(node.directives, conditions)) return false;
      if (node.kind === Kind.FIELD) return node.name.value === "__typename";
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      if (!fragment) return false;
      return !applies(schema, fragment.typeCondition?.name.value, type) || depends(fragment.selectionSet);
    });
  return selectionSets.some(depends);
}

function applies(
  schema: GraphQLSchema,
  condition: string | undefined,
  type: GraphQLObjectType | GraphQLInterfaceType,
): boolean {
  if (condition === undefined || condition === type.name) return true;
  const conditional = schema.getType(condition);
  return isAbstractType(conditional) && schema.isSubType(conditional, type);
}

function isIncluded(directives: readonly DirectiveNode[] | undefined, conditions: Conditions): boolean {
  return !directives?.some(
    ({ name, arguments: [argument] = [] }) =>
      (name.value === "skip" && conditionOf(argument?.value, conditions) === true) ||
      (name.value === "include" && conditionOf(argument?.value, conditions) === false),
  );
}

type ArgumentValue = NonNullable<DirectiveNode["arguments"]>[number]["value"];

function conditionOf(value: ArgumentValue | undefined, conditions: Conditions): unknown {
  if (value?.kind === Kind.VARIABLE) return conditions[value.name.value];
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}
