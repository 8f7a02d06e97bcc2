import type { ExecutionResult } from "graphql";
import type { DepartmentModel } from "../../shared/department/model.ts";
import type { PersonFeed } from "../../shared/department/person-feed.ts";
import type { Subgraph } from "../../shared/transport/subgraph.ts";
import { type ComparedAttribute, differences, type ShownPerson, shownSelection } from "./comparison.ts";
import { shadowQuery } from "./query.ts";

/** A department in SHADOW, wherever it runs. */
export interface ShadowDepartment {
  readonly model: DepartmentModel;
  readonly subgraph: Subgraph;
  readonly feed: PersonFeed;
}

/** What one look at some citizens in a department showed: counts alone. */
export interface ProbeResult {
  /** Citizens whom the department knows. */
  readonly citizens: number;
  readonly records: number;
  /** Questions that it failed to answer, or answered with an error. */
  readonly failures: number;
  /** Values that could not be read in the way that the mapping says. */
  readonly unreadable: number;
  /** Records that say another thing than clients are shown, by what. */
  readonly differing: Readonly<Partial<Record<ComparedAttribute, number>>>;
  readonly milliseconds: number;
}

export interface ProbeOptions {
  readonly identity: Subgraph;
  readonly person: Subgraph;
  /** `socialServicesKeys` of all departments that clients are shown. */
  readonly shownKeys: readonly string[];
  readonly signal: AbortSignal;
}

type Entity = Readonly<Record<string, unknown>> | null;

/** Asks a department in SHADOW about citizens that clients have just been shown, and compares its people with theirs. */
export async function probe(
  refs: readonly string[],
  { model, subgraph, feed }: ShadowDepartment,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const { identity, person, shownKeys, signal } = options;
  const began = performance.now();
  const counted = { failures: 0, unreadable: 0 };
  const ask = async (of: Subgraph, query: string, representations: readonly object[]): Promise<readonly Entity[]> => {
    const context = { requestId: "shadow", audience: "city", signal };
    const { data, errors = [] }: ExecutionResult = await of.execute({ query, variables: { representations }, context });
    for (const { extensions } of errors) {
      counted[extensions?.code === "SOURCE_VALUE_UNREADABLE" ? "unreadable" : "failures"] += 1;
    }
    if (Array.isArray(data?._entities)) return data._entities as readonly Entity[];
    if (errors.length === 0) counted.failures += 1;
    return [];
  };

  const keysQuery = entities([model.keysField, ...shownKeys].join(" "));
  const withRef = refs.map((ref) => ({ __typename: "Citizen", ref }));
  const citizens = (await ask(identity, keysQuery, withRef)).flatMap((entity, index) => {
    const keys = entity?.[model.keysField];
    return Array.isArray(keys) && keys.length > 0 ? [{ ...withRef[index], ...entity, __typename: "Citizen" }] : [];
  });
  const result = { citizens: citizens.length, records: 0, differing: {} as Record<string, number> };
  if (citizens.length > 0) {
    const query = shadowQuery(model);
    if (query) await ask(subgraph, query, citizens);
    const shown = await ask(person, entities(shownSelection), citizens);
    for (const [index, citizen] of citizens.entries()) {
      const keys = (citizen as Readonly<Record<string, unknown>>)[model.keysField] as readonly string[];
      const records = await feed.byKeys(keys, { signal }).catch(() => {
        counted.failures += 1;
        return [];
      });
      for (const record of records) {
        if (!record) continue;
        result.records += 1;
        for (const attribute of differences(record, (shown[index] ?? {}) as ShownPerson)) {
          result.differing[attribute] = (result.differing[attribute] ?? 0) + 1;
        }
      }
    }
  }
  return { ...result, ...counted, milliseconds: performance.now() - began };
}

function entities(selection: string): string {
  return `query Shadow($representations: [_Any!]!) { _entities(representations: $representations) { ... on Citizen { ${selection} } } }`;
}
