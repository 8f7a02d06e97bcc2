import type { ExecutionResult } from "graphql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { withDeadline } from "../../../shared/transport/deadline.ts";
import type { Subgraph, SubgraphCall } from "../../../shared/transport/subgraph.ts";

const context = { requestId: "r", audience: "city" };

function createSlow(answerAfter: number) {
  const calls: SubgraphCall[] = [];
  const subgraph: Subgraph = {
    name: "permits",
    sdl: "",
    health: async () => "UP",
    close: async () => {},
    execute: (call) => {
      calls.push(call);
      return new Promise<ExecutionResult>((resolve) => setTimeout(() => resolve({ data: { a: 1 } }), answerAfter));
    },
  };
  return { calls, limited: withDeadline(subgraph, { timeout: 1_000, displayName: "Permits" }) };
}

describe("the deadline of a call in the process", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("leaves an answer in time as it is", async () => {
    const { limited } = createSlow(500);
    const answer = limited.execute({ query: "{ a }", context });
    await vi.advanceTimersByTimeAsync(500);
    expect(await answer).toEqual({ data: { a: 1 } });
    await vi.advanceTimersByTimeAsync(200);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("answers SUBGRAPH_TIMEOUT when it has passed, and aborts what runs", async () => {
    const { limited, calls } = createSlow(60_000);
    const answer = limited.execute({ query: "{ a }", context });
    await vi.advanceTimersByTimeAsync(1_100);
    const { data, errors } = await answer;
    expect(data).toBeNull();
    expect(errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual([
      ["Permits did not answer in time.", "SUBGRAPH_TIMEOUT"],
    ]);
    expect(calls[0]?.context.signal?.aborted).toBe(true);
  });

  it("passes on that the client hung up", async () => {
    const { limited, calls } = createSlow(60_000);
    const client = new AbortController();
    void limited.execute({ query: "{ a }", context: { ...context, signal: client.signal } });
    expect(calls[0]?.context.signal?.aborted).toBe(false);
    client.abort();
    expect(calls[0]?.context.signal?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
  });
});
