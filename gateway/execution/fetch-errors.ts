import { type DocumentNode, GraphQLError, Kind, type SelectionSetNode } from "graphql";
import { eachItem, ownValue, type Path, placesAt, type Tree } from "./tree.ts";
import type { TypeNames } from "./type-names.ts";
import type { VisiblePaths } from "./visible-paths.ts";

/**
 * Positions that a fetch without an answer is reported at, one by one: all that the largest page of citizens can lack.
 * Clients read a null without an error as "there is none"; how many more there are is said by one error above them.
 */
const reportedPositions = 10_000;

/** What a fetch of a plan is to the errors of its answers. */
export interface FetchErrors {
  /** Places the errors of an answer in the client's tree. */
  place(root: Tree, answer: FetchAnswer, visible: VisiblePaths): GraphQLError[];
}

export interface FetchAnswer {
  readonly errors: readonly GraphQLError[];
  /** The answer had no data at all, so that every field of the fetch is missing. */
  readonly lost: boolean;
  /** For entities: the objects that each representation stands for. */
  readonly targets?: readonly (readonly Tree[])[];
}

export function compileFetchErrors(
  path: readonly string[],
  document: DocumentNode,
  renamed: ReadonlyMap<string, string>,
  typeNames: TypeNames,
): FetchErrors {
  const selected = topFields(document, renamed, typeNames);
  const known = (step: string | number) => (typeof step === "string" ? (renamed.get(step) ?? step) : step);

  return {
    place(root, { errors, lost, targets }, visible) {
      let places: Map<Tree, Path[]> | undefined;
      const placesOf = (object: Tree): readonly Path[] => {
        places ??= placesAt(root, path);
        return places.get(object) ?? [];
      };
      const list = visible.cut(path.slice(0, firstList(path)));
      const everywhere = (error: GraphQLError): GraphQLError[] => {
        const found: GraphQLError[] = [];
        let more = 0;
        const above = targets ? path.filter((step) => step !== eachItem) : [];
        const shown = selected.filter(({ key }) => visible.selects([...above, key]));
        for (const object of targets?.flat() ?? [root]) {
          for (const place of targets ? placesOf(object) : [[]]) {
            for (const { key, covered } of shown) {
              if (covered && !covered.has(String(object.__typename))) continue;
              if ((ownValue(object, key) ?? null) !== null) continue;
              if (found.length < reportedPositions) found.push(placed(error, visible.cut([...place, key])));
              else more += 1;
            }
          }
        }
        if (more > 0) found.push(placed(error, list, { count: more }));
        // All that is missing is hidden: the error then belongs to what hides it.
        return found.length > 0 ? found : [placed(error, list)];
      };
      let told = false;
      return errors.flatMap((error) => {
        const at = error.path;
        const index = at?.[1];
        if (at && targets && typeof index === "number") {
          const rest = at.slice(2).map(known);
          const found = (targets[index] ?? []).flatMap(placesOf);
          return found.map((place) => placed(error, visible.cut([...place, ...rest])));
        }
        if (at && !targets) return [placed(error, visible.cut(at.map(known)))];
        // A field has one error; what else the subgraph says is not lost.
        if (!lost || told) return [placed(error, list)];
        told = true;
        return everywhere(error);
      });
    },
  };
}

function firstList(path: readonly string[]): number {
  const index = path.indexOf(eachItem);
  return index < 0 ? path.length : index;
}

/** Codes and names that a client may see; anything else in `extensions` could hold addresses or stacks. */
const allowedExtensions = ["code", "department", "field", "argument"];

function placed(
  { message, extensions = {} }: GraphQLError,
  path: Path,
  added?: { readonly count: number },
): GraphQLError {
  const allowed = allowedExtensions.filter((name) => typeof extensions[name] === "string");
  return new GraphQLError(message, {
    ...(path.length > 0 ? { path } : {}),
    extensions: {
      code: "DOWNSTREAM_SERVICE_ERROR",
      ...Object.fromEntries(allowed.map((name) => [name, extensions[name]])),
      ...added,
    },
  });
}

interface TopField {
  readonly key: string;
  /** Type names that have the field, where it stands under a type condition. */
  readonly covered: ReadonlySet<string> | undefined;
}

/** The fields that a fetch adds to the objects that it is for. */
function topFields(document: DocumentNode, renamed: ReadonlyMap<string, string>, typeNames: TypeNames): TopField[] {
  const found: TopField[] = [];
  // One field can be selected under several conditions.
  const add = (field: TopField) => {
    if (!found.some(({ key, covered }) => key === field.key && covered === field.covered)) found.push(field);
  };
  const collect = ({ selections }: SelectionSetNode, covered: TopField["covered"]): void => {
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value;
        collect(node.selectionSet, condition === undefined ? covered : typeNames(condition));
      } else if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        if (node.name.value === "_entities" && node.selectionSet) collect(node.selectionSet, undefined);
        else if (node.name.value !== "__typename") add({ key: renamed.get(key) ?? key, covered });
      }
    }
  };
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION) collect(node.selectionSet, undefined);
  }
  return found;
}
