import type { ExecutionResult } from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EchoServer, startEchoServer } from "../support/served-graph.ts";

let server: EchoServer;
let before: number;
beforeAll(async () => {
  server = await startEchoServer({ maxTokens: 5000 });
});
beforeEach(() => {
  before = server.executed();
});
afterAll(() => server.close());

async function send(query: string, { url } = server) {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, json: (await response.json()) as ExecutionResult };
}

describe("29, 30 queries that are meant to exhaust the planner", () => {
  const fields = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => text(i)).join(" ");
  const tall = (index: number) => `a${index}: self { ${fields(99, () => "echo")} }`;
  const nested = (depth: number) => `${"{ self ".repeat(depth - 1)}{ echo }${" }".repeat(depth - 1)}`;
  const conditional = (count: number) =>
    `query ($a: Boolean = true) { self { ${fields(count, () => "echo @include(if: $a)")} } }`;

  it.each([
    ["depth", nested(50), nested(51), "MAX_DEPTH_LIMIT", "51 fields within each other; at most 50"],
    [
      "depth in fragments",
      `{ self { ...F } } fragment F on Query ${nested(49)}`,
      `{ self { ...F } } fragment F on Query ${nested(50)}`,
      "MAX_DEPTH_LIMIT",
      "51 fields within each other; at most 50",
    ],
    [
      "height",
      `{ ${fields(10, tall)} }`,
      `{ ${fields(10, tall)} echo }`,
      "MAX_HEIGHT_LIMIT",
      "1001 fields once its fragments are written out; at most 1000",
    ],
    ["conditions", conditional(111), conditional(112), "MAX_HEIGHT_LIMIT", "1009 fields"],
    [
      "aliases",
      `{ self { ${fields(100, (index) => `a${index}: echo`)} } }`,
      `{ self { ${fields(101, (index) => `a${index}: echo`)} } }`,
      "MAX_ALIASES_LIMIT",
      "101 aliases; at most 100",
    ],
    [
      "root fields",
      `{ ${fields(25, (index) => `a${index}: echo`)} ... { ...F } } fragment F on Query { ${fields(25, (index) => `b${index}: echo`)} }`,
      `{ ${fields(25, (index) => `a${index}: echo`)} ... { ...F } } fragment F on Query { ${fields(26, (index) => `b${index}: echo`)} }`,
      "MAX_ROOT_FIELDS_LIMIT",
      "51 fields at its root; at most 50",
    ],
    [
      "changes",
      `mutation { ${fields(10, (index) => `a${index}: change`)} }`,
      `mutation { ${fields(11, (index) => `a${index}: change`)} }`,
      "MAX_ROOT_FIELDS_LIMIT",
      "11 fields at its root; at most 10 are answered. Ask for less at once.",
    ],
  ])("are answered up to the limit of %s and refused beyond it", async (_what, atLimit, beyond, code, found) => {
    expect((await send(atLimit)).json.errors).toBeUndefined();
    expect(server.executed()).toBe(before + 1);
    const { status, json } = await send(beyond);
    expect(status).toBe(400);
    expect(json.errors?.map(({ extensions }) => extensions)).toEqual([{ code }]);
    expect(json.errors?.[0]?.message).toContain(found);
    expect(server.executed()).toBe(before + 1);
  });
});

describe("fields that are the same too often to be compared with each other", () => {
  it("are refused, and it is said why", async () => {
    const wide = await startEchoServer({ maxTokens: 10_000, maxHeight: 10_000 });
    try {
      expect(await send(`{ self { ${"echo ".repeat(5000)} } }`, wide)).toEqual({
        status: 400,
        json: {
          errors: [
            {
              message: "The query selects the same fields too often to be validated. Select each of them once.",
              extensions: { code: "BAD_REQUEST" },
            },
          ],
        },
      });
    } finally {
      await wide.close();
    }
  });
});
