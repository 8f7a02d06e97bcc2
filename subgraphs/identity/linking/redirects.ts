import type { Knex } from "knex";
import { runBulk } from "../store/bulk.ts";
import { statementsWithin } from "../store/statements.ts";
import type { RefAssignment } from "./assign-refs.ts";
import type { Run } from "./link.ts";
import type { RollEntry } from "./roll.ts";

/**
 * Leads the ids that ended in citizens which now fell apart to where most of the records are that each of them once
 * stood for: a redirect that stayed would show one person under another's old id.
 */
export async function redirectToRecords(
  run: Run,
  roll: readonly RollEntry[],
  clusters: readonly (readonly number[])[],
  assignment: RefAssignment,
): Promise<void> {
  const { transaction, engine } = run;
  await redirectToRevived(run, assignment.revived);
  const apart = fallenApart(roll, clusters, assignment);
  for (let start = 0; start < apart.length; start += refsAtOnce) {
    const places: readonly Place[] = await recordsOfEnded(transaction, apart.slice(start, start + refsAtOnce));
    const best = new Map<string, Place>();
    for (const place of places) {
      const other = best.get(place.ref);
      if (other === undefined || isBetter(place, other)) best.set(place.ref, place);
    }
    await runBulk(
      transaction,
      engine,
      redirect,
      [...best.values()].filter(({ heir, now }) => heir !== now).map(({ ref, now }) => [ref, now]),
    );
  }
}

/** Where records are now that a ref which has ended once stood for. */
interface Place {
  readonly ref: string;
  /** What the ref redirects to. */
  readonly heir: string;
  readonly now: string;
  readonly records: number | string;
}

const refsAtOnce = 500;

/**
 * Leads what ended in citizens who ended, too, to where most of its records are or were last, now that they live again:
 * its redirect ended with them.
 */
async function redirectToRevived({ transaction, engine }: Run, revived: readonly string[]): Promise<void> {
  const run = statementsWithin(transaction, engine);
  for (let heirs = revived; heirs.length > 0; ) {
    const lost = await endedIn(transaction, heirs);
    for (const ref of lost) {
      const [place] = await run<{ now: string }>(lastPlace, [ref]);
      if (place !== undefined) await run(redirectToLiving, [place.now, ref, place.now]);
    }
    // What had ended in these before had gone on with them.
    heirs = lost;
  }
}

async function endedIn(transaction: Knex.Transaction, heirs: readonly string[]): Promise<readonly string[]> {
  const ended: string[] = [];
  for (let start = 0; start < heirs.length; start += refsAtOnce) {
    const refs: readonly string[] = await transaction("identity_event as event")
      .join("citizen", (on) => {
        on.on("citizen.ref", "event.other_ref").andOn("citizen.retired_by", "event.assertion_id");
      })
      .where("event.kind", "MERGED")
      .whereNull("citizen.redirect_to")
      .whereIn("event.ref", heirs.slice(start, start + refsAtOnce))
      .pluck("citizen.ref");
    ended.push(...refs);
  }
  return ended;
}

const lastPlace = `select now from (
    select coalesce(link.ref, (select gone.ref from identity_event as gone
      where gone.department = event.department and gone.lookup_key = event.lookup_key
        and gone.kind = 'UNLINKED' and gone.other_ref is null order by gone.id desc limit 1)) as now
    from citizen join identity_event as event on event.other_ref = citizen.ref
      and event.assertion_id = citizen.retired_by and event.kind = 'LINKED' and event.other_ref is not null
    left join link on link.department = event.department and link.lookup_key = event.lookup_key
    where citizen.ref = ?) as place
  where now is not null group by now order by count(*) desc, now limit 1`;
const redirectToLiving = `update citizen set redirect_to = ? where ref = ?
  and exists (select 1 from citizen as heir where heir.ref = ? and heir.retired_by is null)`;

/** The refs to which others may redirect whose records have left it in this run. */
function fallenApart(
  roll: readonly RollEntry[],
  clusters: readonly (readonly number[])[],
  { refOf, retired }: RefAssignment,
): readonly string[] {
  const apart = new Set<string>();
  for (const [cluster, members] of clusters.entries()) {
    for (const record of members) {
      const before = roll[record]?.link?.ref;
      if (before === undefined) continue;
      const heir = retired.get(before) ?? before;
      if (heir !== refOf[cluster]) apart.add(heir);
    }
  }
  return [...apart];
}

/** The history tells which records a ref stood for when it ended: they left it in that run. */
async function recordsOfEnded(transaction: Knex.Transaction, heirs: readonly string[]): Promise<readonly Place[]> {
  return await transaction("citizen")
    .join("identity_event as event", (on) => {
      on.on("event.other_ref", "citizen.ref").andOn("event.assertion_id", "citizen.retired_by");
    })
    .join("link", (on) => {
      on.on("link.department", "event.department").andOn("link.lookup_key", "event.lookup_key");
    })
    // Written out, so that the index of these events alone serves.
    .whereRaw("event.kind = 'LINKED' and event.other_ref is not null")
    .whereIn("citizen.redirect_to", heirs)
    .groupBy("citizen.ref", "citizen.redirect_to", "link.ref")
    .select({ ref: "citizen.ref", heir: "citizen.redirect_to", now: "link.ref" })
    .count({ records: "*" });
}

/** Of as many records the place that the ref leads to already, else the first by name: the same every time. */
function isBetter(one: Place, other: Place): boolean {
  const more = Number(one.records) - Number(other.records);
  if (more !== 0) return more > 0;
  if (one.now === one.heir || other.now === other.heir) return one.now === one.heir;
  return one.now < other.now;
}

const redirect = {
  columns: [
    ["ref", "text"],
    ["heir", "text"],
  ],
  text: (rows: string) =>
    `update citizen set redirect_to = rows.heir from (select * from ${rows}) as rows where citizen.ref = rows.ref`,
} as const;
