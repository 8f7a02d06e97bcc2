import type { Knex } from "knex";
import { assignRefs, type RefAssignment } from "./assign-refs.ts";
import type { RollEntry } from "./roll.ts";

/**
 * Gives each cluster of a run over everything its ref. Departments that are apart leave a citizen's ref to the others;
 * citizens of whom only links of kept departments are left live on.
 */
export async function assignAllRefs(
  transaction: Knex,
  options: {
    readonly roll: readonly RollEntry[];
    readonly clusters: readonly (readonly number[])[];
    /** See `assignRefs`. */
    readonly candidate: (cluster: number, attempt: number) => string;
    readonly kept: ReadonlySet<string>;
    readonly apart?: ReadonlySet<string>;
  },
): Promise<RefAssignment> {
  const { roll, clusters, candidate, kept, apart } = options;
  const refs = await knownRefs(transaction);
  const claimed = claimsOf(roll, apart);
  const assignment = assignRefs({
    ...refs,
    clusters: clusters.map((members) => members.map((record) => claimed(roll[record] as RollEntry))),
    candidate,
  });
  const living = withKeptRefs(assignment, await refsOfKept(transaction, kept));
  return revivedAgain(living, refs.ended);
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
function claimsOf(roll: readonly RollEntry[], apart: ReadonlySet<string> = new Set()) {
  if (apart.size === 0) return ({ link }: RollEntry) => link?.ref ?? null;
  const others = new Set(roll.filter(({ department }) => !apart.has(department)).map(({ link }) => link?.ref));
  return ({ department, link }: RollEntry) =>
    link === null || (apart.has(department) && others.has(link.ref)) ? null : link.ref;
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
