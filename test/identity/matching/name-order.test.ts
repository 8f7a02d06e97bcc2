import { describe, expect, it } from "vitest";
import type { LinkableRecord } from "../../../subgraphs/identity/matching/features.ts";
import { NameOrder } from "../../../subgraphs/identity/matching/name-order.ts";

const given = "Anna Maria Olga Irina Vera Nina Ivan Pyotr Sergei Dmitri Oleg Boris".split(" ");
const family = "Sokolov Orlov Volkov Lebedev Kozlov Novikov Morozov Pavlov Semyonov Golubev Vinogradov".split(" ");
const people = Array.from({ length: 132 }, (_, index) => ({
  given: given[index % 12] ?? "",
  family: family[index % 11] ?? "",
  second: family[(index * 5 + 3) % 11] ?? "",
}));
type Person = (typeof people)[number];

const apart = ({ given, family }: Person) => ({ givenName: given, familyName: family });
const full = (write: (person: Person) => string) => (person: Person) => ({ fullName: write(person) });
const givenFirst = full(({ given, family }) => `${given} ${family}`);
const familyFirst = full(({ given, family }) => `${family} ${given}`);

/** What is remarked of sources whose records say the name like this. */
async function remarksOf(sources: Readonly<Record<string, (person: Person) => Omit<LinkableRecord, "key">>>) {
  const order = new NameOrder();
  async function* pages() {
    for (const [department, say] of Object.entries(sources)) {
      yield { department, records: people.map((person, index) => ({ key: String(index), ...say(person) })) };
    }
  }
  let records = 0;
  for await (const page of order.watched(pages())) records += page.records.length;
  expect(records).toBe(people.length * Object.keys(sources).length);
  return order.remarks();
}

const familyFirstRemark = /^Full names of registry seem to be written family name first: .*`format: FAMILY_FIRST`/;

describe("finding sources that write the family name first", () => {
  it("knows given from family names by sources that keep them apart", async () => {
    expect(await remarksOf({ visa: apart, registry: familyFirst, phones: givenFirst })).toEqual([
      expect.stringMatching(familyFirstRemark),
    ]);
  });

  it("knows them by sources that part them with a comma", async () => {
    const comma = full(({ given, family }) => `${family}, ${given}`);
    expect(await remarksOf({ visa: comma, registry: familyFirst })).toEqual([expect.stringMatching(familyFirstRemark)]);
  });

  it("knows patronymics, which stand last only behind a given name", async () => {
    const official = full(({ given, family }) => `${family} ${given} Petrovna`);
    const spoken = full(({ given, family }) => `${given} Petrovna ${family}`);
    expect(await remarksOf({ registry: official, phones: spoken })).toEqual([expect.stringMatching(familyFirstRemark)]);
  });

  it("tells one family name from two", async () => {
    const capitals = full(({ given, family, second }) => `${family} ${second} ${given}`.toUpperCase());
    expect(await remarksOf({ visa: apart, registry: capitals })).toEqual([
      expect.stringContaining("`format: TWO_FAMILY_NAMES_FIRST`"),
    ]);
  });

  it.each([
    ["given names first", { visa: apart, registry: givenFirst }],
    [
      "the family name in capitals",
      { visa: apart, registry: full((one) => `${one.family.toUpperCase()} ${one.given}`) },
    ],
    ["nothing that tells", { registry: familyFirst, phones: givenFirst }],
    ["two family names last", { visa: apart, registry: full((one) => `${one.given} ${one.family} ${one.second}`) }],
    ["a surname like a patronymic", { registry: full((one) => `${one.given} ${one.given} Abramovich`), visa: apart }],
  ])("says nothing of %s", async (_, sources) => expect(await remarksOf(sources)).toEqual([]));
});
