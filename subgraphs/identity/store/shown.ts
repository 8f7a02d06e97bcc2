import type { IdentityStore } from "./index.ts";

/** For how long the number of citizens of hidden departments alone is taken for true, in milliseconds. */
const countedFor = 60_000;
const keysAtOnce = 5_000;

/** Citizens whom hidden departments alone know, as they were counted at a time. */
interface Counted {
  readonly at: number;
  readonly departments: string;
  readonly count: Promise<number>;
}

/**
 * The store as clients see it, to whom these departments are shown: links of others are not told, nobody is found by
 * what their records say, no steward is asked about them, and citizens whom only they know are as if absent. That holds
 * for departments that somebody links later, too. Nothing of the store itself is changed.
 */
export function shownOnly(store: IdentityStore, departments: readonly string[]): IdentityStore {
  const shown = store.showing(departments);
  let counted: Counted | undefined;
  let someHidden = false;

  async function countHidden(hidden: readonly string[]): Promise<number> {
    const refs = new Set<string>();
    for (const department of hidden) {
      for (let after: string | undefined = ""; after !== undefined; ) {
        const keys = await store.lookupKeys(department, { first: keysAtOnce, after });
        const places = keys.map((lookupKey) => ({ department, lookupKey }));
        for (const { ref } of await store.placesAt(places)) refs.add(ref);
        after = keys.at(-1);
      }
    }
    const all = [...refs];
    let known = 0;
    for (let start = 0; start < all.length; start += keysAtOnce) {
      known += (await shown.livingRefs(all.slice(start, start + keysAtOnce))).size;
    }
    return all.length - known;
  }

  async function hiddenDepartments(): Promise<readonly string[]> {
    return (await store.linkedDepartments()).filter((department) => !departments.includes(department));
  }

  async function hiddenAlone(): Promise<number> {
    const hidden = await hiddenDepartments();
    if (hidden.length === 0) return 0;
    const names = hidden.join();
    if (counted?.departments !== names || Date.now() - counted.at > countedFor) {
      const counting = { at: Date.now(), departments: names, count: countHidden(hidden) };
      counted = counting;
      counting.count.catch(() => {
        if (counted === counting) counted = undefined;
      });
    }
    return await counted.count;
  }

  return {
    ...store,
    ...shown,
    // To look at each link for its department takes twice as long, and nearly always there is none to be left out.
    async alike(tokens, most) {
      const reads = someHidden ? shown : store;
      const [hidden, found] = await Promise.all([hiddenDepartments(), reads.alike(tokens, most)]);
      someHidden = hidden.length > 0;
      if (someHidden && reads === store) return await shown.alike(tokens, most);
      return { ...found, links: found.links.filter(({ department }) => departments.includes(department)) };
    },
    async count(tokens) {
      if (tokens) return shown.count(tokens);
      // Together: while one of them is waited for, nobody would hear the other fail.
      const [all, alone] = await Promise.all([store.count(), hiddenAlone()]);
      return all - alone;
    },
  };
}
