import { expect, it } from "vitest";
import { safeErrors } from "../../../shared/transport/safe-errors.ts";

it("writes one line for each class of hidden error, with a count, and hides each error", () => {
  const lines: unknown[] = [];
  const errors = [new TypeError("x of undefined"), new TypeError("y of undefined"), new RangeError("secret")];
  const context = { requestId: "request-7", audience: "city" };
  const safe = safeErrors(errors, context, (event, details) => lines.push([event, details]));
  expect(lines).toEqual([
    ["subgraph.failed", { requestId: "request-7", error: "TypeError", count: "2" }],
    ["subgraph.failed", { requestId: "request-7", error: "RangeError", count: "1" }],
  ]);
  expect(safe.map(({ extensions }) => extensions.code)).toEqual(Array(3).fill("INTERNAL_SERVER_ERROR"));
});
