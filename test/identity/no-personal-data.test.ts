import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { decide, latest } from "../../subgraphs/identity/decide.ts";
import { followFeeds } from "../../subgraphs/identity/linking/follow.ts";
import { link } from "../../subgraphs/identity/linking/link.ts";
import { probabilisticEngine } from "../../subgraphs/identity/linking/probabilistic.ts";
import { traitsOf } from "../../subgraphs/identity/linking/traits.ts";
import { defaultModel } from "../../subgraphs/identity/matching/index.ts";
import { memoryFeed } from "./support/memory-feed.ts";
import { storeKinds, storeTables, type TestStore, testKeys } from "./support/stores.ts";

/** One canary in every attribute of every department; the contact centre's local key is a phone number. */
function canaryRecord(department: string, key: string): PersonRecord {
  const canary = (attribute: string) => `Canary${department}${attribute}`;
  return {
    key,
    role: "HOLDER",
    changed: "2024-01-02T03:04:05Z",
    fullName: `${canary("Given")} ${canary("Family")}`,
    givenName: canary("Given"),
    familyName: canary("Family"),
    birthName: canary("Birth"),
    patronymicName: canary("Patronymic"),
    alternativeName: [canary("Alias")],
    dateOfBirth: "1957-11-23",
    dateOfDeath: "2019-08-17",
    gender: canary("Gender"),
    identifier: [{ schemaAgency: "NATIONAL", notation: "39711237766" }],
    address: {
      fullAddress: canary("FullAddress"),
      thoroughfare: canary("Street"),
      locatorDesignator: "7431b",
      postName: canary("Town"),
      postCode: "94713",
      adminUnitL1: canary("Country"),
      adminUnitL2: canary("Region"),
      addressID: canary("AddressId"),
    },
    telephone: ["+372 5847 3619"],
    email: [`${canary("mail")}@example.org`],
  };
}

const personalKey = "+37258473619";
const reason = "CanaryReason CanaryNeighbour";

/** People of the surname and the mailbox of another one: who may be that person, and who make these values common. */
function relatives(department: string): PersonRecord[] {
  const { familyName, email, address } = canaryRecord(department, "");
  return ["Avelina", "Benjamin"].map((givenName, index) => ({
    key: `081${index}`,
    givenName: `Canary${givenName}`,
    familyName,
    email,
    address,
    dateOfBirth: "1957-11",
  }));
}

const departments = [
  { feed: memoryFeed("civil-registry", [canaryRecord("Civil", "4711"), ...relatives("Civil")]), personal: false },
  { feed: memoryFeed("water-utility", [canaryRecord("Water", "0815"), ...relatives("Water")]), personal: false },
  {
    feed: memoryFeed("contact-centre", [canaryRecord("Centre", personalKey), ...relatives("Civil")], {
      personalKey: true,
    }),
    personal: true,
  },
];

/** Every text of a value, at any depth. */
function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** Whatever of the records is personal, and what normalisation makes of it. */
function canaries(): ReadonlySet<string> {
  const found = new Set<string>([personalKey, reason, ...reason.split(" "), "CanaryCivilGenderLater"]);
  for (const { feed } of departments) {
    for (const { key: _, role: __, changed: ___, ...personal } of feed.records) {
      for (const text of texts(personal)) for (const word of [text, ...text.split(" ")]) found.add(word);
      for (const trait of texts(traitsOf({ key: "", ...personal }))) found.add(trait);
    }
  }
  found.delete("NATIONAL");
  return found;
}

/** The forms in which a value could be recognised without any key. */
function disguises(canary: string): readonly string[] {
  const digits = canary.replace(/\D/g, "");
  const compact = canary.replace(/[^\p{L}\p{N}]/gu, "");
  const plain = [canary, canary.toUpperCase(), canary.toLowerCase(), compact, ...(digits.length > 4 ? [digits] : [])];
  return plain.flatMap((text) => [
    text,
    [...text].reverse().join(""),
    Buffer.from(text).toString("base64").replace(/=+$/, "").slice(0, -1),
    Buffer.from(text).toString("base64url").slice(0, -1),
    Buffer.from(text).toString("hex"),
    ...["md5", "sha1", "sha256", "sha512"].flatMap((algorithm) =>
      (["hex", "base64", "base64url"] as const).map((form) =>
        createHash(algorithm).update(text).digest(form).slice(0, 16),
      ),
    ),
  ]);
}

for (const kind of await storeKinds()) {
  describe(`the store on ${kind.name}`, () => {
    const opened: TestStore[] = [];
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.remove();
    });

    async function linkedStore(): Promise<TestStore> {
      const test = await kind.open();
      opened.push(test);
      const feeds = departments.map(({ feed }) => feed);
      // Links next to nothing by itself, and asks about everything.
      const model = { ...defaultModel(), thresholds: { link: 0.999_999_999, review: 0.001 } };
      const engine = probabilisticEngine({ model });
      const summary = await link({ feeds, store: test.store, keys: testKeys, engine });
      expect(summary.reviews).toBeGreaterThan(0);
      const afterLinking = await test.dump();
      expect(summary).toMatchObject({ records: 9 });
      // What comes later leaves nothing either: a changed record, and what a steward decides and writes.
      const [changing] = departments;
      const [first, ...others] = changing?.feed.records ?? [];
      if (changing && first) changing.feed.records = [{ ...first, gender: "CanaryCivilGenderLater" }, ...others];
      const options = {
        store: test.store,
        keys: testKeys,
        departments: new Map(departments.map(({ feed }) => [feed.description.department, { feed }])),
      };
      const followed = await followFeeds({ ...options, sweeps: new Map() });
      expect(followed.reduce((sum, { records }) => sum + records, 0)).toBe(1);
      const refs = (await test.store.page({ first: 2, after: "" })) as [string, string];
      const versions = await test.store.versions(refs);
      await decide({
        ...options,
        kind: "MERGE",
        actor: "steward",
        reason,
        version: latest(versions),
        subject: async (reads) => [await reads.placesOf(refs)],
      });
      if (changing && first) changing.feed.records = [first, ...others];
      return { ...test, dump: async () => `${afterLinking}\n${await test.dump()}` };
    }

    it("holds no personal data in clear, upper or lower case, reversed, in base64, hex or an unkeyed hash", async () => {
      const test = await linkedStore();
      let dump = await test.dump();
      if ("file" in test.location) {
        dump += readFileSync(test.location.file, "latin1") + readFileSync(`${test.location.file}-wal`, "latin1");
      }
      expect(dump).toContain("4711");
      for (const table of storeTables) expect(dump, table).toMatch(new RegExp(`^${table} `, "m"));
      const found = [...canaries()].filter((canary) =>
        disguises(canary).some((text) => text.length > 3 && dump.includes(text)),
      );
      expect(found).toEqual([]);
    });

    it("would be caught by this test if it held some", async () => {
      const test = await linkedStore();
      for (const leak of [
        "canarywaterfamily",
        "ylimafretawyranac",
        Buffer.from(personalKey).toString("base64"),
        createHash("sha256").update("39711237766").digest("hex"),
      ]) {
        await test.store.write((transaction) => transaction("setting").where({ name: "leak" }).delete());
        await test.store.write((transaction) => transaction("setting").insert({ name: "leak", value: leak }));
        const dump = await test.dump();
        const found = [...canaries()].filter((canary) =>
          disguises(canary).some((text) => text.length > 3 && dump.includes(text)),
        );
        expect(found, leak).not.toEqual([]);
      }
    });
  });
}
