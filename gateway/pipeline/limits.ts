import { type DocumentNode, Kind, OperationTypeNode, type SelectionSetNode } from "graphql";
import { CivigraphError, type ErrorCode } from "../../shared/errors.ts";
import { settings } from "../settings.ts";

/** The most that an operation may select, fragments written out: planning takes longer than in proportion to it. */
export interface QueryLimits {
  /** Fields within each other. */
  readonly maxDepth: number;
  /** Fields in all, and the fragments themselves; each `@skip` and `@include` counts as `conditionHeight` more. */
  readonly maxHeight: number;
  readonly maxAliases: number;
  /** Of a query; a mutation has `maxMutations` at most. */
  readonly maxRootFields: number;
}

/** What an operation selects, fragments written out. */
interface Measures {
  readonly depth: number;
  readonly height: number;
  readonly aliases: number;
  readonly rootFields: number;
}

/** Each change of a request is planned anew together with all before it. */
const maxMutations = 10;

/** What is selected under a condition is planned apart from what is not. */
const conditionHeight = 8;

const nothing: Measures = { depth: 0, height: 0, aliases: 0, rootFields: 0 };

/**
 * Throws an error of the catalogue for a document of which an operation exceeds a limit, and returns the height of its
 * largest. The document need not be valid; reading it takes no longer than it is.
 */
export function checkLimits({ definitions }: DocumentNode, limits: QueryLimits): number {
  const measure = createMeasure(definitions);
  let height = 0;
  for (const node of definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const measures = measure(node.selectionSet);
    refuseAbove(limits, measures, node.operation === OperationTypeNode.MUTATION);
    height = Math.max(height, measures.height);
  }
  return height;
}

function refuseAbove(limits: QueryLimits, { depth, height, aliases, rootFields }: Measures, mutation: boolean): void {
  const { maxDepth, maxHeight, maxAliases, maxRootFields } = settings;
  refuse("MAX_DEPTH_LIMIT", "fields within each other", depth, limits.maxDepth, maxDepth.variable);
  refuse("MAX_HEIGHT_LIMIT", "fields once its fragments are written out", height, limits.maxHeight, maxHeight.variable);
  refuse("MAX_ALIASES_LIMIT", "aliases", aliases, limits.maxAliases, maxAliases.variable);
  const atRoot = "fields at its root";
  if (mutation) refuse("MAX_ROOT_FIELDS_LIMIT", atRoot, rootFields, Math.min(limits.maxRootFields, maxMutations));
  else refuse("MAX_ROOT_FIELDS_LIMIT", atRoot, rootFields, limits.maxRootFields, maxRootFields.variable);
}

function refuse(code: ErrorCode, what: string, found: number, most: number, variable?: string): void {
  if (found <= most) return;
  const count = found > 1_000_000 ? "more than a million" : String(found);
  const raise = variable ? ` Operators can raise ${variable}.` : "";
  const detail = `The operation has ${count} ${what}; at most ${most} are answered. Ask for less at once.${raise}`;
  throw new CivigraphError(code, { detail });
}

/** Measures selections; each fragment once. What a fragment spreads of itself counts nothing: it is not valid. */
function createMeasure(definitions: DocumentNode["definitions"]): (selectionSet: SelectionSetNode) => Measures {
  const fragments = new Map<string, SelectionSetNode>();
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet);
  }
  const measured = new Map<string, Measures>();

  function measureFragment(name: string): Measures {
    const known = measured.get(name);
    if (known) return known;
    const selectionSet = fragments.get(name);
    measured.set(name, nothing);
    const measures = selectionSet ? measure(selectionSet) : nothing;
    measured.set(name, measures);
    return measures;
  }

  function measure({ selections }: SelectionSetNode): Measures {
    let [depth, height, aliases, rootFields] = [0, selections.length, 0, 0];
    for (const node of selections) {
      const isField = node.kind === Kind.FIELD;
      const below =
        node.kind === Kind.FRAGMENT_SPREAD
          ? measureFragment(node.name.value)
          : node.selectionSet
            ? measure(node.selectionSet)
            : nothing;
      depth = Math.max(depth, isField ? below.depth + 1 : below.depth);
      height += below.height + conditionHeight * (node.directives?.length ?? 0);
      aliases += below.aliases + (isField && node.alias ? 1 : 0);
      rootFields += isField ? 1 : below.rootFields;
    }
    return { depth, height, aliases, rootFields };
  }

  return measure;
}
