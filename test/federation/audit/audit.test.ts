import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ask, createOurs, createStock, testSubgraph } from "../federation.ts";
import { abstractSuites } from "./abstract.ts";
import { directiveSuites } from "./directives.ts";
import { keySuites } from "./keys.ts";
import { requiredArgumentSuites } from "./required-arguments.ts";
import { requiredChainSuites } from "./required-chains.ts";
import { requiresSuites } from "./requires.ts";
import { unanswerableSuites } from "./unanswerable.ts";

const suites = [
  ...requiresSuites,
  ...requiredArgumentSuites,
  ...requiredChainSuites,
  ...keySuites,
  ...abstractSuites,
  ...directiveSuites,
  ...unanswerableSuites,
];

for (const { feature, subgraphs, cases } of suites) {
  describe(feature, () => {
    let ours: Ask;
    let stock: Ask;
    let stop: () => Promise<void>;

    beforeAll(async () => {
      const running = Object.entries(subgraphs).map(([name, subgraph]) => testSubgraph(name, subgraph));
      ({ ask: ours } = await createOurs(running));
      ({ ask: stock, stop } = await createStock(running));
    });
    afterAll(() => stop());

    for (const { data, errors = false, stockDiffers, ...question } of cases) {
      it(`answers ${question.query.replace(/\s+/g, " ")}`, async () => {
        const answer = await ours(question);
        expect(plain(answer.data)).toEqual(data);
        expect(answer.errors !== undefined).toBe(errors);
        const compared = await stock(question);
        if (stockDiffers) expect(plain(compared.data), stockDiffers).not.toEqual(data);
        else expect(plain(compared.data)).toEqual(plain(answer.data));
      });
    }
  });
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
