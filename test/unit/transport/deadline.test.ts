import type { ExecutionResult } from "graphql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDeadline } from "../../../shared/transport/deadline.ts";
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
  return { calls, limited: createDeadline(1_000)(subgraph, "Permits") };
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

  it("gives the calls of one request one signal, and the next request another", async () => {
    const { limited, calls } = createSlow(500);
    const [one, other] = [new AbortController(), new AbortController()];
    const answers = [one, one, other].map(({ signal }) =>
      limited.execute({ query: "{ a }", context: { ...context, signal } }),
    );
    await vi.advanceTimersByTimeAsync(500);
    await Promise.all(answers);
    const [first, second, third] = calls.map(({ context: { signal } }) => signal);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it("gives a call that begins later all of its time", async () => {
    const { limited } = createSlow(950);
    const { signal } = new AbortController();
    const call = { query: "{ a }", context: { ...context, signal } };
    const answers = [limited.execute(call)];
    await vi.advanceTimersByTimeAsync(600);
    answers.push(limited.execute(call));
    await vi.advanceTimersByTimeAsync(950);
    expect(await Promise.all(answers)).toEqual([{ data: { a: 1 } }, { data: { a: 1 } }]);
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
