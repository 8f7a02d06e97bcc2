import { parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { differences } from "../../../gateway/shadow/comparison.ts";
import { watchShadows } from "../../../gateway/shadow/index.ts";
import { shadowQuery } from "../../../gateway/shadow/query.ts";
import type { PersonFeed, PersonRecord } from "../../../shared/department/person-feed.ts";
import type { Subgraph, SubgraphCall } from "../../../shared/transport/subgraph.ts";
import { departmentOf } from "../department/city.ts";

const model = departmentOf("permits.graphql");
const record: PersonRecord = { key: "7", givenName: "Ottilie", familyName: "Voss", dateOfBirth: "1980-02-03" };

describe("the query for a department in SHADOW", () => {
  it("asks for all that it would add to Citizen, and is valid", () => {
    const query = shadowQuery(model) ?? "";
    for (const field of model.citizenFields.keys()) expect(query).toContain(field);
    expect(validate(model.schema, parse(query))).toEqual([]);
  });
});

describe("comparing a record with what clients are shown", () => {
  it("counts what differs, and not how it is written", () => {
    const name = { fullName: "VOSS, OTTILIE", givenName: "OTTILIE", familyName: "Voß" };
    expect(
      differences(record, { name: { givenName: "OTTILIE", familyName: "Voss" }, dateOfBirth: "1980-02-03" }),
    ).toEqual([]);
    expect(differences(record, { name, dateOfBirth: "1981-02-03" })).toContain("dateOfBirth");
    expect(differences(record, { name: { givenName: "Mari", familyName: "Voss" } })).toEqual(["givenName"]);
  });

  it("says nothing of what only one of them knows", () => {
    expect(differences(record, { name: null, dateOfBirth: null, domicile: { postCode: "10115" } })).toEqual([]);
  });
});

describe("watching citizens for a department in SHADOW", () => {
  const calls: SubgraphCall[] = [];
  const subgraph = (
    name: string,
    answer: (call: SubgraphCall) => Awaited<ReturnType<Subgraph["execute"]>>,
  ): Subgraph => ({
    name,
    sdl: "",
    async execute(call) {
      calls.push(call);
      return answer(call);
    },
    health: async () => "UP",
    close: async () => {},
  });
  const each = (call: SubgraphCall, entity: object) => ({
    data: { _entities: (call.variables?.representations as unknown[]).map(() => entity) },
  });

  it("counts failures and differences in the log, without a value, and keeps nobody waiting", async () => {
    const lines: { event: string; details: Readonly<Record<string, string>> }[] = [];
    const shadows = watchShadows({
      departments: [
        {
          model,
          subgraph: subgraph("permits", () => ({ data: null, errors: [] })),
          feed: { byKeys: async () => [record] } as unknown as PersonFeed,
        },
      ],
      identity: subgraph("identity", (call) => each(call, { [model.keysField]: ["7"], otherKeys: [] })),
      person: subgraph("person", (call) => each(call, { name: { givenName: "Mari", familyName: "Voss" } })),
      shownKeys: ["otherKeys"],
      log: (event, details) => lines.push({ event, details }),
    });
    const representations = [
      { __typename: "Citizen", ref: "r1" },
      { __typename: "Citizen", ref: "r2" },
      { __typename: "Loan", id: "1" },
    ];
    const call: SubgraphCall = {
      query: "{ a }",
      variables: { representations },
      context: { requestId: "1", audience: "city" },
    };
    await shadows.observed(subgraph("revenue", () => ({ data: {} }))).execute(call);
    expect(calls).toHaveLength(1);
    // The same citizens are not asked about twice.
    await shadows.observed(subgraph("revenue", () => ({ data: {} }))).execute(call);
    await new Promise((resolve) => setImmediate(resolve));
    await shadows.close();
    expect(lines).toEqual([
      {
        event: "shadow",
        details: expect.objectContaining({
          department: model.id,
          citizens: "2",
          records: "2",
          failures: "1",
          "differs in givenName": "2",
        }),
      },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/Ottilie|Mari|Voss|"r1"/);
  });
});
