import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClusterQuality, clusterQuality } from "../../subgraphs/identity/evaluate/measures.ts";
import { deterministicEngine } from "../../subgraphs/identity/linking/deterministic.ts";
import type { LinkEngine } from "../../subgraphs/identity/linking/engine.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { probabilisticEngine } from "../../subgraphs/identity/linking/probabilistic.ts";
import { type LabelledCity, labelledCity } from "./support/demo-city.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const size = Number(process.env.CITY_SIZE ?? 800);
const [sqlite] = await storeKinds();

describe("linking the demo city", () => {
  let city: LabelledCity;
  const stores: TestStore[] = [];
  beforeAll(async () => {
    city = await labelledCity({ size, seed: 11 });
  });
  afterAll(async () => {
    for (const store of stores) await store.remove();
    await city.close();
  });

  const made = new Map<boolean, Promise<ReadonlyMap<string, string>>>();
  function clustersOf(identifiers: boolean): Promise<ReadonlyMap<string, string>> {
    const clusters = made.get(identifiers) ?? linkCity(deterministicEngine({ identifiers }));
    made.set(identifiers, clusters);
    return clusters;
  }

  async function linkCity(engine: LinkEngine): Promise<ReadonlyMap<string, string>> {
    const test = (await sqlite?.open()) as TestStore;
    stores.push(test);
    const summary = await link({ feeds: city.feeds, store: test.store, keys: testKeys, engine });
    expect(summary.unavailable).toEqual([]);
    expect(summary.records).toBe(city.truth.size);
    const rows = await test.store.keys(await test.store.page({ first: 1_000_000, after: "" }));
    return new Map(
      rows.map(({ ref, department, lookupKey, sealedKey }) => [
        `${department}:${sealedKey === null ? lookupKey : testKeys.open(sealedKey)}`,
        ref,
      ]),
    );
  }

  function score(clusters: ReadonlyMap<string, string>): ClusterQuality {
    const records = [...city.truth.keys()];
    const members = new Map<string, number[]>();
    for (const [index, record] of records.entries()) {
      const cluster = clusters.get(record) ?? `missing ${record}`;
      members.set(cluster, [...(members.get(cluster) ?? []), index]);
    }
    const truth = records.map((record) => String(city.truth.get(record) ?? -1));
    return clusterQuality([...members.values()], truth, () => true);
  }

  function report(title: string, { found, right, precision, recall }: ClusterQuality): void {
    console.info(
      `${title}: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)} (${right} of ${found} found pairs right, ${size} people)`,
    );
  }

  for (const identifiers of [true, false]) {
    it(`is right by deterministic rules in at least 999 of 1,000 pairs ${identifiers ? "with" : "without"} the national id`, async () => {
      const clusters = await clustersOf(identifiers);
      const found = score(clusters);
      report(identifiers ? "with national id" : "without national id", found);
      expect([...clusters.keys()].sort()).toEqual([...city.truth.keys()].sort());
      expect(found.precision).toBeGreaterThanOrEqual(0.999);
      expect(found.recall).toBeGreaterThan(identifiers ? 0.5 : 0.2);
    });

    it(`links no twins to each other ${identifiers ? "with" : "without"} the national id`, async () => {
      const clusters = await clustersOf(identifiers);
      const refsOf = new Map<number, Set<string>>();
      for (const [record, person] of city.truth) {
        const refs = refsOf.get(person) ?? new Set();
        refsOf.set(person, refs.add(clusters.get(record) ?? ""));
      }
      expect(city.twins.size).toBeGreaterThan(0);
      const shared = [...city.twins].filter(([person, twin]) =>
        [...(refsOf.get(person) ?? [])].some((ref) => refsOf.get(twin)?.has(ref)),
      );
      expect(shared).toEqual([]);
    });
  }

  it("finds more with match weights behind the rules, and says of each link why", async () => {
    const clusters = await linkCity(probabilisticEngine({ identifiers: false }));
    const found = score(clusters);
    report("match weights, without national id", found);
    expect(found.f1).toBeGreaterThan(score(await clustersOf(false)).f1);
    const { store } = stores.at(-1) as TestStore;
    const links = await store.links(await store.page({ first: 1_000_000, after: "" }));
    const weighed = links.filter(({ method }) => method === "PROBABILISTIC");
    expect(weighed.length).toBeGreaterThan(0);
    for (const { matchProbability, evidence, rule } of weighed) {
      expect(rule).toBe("MATCH_WEIGHT");
      expect(matchProbability).toBeGreaterThan(0);
      expect(JSON.parse(evidence ?? "[]")).toContainEqual({
        attribute: expect.any(String),
        level: expect.any(String),
        weight: expect.any(Number),
      });
    }
    expect(new Set(links.map(({ method }) => method))).toEqual(new Set(["DETERMINISTIC", "PROBABILISTIC"]));
  }, 120_000);
});
