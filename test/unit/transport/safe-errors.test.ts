import { expect, it } from "vitest";
import { CivigraphError } from "../../../shared/errors.ts";
import { safeErrors } from "../../../shared/transport/safe-errors.ts";

it("writes one line for each kind of hidden error, with a count, and hides each error", () => {
  const lines: unknown[] = [];
  const ofDriver = Object.assign(new Error("secret"), { code: "SQLITE_CORRUPT" });
  const errors = [new TypeError("x of undefined"), new TypeError("y of undefined"), ofDriver];
  const context = { requestId: "request-7", audience: "city" };
  const safe = safeErrors(errors, context, {
    subgraph: "identity",
    log: (event, details) => lines.push([event, details]),
  });
  expect(lines).toEqual([
    ["subgraph.failed", { requestId: "request-7", subgraph: "identity", error: "TypeError", count: "2" }],
    ["subgraph.failed", { requestId: "request-7", subgraph: "identity", error: "SQLITE_CORRUPT", count: "1" }],
  ]);
  expect(safe.map(({ extensions }) => extensions.code)).toEqual(Array(3).fill("INTERNAL_SERVER_ERROR"));
});

it("says once for each department and reason why its records cannot be read, and nothing of it to the client", () => {
  const unread = (department: string, cause?: unknown) =>
    new CivigraphError("DEPARTMENT_UNAVAILABLE", { department }, cause ? { cause } : {});
  const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:1433"), { code: "ECONNREFUSED" });
  const errors = [
    unread("Works", refused),
    unread("Works", refused),
    unread("Water", { errorNum: 1017 }),
    unread("Tax"),
  ];
  const lines: unknown[] = [];
  const context = { requestId: "request-7", audience: "city" };
  const safe = safeErrors(errors, context, {
    subgraph: "identity",
    log: (event, details) => lines.push([event, details]),
  });
  expect(lines).toEqual([
    ["department.unavailable", { requestId: "request-7", department: "Works", reason: "ECONNREFUSED", count: "2" }],
    ["department.unavailable", { requestId: "request-7", department: "Water", reason: "ORA-01017", count: "1" }],
  ]);
  expect(JSON.stringify(safe)).not.toMatch(/10\.0\.0\.7|ECONNREFUSED|ORA-/);
});
