import { placeName, type RecordPlace } from "../store/crosswalk.ts";
import { statementsWithin } from "../store/statements.ts";
import type { Run } from "./link.ts";
import type { RollEntry } from "./roll.ts";

const placesAtOnce = 5_000;

/**
 * The refs that new records had when they went, by their numbers, for those whose citizens ended then and have no heir:
 * what comes back is who it was. One statement for some thousand records, and none where none is new.
 */
export async function formerRefs(
  { transaction, engine }: Pick<Run, "transaction" | "engine">,
  roll: readonly RollEntry[],
): Promise<ReadonlyMap<number, string>> {
  const fresh = roll.filter(({ link }) => link === null);
  const former = new Map<number, string>();
  const run = statementsWithin(transaction, engine);
  for (let start = 0; start < fresh.length; start += placesAtOnce) {
    const some = fresh.slice(start, start + placesAtOnce);
    const found =
      engine === "sqlite"
        ? await run<Gone>(goneInSqlite, [JSON.stringify(some.map((each) => [each.department, each.lookupKey]))])
        : await run<Gone>(goneInPostgres, [some.map((each) => each.department), some.map((each) => each.lookupKey)]);
    // In the order in which they went: the last time counts.
    const last = new Map(found.map((gone) => [placeName(gone), gone]));
    for (const entry of some) {
      const gone = last.get(placeName(entry));
      if (gone?.isRevivable) former.set(entry.id, gone.ref);
    }
  }
  return former;
}

/** The ref that a record has, or had when it went. */
export function refBefore(entry: RollEntry | undefined, former: ReadonlyMap<number, string>): string | null {
  return entry?.link?.ref ?? former.get(entry?.id ?? -1) ?? null;
}

/** A record that went, and whether the citizen that it left has ended. */
interface Gone extends RecordPlace {
  readonly ref: string;
  readonly isRevivable: boolean | number;
}

const goneText = (asked: string) => `select event.department, event.lookup_key as "lookupKey", event.ref,
    citizen.retired_by is not null and citizen.redirect_to is null as "isRevivable"
  from ${asked} join citizen on citizen.ref = event.ref order by event.id`;
/** Written out, so that the index of these events alone serves. */
const wentAway = "event.kind = 'UNLINKED' and event.other_ref is null";
const goneInSqlite = goneText(`json_each(?) as asked join identity_event as event
    on event.department = asked.value ->> 0 and event.lookup_key = asked.value ->> 1 and ${wentAway}`);
/** Looks each record up by itself: PostgreSQL could believe that they are worth reading all events for. */
const goneInPostgres = goneText(`unnest(?::text[], ?::text[]) as asked(department, lookup_key) cross join lateral
    (select * from identity_event as event where event.department = asked.department
      and event.lookup_key = asked.lookup_key and ${wentAway} offset 0) as event`);
