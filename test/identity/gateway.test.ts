import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CityServer, startCity } from "../support/city.ts";

describe("identity through the gateway", { timeout: 120_000 }, () => {
  let city: CityServer;
  beforeAll(async () => {
    city = await startCity();
  });
  afterAll(() => city.close());

  // biome-ignore lint/suspicious/noExplicitAny: answers are read freely here
  async function ask(query: string, variables: Record<string, unknown> = {}): Promise<any> {
    const { data, errors } = await city.query(query, variables);
    expect(errors).toBeUndefined();
    return data;
  }
  const reviews = () =>
    ask(`{ identityReviews(first: 1) { totalCount nodes { id version evidence { attribute level weight }
      left { department { id name } person { fullName } citizen { id name { fullName } } }
      right { department { id } person { fullName } citizen { id dateOfBirth } } } } }`);

  it("shows reviews with what other subgraphs know of the two citizens, and carries the decision", async () => {
    const { identityReviews } = await reviews();
    const [review] = identityReviews.nodes;
    expect(review.left.citizen.name.fullName).toEqual(expect.any(String));
    const decision = await ask(
      `mutation ($review: ID!, $version: ID!) {
        rejectLink(review: $review, version: $version, reason: "Asked both of them.") {
          id kind citizens { id name { fullName } history { kind reason } } } }`,
      { review: review.id, version: review.version },
    );
    const { citizens, id } = decision.rejectLink;
    expect(citizens.map((citizen: { id: string }) => citizen.id).sort()).toEqual(
      [review.left.citizen.id, review.right.citizen.id].sort(),
    );
    for (const { name, history } of citizens) {
      expect(name.fullName).toEqual(expect.any(String));
      expect(history[0]).toEqual({ kind: "REJECTED", reason: "Asked both of them." });
    }
    expect((await reviews()).identityReviews.totalCount).toBeLessThan(identityReviews.totalCount);

    // Two mutations of one operation run one after the other: the second is refused, because the first has changed all.
    const { data, errors } = await city.query(
      `mutation ($decision: ID!) {
        first: undoDecision(decision: $decision, reason: "Asked the wrong ones.") { id }
        second: undoDecision(decision: $decision, reason: "Asked the wrong ones.") { id } }`,
      { decision: id },
    );
    expect(data?.first).toEqual({ id });
    expect(data?.second).toBeNull();
    expect(errors).toMatchObject([{ path: ["second"], extensions: { code: "BAD_USER_INPUT" } }]);
  });

  it("searches by what a clerk would type, and answers with live names", async () => {
    const page = await ask("{ citizens(first: 20) { nodes { id name { givenName familyName } dateOfBirth } } }");
    const known = page.citizens.nodes.find(
      (citizen: { name: { givenName: string | null } | null; dateOfBirth: string | null }) =>
        citizen.name?.givenName && citizen.dateOfBirth?.length === 10,
    );
    const { givenName, familyName } = known.name;
    const { citizens } = await ask(
      `query ($where: CitizenSearch!) { citizens(where: $where, first: 3) {
        edges { grade matchProbability node { id name { fullName } } } } }`,
      { where: { fullName: `${familyName} ${givenName}`, dateOfBirth: known.dateOfBirth } },
    );
    expect(citizens.edges[0].node.id).toBe(known.id);
    expect(citizens.edges[0].matchProbability).toBeGreaterThan(0);
  });
});
