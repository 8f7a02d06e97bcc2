import { beforeAll, describe, expect, it } from "vitest";
import { withAnswerChecks } from "../../shared/transport/answer-checks.ts";
import { createCity } from "./citizens.ts";
import { type Ask, createOurs, testSubgraph } from "./federation.ts";

let ask: Ask;
beforeAll(async () => {
  const city = Object.entries(createCity({ citizens: 2, rows: 1 })).map(([name, subgraph]) =>
    withAnswerChecks(testSubgraph(name, subgraph)),
  );
  ({ ask } = await createOurs(city));
});

describe("aliases like those by which answers are checked", () => {
  it.each([
    "civigraph_typename: __typename",
    "civigraph_typename: alphaRows { pageInfo { hasNextPage } }",
    "civigraph_ref: alphaRows { pageInfo { hasNextPage } }",
    "civigraph_alphaKeys: alphaRows { pageInfo { hasNextPage } }",
  ])("are the client's to use: %s", async (selected) => {
    const { data, errors } = await ask(`{ citizen(id: "citizen1") { ${selected} alphaRows { nodes { kind } } } }`);
    expect(errors).toBeUndefined();
    const [alias = ""] = selected.split(":");
    expect(data?.citizen).toEqual({
      [alias]: selected.includes("Rows") ? { pageInfo: { hasNextPage: false } } : "Citizen",
      alphaRows: { nodes: [{ kind: "Kind of alpha" }] },
    });
  });
});
