import type { Knex } from "knex";
import type { RefAssignment } from "./assign-refs.ts";

/** The refs that links of these departments have, which a run leaves as they are. */
export async function refsOfKept(transaction: Knex, kept: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  if (kept.size === 0) return new Set();
  const rows: readonly { ref: string }[] = await transaction("link")
    .distinct("ref")
    .whereIn("department", [...kept]);
  return new Set(rows.map(({ ref }) => ref));
}

/**
 * A citizen of whom only kept links are left lives on, so that its id is the same when their department comes back; a
 * ref that ended while its link was kept lives again with it.
 */
export function withKeptRefs(
  assignment: RefAssignment,
  ended: ReadonlySet<string>,
  kept: ReadonlySet<string>,
): RefAssignment {
  const { refOf, revived, retired } = assignment;
  const known = new Set(revived);
  const again = [...new Set(refOf)].filter((ref) => ended.has(ref) && !known.has(ref));
  return {
    ...assignment,
    revived: again.length === 0 ? revived : [...revived, ...again],
    retired: new Map([...retired].filter(([ref, heir]) => heir !== null || !kept.has(ref))),
  };
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
