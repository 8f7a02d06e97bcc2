import { expect, it } from "vitest";
import { FewRecords } from "../../subgraphs/identity/linking/few-records.ts";
import { defaultModel } from "../../subgraphs/identity/matching/index.ts";

it("weighs two records alike, however many others are at hand", async () => {
  const few = new FewRecords({ model: defaultModel(), features: {}, shares: async () => [] });
  const add = (key: string, givenName: string) => few.add({ key, givenName, familyName: "Doe" });
  const [early, alsoEarly] = [add("1", "Adam"), add("2", "Berta")];
  for (let key = 3; key < 300; key += 1) add(String(key), `Carl${"abcdefgh"[key % 8]}`);
  const [late, alsoLate] = [add("300", "Adam"), add("301", "Berta")];
  const { weight } = await few.weigh([
    [early, alsoEarly],
    [late, alsoLate],
    [early, alsoLate],
  ]);
  expect(weight[0]).toBeLessThan(0);
  expect([...weight.slice(0, 3)]).toEqual([weight[0], weight[0], weight[0]]);
});
