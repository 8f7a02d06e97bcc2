import { parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { abstractSuites } from "./audit/abstract.ts";
import { directiveSuites } from "./audit/directives.ts";
import { keySuites } from "./audit/keys.ts";
import { requiresSuites } from "./audit/requires.ts";
import { createCity } from "./citizens.ts";
import { createOurs, createStock, testSubgraph } from "./federation.ts";
import { createRandom, randomQuery } from "./random-query.ts";

const graphs = [
  ...[...requiresSuites, ...keySuites, ...abstractSuites, ...directiveSuites]
    // Where the stock executor is known to be wrong, the audit's cases say what is right.
    .filter(({ cases }) => !cases.some(({ stockDiffers }) => stockDiffers))
    .map(({ feature, subgraphs }) => [feature, subgraphs, 4] as const),
  ["the shape of the city", createCity({ citizens: 4, rows: 2 }), 2] as const,
];

/** More with `RANDOM_QUERIES=500`. */
const queries = Number(process.env.RANDOM_QUERIES ?? 6);

describe("random queries get what the stock executor answers", () => {
  it.each(graphs)("over %s", { timeout: 120_000 }, async (_, subgraphs, depth) => {
    const running = Object.entries(subgraphs).map(([name, subgraph]) => testSubgraph(name, subgraph));
    const { ask, executor } = await createOurs(running);
    const stock = await createStock(running);
    let compared = 0;
    for (let seed = 1; seed <= queries; seed++) {
      const question = randomQuery(executor.schema, createRandom(seed), depth);
      if (validate(executor.schema, parse(question.query)).length > 0) continue;
      compared++;
      const [ours, theirs] = [await ask(question), await stock.ask(question)];
      const inWords = `seed ${seed}: ${question.query}`;
      expect(JSON.stringify(ours.data), inWords).toBe(JSON.stringify(theirs.data));
      expect(ours.errors !== undefined, inWords).toBe(theirs.errors !== undefined);
    }
    await stock.stop();
    expect(compared).toBeGreaterThan(queries / 3);
  });
});
