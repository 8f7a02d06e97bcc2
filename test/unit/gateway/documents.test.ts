import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { createDocumentReader } from "../../../gateway/pipeline/documents.ts";
import { usualLimits } from "../../support/served-graph.ts";

const schema = buildSchema("type Query { self: Query echo: String }");
const small = ["{ echo }", "{ a: echo }", "{ b: echo }"];

function reader(keep: number) {
  return createDocumentReader({ ...usualLimits, schema, maxTokens: 5000, maxAliases: 1000, maxRootFields: 1000, keep });
}

function aliases(count: number): string {
  return `{ ${Array.from({ length: count }, (_, index) => `a${index}: echo`).join(" ")} }`;
}

describe("the documents that are kept", () => {
  it("are the same objects when their text comes again", () => {
    const read = reader(3);
    const first = small.map(read);
    for (const [index, document] of small.map(read).entries()) expect(document).toBe(first[index]);
  });

  it.each([
    ["selects much", aliases(51)],
    [
      "selects much once its fragments are written out",
      "{ ...A ...A } fragment A on Query { ...B ...B ...B ...B } fragment B on Query { ...C ...C ...C ...C } fragment C on Query { echo }",
    ],
    ["is long", `{ echo } #${"x".repeat(10_001)}`],
  ])("are fewer where one %s", (_, large) => {
    const read = reader(4);
    const first = small.map(read);
    read(large);
    expect(read(small[2] as string)).toBe(first[2]);
    expect(read(small[0] as string)).not.toBe(first[0]);
  });

  it("hold one that is larger than all of them may be", () => {
    const read = reader(1);
    const large = aliases(200);
    expect(read(large)).toBe(read(large));
  });
});
