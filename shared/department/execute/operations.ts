import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
  visit,
} from "graphql";
import { LRUCache } from "lru-cache";
import { type TableFacts, tableFacts } from "../../sql/table-facts.ts";
import type { SubgraphCall } from "../../transport/subgraph.ts";
import { typeNamesOf } from "./entities.ts";
import type { Planner } from "./planner.ts";
import { emptyObject, requestOf } from "./request.ts";
import { planRootField, type RootField } from "./root-fields.ts";
import { type Document, selectedFields } from "./selection.ts";
import type { Source } from "./source.ts";
import { type ReadVariables, variablesReader } from "./variables.ts";

/**
 * Executes operations on a department's rows.
 *
 * What a document selects is worked out once. The rows are then shaped as the answer wants them, level by level for all
 * parents at once. An answer without errors is finished with that; one with an error or a missing value goes through
 * graphql-js, which knows all rules of paths and non-null fields, with the shaped objects as its source.
 */
export interface Operations {
  /** May reject with a CivigraphError where nothing could be read at all. */
  run(call: SubgraphCall): Promise<ExecutionResult>;
}

const keptDocuments = 1_000;

export function createOperations(source: Source): Operations {
  const schema = withPlainResolvers(source.model.schema);
  const byDocument = new WeakMap<DocumentNode, Map<string, Operation | readonly GraphQLError[]>>();
  const byText = new LRUCache<string, DocumentNode>({ max: keptDocuments });

  function documentOf({ document, query }: SubgraphCall): DocumentNode {
    if (document) return document;
    const known = byText.get(query);
    if (known) return known;
    const parsed = parse(query);
    byText.set(query, parsed);
    return parsed;
  }

  function operationOf(call: SubgraphCall): Operation | readonly GraphQLError[] {
    const document = documentOf(call);
    let operations = byDocument.get(document);
    if (!operations) {
      operations = new Map();
      byDocument.set(document, operations);
    }
    const name = call.operationName ?? "";
    let operation = operations.get(name);
    if (!operation) {
      const faults = validate(schema, document);
      operation = faults.length > 0 ? faults : prepare(schema, document, call.operationName);
      operations.set(name, operation);
    }
    return operation;
  }

  return {
    async run(call) {
      const operation = operationOf(call);
      if (isFaults(operation)) return { errors: operation };
      const given = operation.read(call.variables ?? {});
      if (given.errors) return { errors: given.errors };
      const { reachable, facts } = await reach(source);
      const request = requestOf(reachable, call.context, facts, given.coerced);
      const fields = fieldsOf(operation, given.coerced, { source: reachable, model: source.model, facts }, schema);
      const data = emptyObject(fields.map(({ key }) => key));
      for (const { key } of fields) data[key] = undefined;
      const [only] = fields;
      if (only && fields.length === 1) data[only.key] = await only.load(request);
      else {
        await Promise.all(
          fields.map(async (field) => {
            data[field.key] = await field.load(request);
          }),
        );
      }
      if (!request.irregular && !operation.introspects) return { data };
      const typeNames = typeNamesOf(request);
      return execute({
        schema,
        document: documentOf(call),
        rootValue: data,
        variableValues: call.variables,
        operationName: call.operationName,
        fieldResolver: byResponseKey,
        typeResolver: (value) => typeNames.get(value as object),
      });
    },
  };
}

interface Operation {
  readonly definition: OperationDefinitionNode;
  readonly read: ReadVariables;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly introspects: boolean;
  /** Variables that @skip and @include use: each combination of their values has its own plan. */
  readonly conditions: readonly string[];
  readonly plans: Map<string, readonly RootField[]>;
  /** What the plans were made with; when the database is opened anew, its columns may be others. */
  facts?: TableFacts;
}

function isFaults(operation: Operation | readonly GraphQLError[]): operation is readonly GraphQLError[] {
  return Array.isArray(operation);
}

function prepare(
  schema: GraphQLSchema,
  document: DocumentNode,
  name: string | null | undefined,
): Operation | readonly GraphQLError[] {
  const definition = getOperationAST(document, name);
  if (!definition) return [new GraphQLError("The document has no operation of that name.")];
  const fragments = new Map<string, FragmentDefinitionNode>();
  const conditions = new Set<string>();
  let introspects = false;
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  visit(document, {
    Field(node) {
      introspects ||= node.name.value === "__schema" || node.name.value === "__type";
    },
    Directive(node) {
      if (node.name.value !== "skip" && node.name.value !== "include") return;
      const value = node.arguments?.[0]?.value;
      if (value?.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  const read = variablesReader(schema, definition);
  return { definition, read, fragments, introspects, conditions: [...conditions], plans: new Map() };
}

function fieldsOf(
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  known: Omit<Planner, "document">,
  schema: GraphQLSchema,
): readonly RootField[] {
  const { definition, fragments, conditions, plans } = operation;
  if (operation.facts !== known.facts) plans.clear();
  operation.facts = known.facts;
  const key = conditions.length === 0 ? "" : conditions.map((name) => Number(variables[name] === true)).join("");
  let planned = plans.get(key);
  if (!planned) {
    const values = Object.fromEntries(conditions.map((name) => [name, variables[name]]));
    const document: Document = { schema, fragments, variables: values };
    const query = schema.getQueryType();
    const selected = query ? selectedFields(query, [definition.selectionSet], document) : [];
    const own = selected.filter(({ name }) => name !== "__schema" && name !== "__type");
    planned = own.map((field) => planRootField(field, { ...known, document }));
    plans.set(key, planned);
  }
  return planned;
}

/**
 * The source with what is known of its tables. Without that no statement can be made: each field that needs one then
 * has the error, and the rest of the answer stands.
 */
async function reach(source: Source): Promise<{ reachable: Source; facts: TableFacts }> {
  try {
    const facts = source.facts();
    return { reachable: source, facts: facts instanceof Promise ? await facts : facts };
  } catch (error) {
    return { reachable: { ...source, select: () => Promise.reject(error) }, facts: tableFacts([]) };
  }
}

/**
 * Shaped objects hold their values by the keys of the answer, so that aliases need no thought. Objects that a
 * department's own resolvers return hold them by the names of the fields.
 */
function byResponseKey(
  source: unknown,
  _: unknown,
  __: unknown,
  { path, fieldName }: { readonly path: { readonly key: string | number }; readonly fieldName: string },
): unknown {
  const object = source as Record<string, unknown>;
  return Object.hasOwn(object, path.key) ? object[path.key] : object[fieldName];
}

/** The resolvers that federation's schema builder attaches would take the place of ours. */
function withPlainResolvers(schema: GraphQLSchema): GraphQLSchema {
  const query = schema.getQueryType();
  for (const field of Object.values(query?.getFields() ?? {})) delete field.resolve;
  const entity = schema.getType("_Entity");
  if (isUnionType(entity)) delete entity.resolveType;
  return schema;
}
