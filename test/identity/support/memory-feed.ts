import type { PersonFeed, PersonFeedDescription, PersonRecord } from "../../../shared/department/person-feed.ts";
import { CivigraphError } from "../../../shared/errors.ts";

/** A department of a test: its records can be changed, and it can be down. The counters say what it was asked. */
export interface MemoryFeed extends PersonFeed {
  records: PersonRecord[];
  down: boolean;
  byKeysCalls: number;
  keysCalls: number;
}

export function memoryFeed(
  department: string,
  records: readonly PersonRecord[],
  description: Partial<PersonFeedDescription> = {},
): MemoryFeed {
  const feed: MemoryFeed = {
    description: {
      department,
      name: department.replaceAll("-", " "),
      uniquePerPerson: false,
      personalKey: false,
      tellsChanges: false,
      ...description,
    },
    records: [...records],
    down: false,
    byKeysCalls: 0,
    keysCalls: 0,
    async page({ first, after, changedSince = "" }) {
      answer(feed);
      const records = feed.records.filter(({ changed = "" }) => changed >= changedSince);
      const start = after === undefined ? 0 : Number(after);
      const end = start + first;
      return { records: records.slice(start, end), next: end < records.length ? String(end) : null };
    },
    async byKeys(keys) {
      feed.byKeysCalls += 1;
      answer(feed);
      const byKey = new Map(feed.records.map((record) => [record.key, record]));
      return keys.map((key) => byKey.get(key) ?? null);
    },
    async keys(options) {
      feed.keysCalls += 1;
      const page = await feed.page(options);
      return { keys: page.records.map(({ key }) => key), next: page.next };
    },
    async count() {
      answer(feed);
      return feed.records.length;
    },
  };
  return feed;
}

function answer(feed: MemoryFeed): void {
  if (feed.down) throw new CivigraphError("DEPARTMENT_UNAVAILABLE", { department: feed.description.name });
}
