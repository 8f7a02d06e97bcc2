import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What a caller may choose as the id of its request; everything else is replaced, so that a log line stays a line. */
const acceptable = /^[\w.-]{1,64}$/;

/** Gives each request its id: the caller's `x-request-id` where it is acceptable, else one of our own. */
export function requestIds(): (request: Pick<IncomingMessage, "headers">) => string {
  const process = randomBytes(6).toString("hex");
  let count = 0;
  return ({ headers }) => {
    const given = headers["x-request-id"];
    if (typeof given === "string" && acceptable.test(given)) return given;
    count += 1;
    return `${process}-${count.toString(36)}`;
  };
}
