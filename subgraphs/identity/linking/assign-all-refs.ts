import type { Knex } from "knex";
import { assignRefs, type RefAssignment } from "./assign-refs.ts";
import { formerRefs, refBefore } from "./former-refs.ts";
import type { Run } from "./link.ts";
import type { RollEntry } from "./roll.ts";

/**
 * Gives each cluster of a run over everything its ref. Departments that are apart leave a citizen's ref to the others;
 * citizens of whom only links of kept departments are left live on.
 */
export async function assignAllRefs(
  run: Run,
  options: {
    readonly roll: readonly RollEntry[];
    readonly clusters: readonly (readonly number[])[];
    /** See `assignRefs`. */
    readonly candidate: (cluster: number, attempt: number) => string;
    readonly kept: ReadonlySet<string>;
    readonly apart?: ReadonlySet<string>;
  },
): Promise<RefAssignment> {
  const { transaction } = run;
  const { roll, clusters, candidate, kept, apart } = options;
  const refs = await knownRefs(transaction);
  const former = refs.ended.size === 0 ? new Map<number, string>() : await formerRefs(run, roll);
  const claimed = claimsOf(roll, former, apart);
  const assignment = assignRefs({
    ...refs,
    returning: new Set(former.values()),
    clusters: clusters.map((members) => members.map((record) => claimed(roll[record] as RollEntry))),
    candidate,
  });
  const living = withKeptRefs(assignment, await refsOfKept(transaction, kept));
  return { ...revivedAgain(living, refs.ended), former };
}

/** Where the other records of a citizen went, kept links go with them. */
export async function redirectKept(transaction: Knex, kept: ReadonlySet<string>): Promise<void> {
  if (kept.size === 0) return;
  await transaction("link")
    .whereIn("department", [...kept])
    .whereIn("ref", transaction("citizen").select("ref").whereNotNull("redirect_to"))
    .update({
      ref: transaction("citizen").select("redirect_to").whereRaw("citizen.ref = link.ref"),
    });
}

/** The ref that a record speaks for when clusters are given theirs. */
function claimsOf(
  roll: readonly RollEntry[],
  former: ReadonlyMap<number, string>,
  apart: ReadonlySet<string> = new Set(),
): (entry: RollEntry) => string | null {
  if (apart.size === 0) return (entry) => refBefore(entry, former);
  const others = new Set(
    roll.filter(({ department }) => !apart.has(department)).map((entry) => refBefore(entry, former)),
  );
  return (entry) => {
    const ref = refBefore(entry, former);
    return apart.has(entry.department) && others.has(ref) ? null : ref;
  };
}

async function knownRefs(transaction: Knex): Promise<{ living: Set<string>; ended: Set<string> }> {
  const living = new Set<string>();
  const ended = new Set<string>();
  const citizens: readonly { ref: string; retired_by: number | null }[] = await transaction("citizen").select(
    "ref",
    "retired_by",
  );
  for (const { ref, retired_by } of citizens) (retired_by === null ? living : ended).add(ref);
  return { living, ended };
}

/** The refs that links of these departments have, which a run leaves as they are. */
async function refsOfKept(transaction: Knex, kept: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  if (kept.size === 0) return new Set();
  const rows: readonly { ref: string }[] = await transaction("link")
    .distinct("ref")
    .whereIn("department", [...kept]);
  return new Set(rows.map(({ ref }) => ref));
}

/** A citizen of whom only kept links are left lives on, so that its id is the same when their department comes back. */
export function withKeptRefs(assignment: RefAssignment, kept: ReadonlySet<string>): RefAssignment {
  if (kept.size === 0) return assignment;
  const retired = [...assignment.retired].filter(([ref, heir]) => heir !== null || !kept.has(ref));
  return { ...assignment, retired: new Map(retired) };
}

/** A ref that ended while its link was kept lives again with it. */
function revivedAgain(assignment: RefAssignment, ended: ReadonlySet<string>): RefAssignment {
  const known = new Set(assignment.revived);
  const again = [...new Set(assignment.refOf)].filter((ref) => ended.has(ref) && !known.has(ref));
  return again.length === 0 ? assignment : { ...assignment, revived: [...assignment.revived, ...again] };
}
