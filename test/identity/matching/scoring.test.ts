import { describe, expect, it } from "vitest";
import { comparePairs } from "../../../subgraphs/identity/matching/batch/compare.ts";
import { countFrequencies, frequencyFeatures } from "../../../subgraphs/identity/matching/batch/frequencies.ts";
import { loadRecords } from "../../../subgraphs/identity/matching/batch/load.ts";
import { weigh } from "../../../subgraphs/identity/matching/batch/weigh.ts";
import { featuresOf, type LinkableRecord } from "../../../subgraphs/identity/matching/features.ts";
import {
  blockingTokens,
  defaultModel,
  match,
  parseModel,
  splinkSettings,
} from "../../../subgraphs/identity/matching/index.ts";
import { forRecords, levelWeight } from "../../../subgraphs/identity/matching/model.ts";
import { scoreFeatures } from "../../../subgraphs/identity/matching/score-pair.ts";
import { startingModel } from "../../../subgraphs/identity/matching/starting-model.ts";
import { townspeople } from "./townspeople.ts";

/** People and dirty copies of them: each edit exercises other levels. */
function dirtyRecords(): LinkableRecord[] {
  const edits: ((one: Omit<LinkableRecord, "key">) => Omit<LinkableRecord, "key">)[] = [
    (one) => one,
    (one) => ({ ...one, givenName: one.familyName, familyName: one.givenName }),
    (one) => ({ ...one, givenName: one.givenName?.slice(0, 1), dateOfBirth: one.dateOfBirth?.slice(0, 4) }),
    (one) => ({
      ...one,
      familyName: `${one.familyName}-Sild`,
      dateOfBirth: one.dateOfBirth?.replace(/-(\d\d)-(\d\d)/, "-$2-$1"),
    }),
    (one) => ({
      ...one,
      familyName: one.familyName?.replace(/.$/, "x"),
      address: undefined,
      email: ["a.b@mail.example"],
    }),
    (one) => ({ ...one, givenName: undefined, telephone: one.telephone?.map((number) => number.replace(/.$/, "1")) }),
    (one) => ({
      ...one,
      familyName: "Бондаренко",
      dateOfBirth: one.dateOfBirth?.replace(/..$/, "01"),
      identifier: [{ schemaAgency: "NATIONAL", notation: "4840312027" }],
    }),
    (one) => ({
      ...one,
      givenName: "李",
      identifier: [{ schemaAgency: "NATIONAL", notation: "4840312072" }],
      email: ["a.b@post.example"],
    }),
  ];
  return townspeople(40).map((person, index) => ({
    key: `k${index}`,
    ...(edits[index % edits.length]?.(townspeople(12)[index % 12] ?? person) ?? person),
  }));
}

async function* page(records: readonly LinkableRecord[], department = "town") {
  yield { department, records };
}

describe("scoring", () => {
  it("gives every pair the same levels and weight in batch and in memory", async () => {
    const records = dirtyRecords().sort((x, y) => (x.key < y.key ? -1 : 1));
    const model = defaultModel();
    const { table } = await loadRecords(page(records), { useIdentifiers: true });
    const counted = countFrequencies(table, frequencyFeatures(model));
    const frequencies = {
      share: (feature: string, value: string) =>
        counted.get(feature)?.shares[table.column(feature).values.indexOf(value)],
      collision: (feature: string) => counted.get(feature)?.collision,
    };
    const [a, b]: [number[], number[]] = [[], []];
    for (const x of records.keys()) {
      for (const y of records.keys()) {
        if (x >= y) continue;
        a.push(x);
        b.push(y);
      }
    }
    const pairs = comparePairs(table, model, { a: Int32Array.from(a), b: Int32Array.from(b) });
    const weighed = await weigh(pairs, model, { table, frequencies: counted });
    expect(weighed.length).toBe(a.length);
    const features = records.map(featuresOf);
    const seen = new Set<string>();
    for (let index = 0; index < weighed.length; index += 1) {
      const [left, right] = [features[weighed.a[index] ?? 0] ?? {}, features[weighed.b[index] ?? 0] ?? {}];
      const score = scoreFeatures(model, left, right, frequencies);
      const levels = model.comparisons.flatMap(({ attribute, levels }, number) => {
        const level = levels[weighed.levels[number]?.[index] ?? -1];
        return level === undefined ? [] : [`${attribute}: ${level.name}`];
      });
      const inMemory = score.evidence.filter((one) => one.attribute !== "dependency");
      expect(inMemory.map((one) => `${one.attribute}: ${one.level}`)).toEqual(levels);
      expect(score.weight).toBeCloseTo(weighed.weight[index] ?? Number.NaN, 6);
      for (const one of levels) seen.add(one);
    }
    expect(seen.size).toBeGreaterThan(35);
  });

  it("shares a blocking token between records that a rule would compare", () => {
    const [one, other] = [
      { givenName: "Bob", familyName: "Müller" },
      { givenName: "Robert", familyName: "Mueller" },
    ];
    const tokens = new Set(blockingTokens({ key: "1", ...one }));
    expect(blockingTokens({ key: "2", ...other }).some((token) => tokens.has(token))).toBe(true);
    expect(blockingTokens({ key: "3", givenName: "UNKNOWN", dateOfBirth: "1900-01-01" })).toEqual([]);
  });
});

describe("the model file", () => {
  it("has the structure that training starts from", () => {
    const shape = (model: ReturnType<typeof defaultModel>) =>
      model.comparisons.map(({ attribute, missing, levels }) => ({
        attribute,
        missing,
        levels: levels.map(({ m, u, ...rest }) => rest),
      }));
    expect(shape(defaultModel())).toEqual(shape(startingModel()));
    expect(defaultModel().blocking).toEqual(startingModel().blocking);
  });
  it("says what it was trained on, and expects as many matches per record in a city of another size", () => {
    const shipped = defaultModel();
    expect(shipped.version).toMatch(/^trained-/);
    const records = shipped.trainedOn?.records ?? 0;
    expect(records).toBeGreaterThan(10_000);
    const half = forRecords(shipped, records / 2).probabilityTwoRandomRecordsMatch;
    expect(half).toBeCloseTo(2 * shipped.probabilityTwoRandomRecordsMatch, 10);
    expect(forRecords(startingModel(), 1_000_000).probabilityTwoRandomRecordsMatch).toBeLessThanOrEqual(1e-6);
  });
  it("weighs agreement above disagreement in every comparison", () => {
    for (const { levels } of defaultModel().comparisons) {
      const [first, last] = [levels[0], levels.at(-1)];
      if (first !== undefined && last !== undefined) expect(levelWeight(first)).toBeGreaterThan(levelWeight(last));
    }
  });
  it("is refused with the place of the fault", () => {
    const broken = { ...defaultModel(), blocking: [["family; DROP TABLE record"]] };
    expect(() => parseModel(JSON.stringify(broken))).toThrow(/blocking\[0\]\[0\]/);
    const [dependency, ...others] = structuredClone(defaultModel().dependencies);
    const twice = { ...dependency, attributes: ["telephone", "telephone"] };
    expect(() => parseModel(JSON.stringify({ ...defaultModel(), dependencies: [twice, ...others] }))).toThrow(
      /named once[\s\S]*dependencies\[0\]\.attributes/,
    );
  });
  it("is exported as Splink settings with a null level and an ELSE level in each comparison", () => {
    const settings = splinkSettings(defaultModel()) as {
      comparisons: { comparison_levels: { sql_condition: string; is_null_level?: boolean }[] }[];
    };
    for (const { comparison_levels: levels } of settings.comparisons) {
      expect(levels[0]?.is_null_level).toBe(true);
      expect(levels.at(-1)?.sql_condition).toBe("ELSE");
      expect(levels.map((level) => level.sql_condition).join()).not.toMatch(/\b[ab]\./);
    }
  });
});

describe("a level that the training hardly saw", () => {
  it("keeps the weight that it started with", async () => {
    // Nobody here has a birth date of which only the year is known, or an address with a locality.
    const people = townspeople(300).map((person, index) => ({ key: `p${index}`, ...person }));
    const copies = people.map((person) => ({ ...person, key: `c${person.key}` }));
    const { model } = await match({
      sources: [{ department: "town", uniquePerPerson: false }],
      records: page([...people, ...copies]),
      train: true,
    });
    const weightOf = (one: ReturnType<typeof startingModel>, attribute: string, name: string) => {
      const level = one.comparisons
        .find((comparison) => comparison.attribute === attribute)
        ?.levels.find((each) => each.name === name);
      return level === undefined ? Number.NaN : levelWeight(level);
    };
    const year = ["dateOfBirth", "same as far as known"] as const;
    expect(weightOf(model, ...year)).toBeCloseTo(weightOf(startingModel(), ...year), 6);
    expect(weightOf(model, "dateOfBirth", "different")).toBeLessThan(-3);
    expect(model.trainedOn).toMatchObject({ records: 600, departments: ["town"] });
  });
});

describe("matching", () => {
  const sources = [{ department: "town", uniquePerPerson: false }];
  it("gives the same clusters whatever the order of arrival", async () => {
    const records = dirtyRecords();
    const inOrder = await match({ sources, records: page(records) });
    const reversed = await match({ sources, records: page([...records].reverse()) });
    expect(reversed.clusters).toEqual(inOrder.clusters);
    expect(inOrder.clusters.some((cluster) => cluster.length > 1)).toBe(true);
  });
  it("obeys what stewards decided, and holds a source with unique persons apart", async () => {
    const person = townspeople(1)[0] ?? {};
    const stranger = { ...townspeople(9)[8], telephone: undefined };
    const records = [
      { key: "1", ...person },
      { key: "2", ...person },
      { key: "3", ...stranger },
    ];
    const id = (key: string) => ({ department: "town", key });
    const clusters = async (more: object) =>
      (await match({ sources, records: page(records), ...more })).clusters
        .map((one) => one.map(({ key }) => key).join(""))
        .sort();
    expect(await clusters({})).toEqual(["12", "3"]);
    expect(await clusters({ cannotLink: [[id("2"), id("1")]] })).toEqual(["1", "2", "3"]);
    expect(await clusters({ mustLink: [[id("2"), id("3")]] })).toEqual(["123"]);
    expect(await clusters({ sources: [{ department: "town", uniquePerPerson: true }] })).toEqual(["1", "2", "3"]);
  });
  it("explains a link by attributes whose weights add up", async () => {
    const person = townspeople(1)[0] ?? {};
    const { links, model } = await match({
      sources,
      records: page([
        { key: "1", ...person },
        { key: "2", ...person },
      ]),
    });
    const [link] = links;
    const prior = Math.log2(model.probabilityTwoRandomRecordsMatch / (1 - model.probabilityTwoRandomRecordsMatch));
    const sum = link?.evidence.reduce((total, one) => total + one.weight, prior);
    expect(link?.weight).toBeCloseTo(sum ?? Number.NaN, 3);
    expect(link?.evidence.map((one) => one.attribute)).toContain("dateOfBirth");
  });
});
