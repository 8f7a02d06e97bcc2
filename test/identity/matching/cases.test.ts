import { describe, expect, it } from "vitest";
import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import { countFrequencies, frequencyFeatures } from "../../../subgraphs/identity/matching/batch/frequencies.ts";
import { loadRecords } from "../../../subgraphs/identity/matching/batch/load.ts";
import { blockingTokens, defaultModel } from "../../../subgraphs/identity/matching/index.ts";
import { linkRecords } from "../../../subgraphs/identity/matching/link.ts";
import { forRecords } from "../../../subgraphs/identity/matching/model.ts";
import { townspeople } from "./townspeople.ts";

const ana: Omit<PersonRecord, "key"> = {
  givenName: "Ana",
  familyName: "Kovalenko",
  dateOfBirth: "1984-03-12",
  gender: "F",
  address: { thoroughfare: "Harbour Street", locatorDesignator: "14", postName: "Northport", postCode: "10117" },
  telephone: ["+372 5551 2398"],
  email: ["ana.kovalenko@mail.example"],
};
const elsewhere = { thoroughfare: "Mill Lane", locatorDesignator: "3", postName: "Eastwick", postCode: "20412" };

/** Whether the engine, among townspeople who give it a sense of what is common, finds one person in the two records. */
async function merged(
  one: Partial<PersonRecord>,
  other: Partial<PersonRecord>,
  further: readonly Partial<PersonRecord>[] = [],
): Promise<{ readonly together: boolean; readonly proposed: boolean }> {
  const page = (department: string, records: readonly Partial<PersonRecord>[]) => ({
    department,
    records: records.map((record, index): PersonRecord => ({ key: String(index).padStart(3, "0"), ...record })),
  });
  async function* pages() {
    yield page("1 case", [one, other]);
    yield page("2 further", further);
    yield page("3 town", town);
  }
  const { table, count } = await loadRecords(pages(), { useIdentifiers: true });
  const model = forRecords(defaultModel(), count);
  const { clusters } = await linkRecords(model, {
    table,
    candidates: pairsOf(2 + further.length, count),
    frequencies: countFrequencies(table, frequencyFeatures(model)),
    constraints: { uniqueSourceOf: () => -1, cannotLink: new Set(), mustLink: [] },
    threshold: model.thresholds.link,
  });
  const tokens = new Set(blockingTokens({ key: "", ...one }, model));
  return {
    together: clusters.some((cluster) => cluster.includes(0) && cluster.includes(1)),
    proposed: blockingTokens({ key: "", ...other }, model).some((token) => tokens.has(token)),
  };
}

const town = townspeople(400);

/** All pairs in which one of the first records takes part: what blocking would leave out is weighed too. */
function pairsOf(first: number, count: number): { a: Int32Array; b: Int32Array } {
  const pairs: [number, number][] = [];
  for (let a = 0; a < first; a += 1) for (let b = a + 1; b < count; b += 1) pairs.push([a, b]);
  return { a: Int32Array.from(pairs, ([a]) => a), b: Int32Array.from(pairs, ([, b]) => b) };
}

const apart = async (...args: Parameters<typeof merged>): Promise<void> =>
  expect((await merged(...args)).together).toBe(false);
const together = async (...args: Parameters<typeof merged>): Promise<void> =>
  expect(await merged(...args)).toEqual({ together: true, proposed: true });
const { telephone: _phone, email: _email, ...anaByName } = ana;

describe("not merged", () => {
  it("keeps twins apart", () => apart(ana, { ...ana, givenName: "Oksana", telephone: undefined, email: undefined }));
  it("keeps twins apart who share their parent's phone and mailbox", () =>
    apart(ana, { ...ana, givenName: "Mykola", gender: "M" }));
  it("keeps parent and child of one name at one address apart", () =>
    apart(anaByName, { ...anaByName, dateOfBirth: "2009-11-30" }));
  it("keeps a record of that name apart that has no birth date", async () => {
    const father = { ...anaByName, dateOfBirth: "1984-03-12" };
    const son = { ...anaByName, dateOfBirth: "2009-11-30" };
    await apart(father, { ...anaByName, dateOfBirth: undefined }, [son]);
    await apart(son, { ...anaByName, dateOfBirth: undefined }, [father]);
  });
  it("keeps siblings apart", () =>
    apart(anaByName, { ...anaByName, givenName: "Petro", gender: "M", dateOfBirth: "1987-08-25" }));
  it("keeps two people with one common name apart", () => {
    const namesakes = townspeople(60).map((person) => ({ ...person, givenName: "Maria", familyName: "Garcia" }));
    const maria = { givenName: "Maria", familyName: "Garcia", gender: "F" };
    return apart(maria, { ...maria, address: elsewhere }, namesakes);
  });
  it("keeps people apart who share the phone of a care home", () => {
    const residents = townspeople(30).map((person) => ({ ...person, telephone: ["+372 600 1234"] }));
    const resident = { givenName: "Ana", familyName: "Kovalenko", telephone: ["+372 600 1234"] };
    return apart(resident, { ...resident, givenName: "Urve", familyName: "Saar" }, residents);
  });
  it("keeps people apart who share a landlord's phone", () =>
    apart(
      { ...anaByName, telephone: ["5551234"] },
      { givenName: "Jüri", familyName: "Tamm", dateOfBirth: "1990-01-31", telephone: ["5551234"] },
    ));
  it("keeps parent and child apart who share an e-mail address", () =>
    apart(ana, { ...ana, givenName: "Ivan", gender: "M", dateOfBirth: "2012-05-04", telephone: undefined }));
  it("keeps people apart who share a recycled national id", () =>
    apart(
      { ...anaByName, identifier: [{ schemaAgency: "NATIONAL", notation: "48403120271" }] },
      {
        givenName: "Toomas",
        familyName: "Rebane",
        dateOfBirth: "1951-07-19",
        address: elsewhere,
        identifier: [{ schemaAgency: "NATIONAL", notation: "48403120271" }],
      },
    ));
  it("keeps relatives apart whose national ids were mistyped into one", () =>
    apart(
      { ...anaByName, identifier: [{ schemaAgency: "NATIONAL", notation: "48403120271" }] },
      {
        ...anaByName,
        givenName: "Petro",
        gender: "M",
        dateOfBirth: "1987-08-25",
        identifier: [{ schemaAgency: "NATIONAL", notation: "48403120271" }],
      },
    ));
});

describe("merged", () => {
  it("sees through a mistyped national id", () =>
    together(
      { ...anaByName, identifier: [{ schemaAgency: "NATIONAL", notation: "48403120271" }] },
      { ...anaByName, identifier: [{ schemaAgency: "NATIONAL", notation: "48403210271" }] },
    ));
  it("sees through day and month swapped", () => together(anaByName, { ...anaByName, dateOfBirth: "1984-12-03" }));
  it("accepts a birth date of which only the year is known", () =>
    together(anaByName, { ...anaByName, dateOfBirth: "1984" }));
  it("accepts a birth date estimated as 1 January", () =>
    together(anaByName, { ...anaByName, dateOfBirth: "1984-01-01" }));
  it("follows a maiden name", () =>
    together({ ...anaByName, address: elsewhere, birthName: "Kovalenko", familyName: "Lindqvist" }, anaByName));
  it("follows a double-barrelled name", () =>
    together(anaByName, { ...anaByName, familyName: "Kovalenko-Lindqvist", address: elsewhere }));
  it("sees through given and family name swapped", () =>
    together(anaByName, { ...anaByName, givenName: "Kovalenko", familyName: "Ana" }));
  it("knows nicknames", () =>
    together(
      { ...anaByName, givenName: "Robert", gender: "M" },
      { ...anaByName, givenName: "Bob", gender: "M", address: elsewhere },
    ));
  it.each(["Mueller", "Muller"])("takes Müller and %s for one name", (name) =>
    together({ ...anaByName, familyName: "Müller" }, { ...anaByName, familyName: name, address: elsewhere }));
  it("takes Kadyrov and Qadirov for one name", () =>
    together({ ...anaByName, familyName: "Kadyrov" }, { ...anaByName, familyName: "Qadirov" }));
  it("reads a truncated, upper-case SURNAME, GIVEN", () => {
    const { givenName, familyName, ...rest } = anaByName;
    return together(anaByName, { ...rest, fullName: "KOVALENK, ANA" });
  });
  it("follows a move", () => together(ana, { ...ana, address: elsewhere, telephone: undefined }));
});

describe("placeholders", () => {
  const blank = { address: elsewhere, gender: "F" };
  it.each([
    ["birth dates of 1900-01-01", { dateOfBirth: "1900-01-01" }],
    ["names of UNKNOWN", { givenName: "UNKNOWN", familyName: "UNKNOWN" }],
    ["newborns named BABY OF", { fullName: "BABY OF ANA" }],
    ["national ids of 999-99-9999", { identifier: [{ schemaAgency: "NATIONAL", notation: "999-99-9999" }] }],
  ])("does not merge on %s", (_, placeholder) =>
    apart(
      { givenName: "Ana", familyName: "Kovalenko", ...placeholder },
      { ...blank, givenName: "Urve", familyName: "Saar", ...placeholder },
    ));
  it("does not merge on the department's own phone", () => {
    const callers = townspeople(120).map((person) => ({ ...person, telephone: ["+372 640 0000"] }));
    return apart(
      { givenName: "Ana", familyName: "Kovalenko", telephone: ["+372 640 0000"] },
      { givenName: "Ana", familyName: "Kask", telephone: ["+372 640 0000"] },
      callers,
    );
  });
  it("merges people whose records agree beside a placeholder", () =>
    together({ ...anaByName, identifier: [{ schemaAgency: "NATIONAL", notation: "999999999" }] }, anaByName));
});
