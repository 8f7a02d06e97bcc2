import { describe, expect, it } from "vitest";
import { failureReason } from "../../../shared/sql/failure-reason.ts";

const failed = (fields: object, message = "portal@10.0.0.7 and 38001010009") =>
  Object.assign(new Error(message), fields);

describe("the reason why a database cannot be read", () => {
  it.each([
    ["ECONNREFUSED", failed({ code: "ECONNREFUSED" })],
    ["EREQUEST 208", failed({ code: "EREQUEST", number: 208 })],
    ["ORA-01017", failed({ errorNum: 1017 })],
    ["NJS-503", failed({ code: "NJS-503" })],
    ["28P01", failed({ code: "28P01" })],
    ["ER_ACCESS_DENIED_ERROR", failed({ code: "ER_ACCESS_DENIED_ERROR" })],
    [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      failed({ code: "ESOCKET", cause: failed({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }) }),
    ],
    ["ENETUNREACH", new AggregateError([failed({ code: "ENETUNREACH" }), failed({ code: "ECONNREFUSED" })])],
    ["TypeError", new TypeError("x of 38001010009")],
    ["Error", failed({ code: "10.0.0.7:1433 refused Anna Tamm" })],
    ["string", "Anna Tamm"],
  ])("is %s", (reason, error) => {
    expect(failureReason(error)).toBe(reason);
  });

  it("comes to an end where causes go round in circles", () => {
    const error = failed({ code: "EPIPE" });
    error.cause = error;
    expect(failureReason(error)).toBe("EPIPE");
  });
});
