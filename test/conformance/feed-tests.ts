import { expect, it } from "vitest";
import type { PersonFeed, PersonRecord } from "../../shared/department/person-feed.ts";
import type { Pair } from "./engine-suite.ts";

/** The person feed: every record once, whatever the order in which the engine's indexes hold them. */
export function feedTests(pair: () => Pair): void {
  it("feeds the same persons, page by page", async () => {
    const { own, known } = pair();
    const [mine, theirs] = await Promise.all([allRecords(own.wrapper.feed), allRecords(known.wrapper.feed)]);
    expect(mine).toEqual(theirs);
    expect(await own.wrapper.feed.count()).toBe(await known.wrapper.feed.count());
  });

  it("feeds the same persons by their keys, null for keys that nobody has", async () => {
    const { own, known } = pair();
    const { keys } = await known.wrapper.feed.keys({ first: 100_000 });
    const asked = [...keys, "nobody", "0", "999999999999999999999999", "a,b,c", "%", "é😀"];
    expect(await own.wrapper.feed.byKeys(asked)).toEqual(await known.wrapper.feed.byKeys(asked));
  });

  it("feeds the same persons as changed since some instant", async () => {
    const { own, known } = pair();
    if (!known.wrapper.feed.description.tellsChanges) return;
    const all = await allRecords(known.wrapper.feed);
    const changedSince = all.map(({ changed }) => changed ?? "").sort()[Math.floor(all.length / 2)] ?? "";
    const [mine, theirs] = await Promise.all(
      [own, known].map(({ wrapper }) => allRecords(wrapper.feed, new Date(changedSince).toISOString())),
    );
    expect(mine).toEqual(theirs);
    expect(mine?.length).toBeGreaterThan(0);
  });

  it("answers 5,000 keys in one batch", async () => {
    const { own, known } = pair();
    const { keys } = await known.wrapper.feed.keys({ first: 100_000 });
    const asked = Array.from({ length: 5_000 }, (_, index) => keys[index] ?? `9${index}`);
    const field = [...known.model.citizenFields.values()].find(({ kind }) => kind === "rows")?.name;
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Citizen { ${field}(first: 3) { totalCount nodes { id } } } } }`;
    const representations = asked.map((key) => ({ __typename: "Citizen", ref: key, [known.model.keysField]: [key] }));
    const [mine, theirs] = await Promise.all([own, known].map(({ run }) => run(query, { representations })));
    expect(JSON.stringify(mine)).toBe(JSON.stringify(theirs));
    expect(mine?.errors).toBeUndefined();
  });
}

async function allRecords(feed: PersonFeed, changedSince?: string): Promise<readonly PersonRecord[]> {
  const records: PersonRecord[] = [];
  let after: string | undefined;
  do {
    const page = await feed.page({ first: 97, ...(after ? { after } : {}), ...(changedSince ? { changedSince } : {}) });
    records.push(...page.records);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return records.sort((a, b) => (a.key < b.key ? -1 : 1));
}
