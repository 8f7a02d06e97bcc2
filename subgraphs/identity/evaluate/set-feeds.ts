import type { PersonFeed } from "../../../shared/department/person-feed.ts";
import type { LinkableRecord } from "../matching/features.ts";
import type { SourceDescription } from "../matching/index.ts";
import type { LabelledSet } from "./read-set.ts";

/** A department of a labelled set: records come and go, and are listed in whatever order is wanted. */
export interface SetFeed extends PersonFeed {
  readonly name: string;
  readonly records: Map<string, LinkableRecord>;
  /** Pages list the last record first. */
  backwards: boolean;
}

/** A feed for each department of the set, by its id. */
export function setFeeds(
  set: Pick<LabelledSet, "pages">,
  sources: readonly SourceDescription[],
  { identifiers }: { readonly identifiers: boolean },
): ReadonlyMap<string, SetFeed> {
  const feeds = new Map(sources.map((source) => [source.department, setFeed(source)]));
  for (const { department, records } of set.pages) {
    for (const record of records) {
      const { identifier, ...others } = record;
      feeds.get(department)?.records.set(record.key, identifiers || identifier === undefined ? record : others);
    }
  }
  return feeds;
}

function setFeed({ department, uniquePerPerson }: SourceDescription): SetFeed {
  const records = new Map<string, LinkableRecord>();
  const listed = (): readonly LinkableRecord[] =>
    feed.backwards ? [...records.values()].reverse() : [...records.values()];
  const feed: SetFeed = {
    name: department,
    description: { department, name: department, uniquePerPerson, personalKey: false, tellsChanges: false },
    records,
    backwards: false,
    page: async ({ first, after }) => part(listed(), first, after),
    byKeys: async (keys) => keys.map((key) => records.get(key) ?? null),
    async keys({ first, after }) {
      const { records: some, next } = part(listed(), first, after);
      return { keys: some.map(({ key }) => key), next };
    },
    count: async () => records.size,
  };
  return feed;
}

function part(all: readonly LinkableRecord[], first: number, after = "0") {
  const [start, end] = [Number(after), Number(after) + first];
  return { records: all.slice(start, end), next: end < all.length ? String(end) : null };
}
