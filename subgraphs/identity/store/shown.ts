import type { IdentityStore } from "./index.ts";

/** For how long the number of citizens of hidden departments alone is taken for true, in milliseconds. */
const countedFor = 60_000;
const keysAtOnce = 5_000;

/**
 * The store as clients see it while departments are hidden: their links are not told, nobody is found by what their
 * records say, no steward is asked about them, and citizens whom only they know are as if absent. Nothing of the store
 * itself is changed.
 */
export function shownOnly(store: IdentityStore, hidden: ReadonlySet<string>): IdentityStore {
  if (hidden.size === 0) return store;
  const departments = [...hidden];
  const isShown = ({ department }: { readonly department: string }) => !hidden.has(department);

  /** Those of the refs that a department which is not hidden knows. */
  async function shownOf(refs: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set((await store.keys(refs)).filter(isShown).map(({ ref }) => ref));
  }

  let counted: { readonly at: number; readonly count: Promise<number> } | undefined;
  /** Citizens whom hidden departments alone know. */
  async function countHidden(): Promise<number> {
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
    let shown = 0;
    for (let start = 0; start < all.length; start += keysAtOnce) {
      shown += (await shownOf(all.slice(start, start + keysAtOnce))).size;
    }
    return all.length - shown;
  }

  return {
    ...store,
    async livingRefs(refs) {
      const living = await store.livingRefs(refs);
      const shown = await shownOf([...living.values()]);
      return new Map([...living].filter(([, ref]) => shown.has(ref)));
    },
    links: async (refs) => (await store.links(refs)).filter(isShown),
    alike: async (tokens, most) => (await store.alike(tokens, most, departments)).filter(isShown),
    reviews: (options) => store.reviews({ ...options, hidden: departments }),
    reviewCount: (options) => store.reviewCount({ ...options, hidden: departments }),
    async refsOf(records) {
      const found = await store.refsOf(records);
      return found.map((ref, index) => (hidden.has(records[index]?.department ?? "") ? null : ref));
    },
    async page({ first, after, ...rest }) {
      const page: string[] = [];
      for (let behind = after; ; ) {
        const refs = await store.page({ first, after: behind, ...rest, hidden: departments });
        const shown = await shownOf(refs);
        page.push(...refs.filter((ref) => shown.has(ref)));
        const last = refs.at(-1);
        if (refs.length < first || last === undefined || page.length >= first) return page.slice(0, first);
        behind = last;
      }
    },
    async count(tokens) {
      if (tokens) return store.count(tokens, departments);
      if (!counted || Date.now() - counted.at > countedFor) counted = { at: Date.now(), count: countHidden() };
      const counting = counted;
      try {
        // Together: while one of them is waited for, nobody would hear the other fail.
        const [all, hiddenAlone] = await Promise.all([store.count(), counting.count]);
        return all - hiddenAlone;
      } catch (error) {
        if (counted === counting) counted = undefined;
        throw error;
      }
    },
  };
}
