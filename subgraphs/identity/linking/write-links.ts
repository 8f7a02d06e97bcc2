import { type BulkStatement, bulkInsert, runBulk } from "../store/bulk.ts";
import type { IdentityEventKind } from "../store/crosswalk.ts";
import type { RefAssignment } from "./assign-refs.ts";
import { breathe, type LinkReason } from "./engine.ts";
import type { LinkSummary, Run } from "./link.ts";
import type { OldLink, RollEntry } from "./roll.ts";
import { deleteTokens } from "./write-tokens.ts";

type Row = (string | number | null)[];

/** Citizens whose changes are in memory at once. */
const citizensAtOnce = 2_000;

/**
 * Writes the links that are new, changed or gone, and an event for each change of a citizen; some thousand citizens at
 * a time, in the order of their refs, which is the order of the indexes: fewer pages are touched.
 */
export async function writeLinks(options: {
  readonly run: Run;
  readonly roll: readonly RollEntry[];
  readonly vanished: readonly OldLink[];
  readonly clusters: readonly (readonly number[])[];
  readonly assignment: RefAssignment;
  readonly reason: (record: number) => LinkReason;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}): Promise<Pick<LinkSummary, "links" | "rules">> {
  const { run, roll, vanished, clusters, signal } = options;
  const { refOf } = options.assignment;
  const rules: Record<string, number> = {};
  const links = { added: 0, moved: 0, removed: vanished.length };
  const events = eventList(run.assertion, options.assignment);
  let lastEvent: number | undefined;
  const write = (statement: BulkStatement, rows: readonly Row[]) =>
    runBulk(run.transaction, run.engine, statement, rows, () => breathe(signal));

  const writeEvents = async () => {
    const told = events.take();
    if (told.length === 0) return;
    lastEvent ??= (await run.transaction("identity_event").max("id as id").first<{ id: number | null }>())?.id ?? 0;
    const first = lastEvent + 1;
    lastEvent += told.length;
    await write(
      insertEvents,
      told.map((event, index) => [first + index, ...event]),
    );
  };

  const gone = vanished.map(({ id }) => [id]);
  await write(deleteTokens, gone);
  await write(deleteLinks, gone);
  for (const link of vanished) events.add("UNLINKED", link.ref, null, link);

  const order = [...clusters.keys()].sort((a, b) => ((refOf[a] ?? "") < (refOf[b] ?? "") ? -1 : 1));
  for (let start = 0; start < order.length; start += citizensAtOnce) {
    const added: Row[] = [];
    const changed: Row[] = [];
    const renewed: Row[] = [];
    for (const cluster of order.slice(start, start + citizensAtOnce)) {
      const ref = refOf[cluster] as string;
      for (const record of clusters[cluster] ?? []) {
        const entry = roll[record] as RollEntry;
        const reason = options.reason(record);
        rules[reason.rule] = (rules[reason.rule] ?? 0) + 1;
        const why = [reason.status, reason.method, reason.rule, reason.matchProbability, reason.evidence];
        const { id, department, lookupKey, sealedKey, digest, link } = entry;
        if (link === null) added.push([id, department, lookupKey, sealedKey, ref, ...why, digest, run.assertion]);
        else if (link.ref !== ref || !sameReason(link, reason)) {
          changed.push([id, ref, ...why, digest, run.assertion]);
        } else if (link.digest !== digest) renewed.push([id, digest]);
        if (link?.ref !== ref) events.joined(ref, entry);
        if (link !== null && link.ref !== ref) links.moved += 1;
      }
    }
    links.added += added.length;
    await write(insertLinks, added);
    await write(updateLinks, changed);
    await write(renewLinks, renewed);
    await writeEvents();
    options.onProgress?.(Math.min(start + citizensAtOnce, order.length), order.length);
    await breathe(signal);
  }
  await writeEvents();
  return { links, rules };
}

function sameReason(link: OldLink, reason: LinkReason): boolean {
  return (
    link.status === reason.status &&
    link.method === reason.method &&
    link.rule === reason.rule &&
    link.matchProbability === reason.matchProbability &&
    link.evidence === reason.evidence
  );
}

/** Events of the run; a merge or a split is told once for each pair of citizens, on the citizens that live on. */
function eventList(assertion: number, { retired, refOf, created, revived, former }: RefAssignment) {
  let rows: Row[] = [];
  const told = new Set<string>();
  const living = new Set(refOf);
  const fresh = new Set([...created, ...revived]);
  const add = (
    kind: IdentityEventKind,
    ref: string,
    otherRef: string | null,
    record?: { department: string; lookupKey: string },
  ) => {
    rows.push([assertion, kind, ref, otherRef, record?.department ?? null, record?.lookupKey ?? null]);
  };
  for (const [ref, heir] of retired) if (heir !== null) add("MERGED", heir, ref);
  return {
    add,
    /** The events since the last call, without their numbers. */
    take(): readonly Row[] {
      const taken = rows;
      rows = [];
      return taken;
    },
    /** A record came to the citizen: new, or from another one, if only from one who had ended and goes on here. */
    joined(ref: string, { id, department, lookupKey, link }: RollEntry) {
      const before = former?.get(id);
      const from = link?.ref ?? (before !== undefined && retired.has(before) ? before : null);
      if (from !== null && living.has(from)) {
        add("UNLINKED", from, ref, { department, lookupKey });
        if (fresh.has(ref) && !told.has(`${from}${ref}`)) {
          told.add(`${from}${ref}`);
          add("SPLIT", from, ref);
          add("SPLIT", ref, from);
        }
      }
      add("LINKED", ref, from, { department, lookupKey });
    },
  };
}

const reasonColumns = [
  ["status", "text"],
  ["method", "text"],
  ["rule", "text"],
  ["match_probability", "double precision"],
  ["evidence", "text"],
  ["content_digest", "text"],
  ["assertion_id", "integer"],
] as const;

const insertLinks = bulkInsert("link", [
  ["id", "integer"],
  ["department", "text"],
  ["lookup_key", "text"],
  ["sealed_key", "text"],
  ["ref", "text"],
  ...reasonColumns,
]);

const updateLinks = {
  columns: [["id", "integer"], ["ref", "text"], ...reasonColumns],
  text: (rows: string) =>
    `update link set ref = new.ref, ${reasonColumns.map(([name]) => `${name} = new.${name}`).join(", ")}
     from (select * from ${rows}) as new where link.id = new.id`,
} as const;

const renewLinks = {
  columns: [
    ["id", "integer"],
    ["content_digest", "text"],
  ],
  text: (rows: string) =>
    `update link set content_digest = new.content_digest from (select * from ${rows}) as new where link.id = new.id`,
} as const;

const deleteLinks = {
  columns: [["id", "integer"]],
  text: (rows: string) => `delete from link where id in (select id from ${rows})`,
} as const;

const insertEvents = bulkInsert("identity_event", [
  ["id", "integer"],
  ["assertion_id", "integer"],
  ["kind", "text"],
  ["ref", "text"],
  ["other_ref", "text"],
  ["department", "text"],
  ["lookup_key", "text"],
]);
