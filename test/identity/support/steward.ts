import type { Identity } from "../../../subgraphs/identity/index.ts";

interface Citizen {
  readonly id: string;
  readonly version: string;
  readonly identityLinks: readonly { readonly id: string; readonly department: { readonly id: string } }[];
}

/** What a steward asks and does, with the newest versions that there are. */
export function steward(identity: Identity) {
  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely here
  async function ask(query: string, variables = {}): Promise<any> {
    const context = { requestId: "test", audience: "city" };
    return JSON.parse(JSON.stringify(await identity.execute({ query, variables, context })));
  }
  const citizenOf = async (id: string): Promise<Citizen | null> =>
    (await ask("query ($id: ID!) { citizen(id: $id) { id version identityLinks { id department { id } } } }", { id }))
      .data.citizen;
  const idOf = async (record: string): Promise<string> => {
    const query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Citizen { id } } }";
    return (await ask(query, { r: [{ __typename: "Citizen", record }] })).data._entities[0]?.id;
  };
  const newest = async (ids: readonly string[]) =>
    String(Math.max(...(await Promise.all(ids.map(async (id) => Number((await citizenOf(id))?.version))))));
  const merge = async (...ids: string[]) =>
    ask(
      `mutation ($ids: [ID!]!, $version: ID!) { mergeCitizens(citizens: $ids, version: $version, reason: "so") {
        id citizens { id } } }`,
      { ids, version: await newest(ids) },
    );
  const split = async (id: string, links: readonly string[]) =>
    ask(
      `mutation ($id: ID!, $links: [ID!]!, $version: ID!) {
        splitCitizen(citizen: $id, links: $links, version: $version, reason: "so") { id citizens { id } } }`,
      { id, links, version: await newest([id]) },
    );
  const undo = (decision: string) =>
    ask(`mutation ($decision: ID!) { undoDecision(decision: $decision, reason: "no") { citizens { id } } }`, {
      decision,
    });
  return { ask, citizenOf, idOf, merge, split, undo };
}
