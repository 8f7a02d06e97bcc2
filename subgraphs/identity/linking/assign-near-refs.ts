import type { Knex } from "knex";
import type { IdentityKeys } from "../keys.ts";
import { withKeptRefs } from "./assign-all-refs.ts";
import { assignRefs, type RefAssignment } from "./assign-refs.ts";
import { formerRefs, refBefore } from "./former-refs.ts";
import { newRef, type Run } from "./link.ts";
import type { OldLink, RollEntry } from "./roll.ts";

/** Refs that a new citizen may try: that all of them are taken has a chance of next to nothing. */
const attempts = 8;

/** Like a run over everything, for the citizens of these records alone. */
export async function assignNearRefs(
  run: Run,
  keys: IdentityKeys,
  options: {
    readonly roll: readonly RollEntry[];
    readonly clusters: readonly (readonly number[])[];
    readonly vanished: readonly OldLink[];
  },
): Promise<RefAssignment> {
  const { transaction } = run;
  const { roll, clusters, vanished } = options;
  const former = await formerRefs(run, roll);
  const oldRefs = clusters.map((members) => members.map((record) => roll[record]?.link?.ref ?? null));
  const living = new Set([...oldRefs.flat(), ...vanished.map(({ ref }) => ref)].filter((ref) => ref !== null));
  // Where every citizen goes on as it was, no other ref is needed.
  const keep = oldRefs.every((refs) => new Set(refs.filter((ref) => ref !== null)).size === 1);
  if (keep && former.size === 0 && living.size === clusters.length) {
    const refOf = oldRefs.map((refs) => refs.find((ref) => ref !== null) ?? "");
    if (new Set(refOf).size === refOf.length) return { refOf, created: [], revived: [], retired: new Map() };
  }
  const refKey = keys.derive("citizen refs");
  const tries = clusters.map(([first = 0]) =>
    Array.from({ length: attempts }, (_, attempt) => newRef(refKey, roll[first] as RollEntry, attempt)),
  );
  const known: readonly { ref: string; retired_by: number | null }[] = await transaction("citizen")
    .select("ref", "retired_by")
    .whereIn("ref", tries.flat());
  const taken = new Set(known.filter(({ retired_by }) => retired_by === null).map(({ ref }) => ref));
  const assigned = assignRefs({
    clusters:
      former.size === 0 ? oldRefs : clusters.map((members) => members.map((each) => refBefore(roll[each], former))),
    living,
    ended: new Set(known.filter(({ retired_by }) => retired_by !== null).map(({ ref }) => ref)),
    returning: new Set(former.values()),
    candidate(cluster, attempt) {
      const ref = tries[cluster]?.filter((one) => !taken.has(one))[attempt];
      if (ref === undefined) throw new Error("no ref is left for a new citizen");
      return ref;
    },
  });
  const assignment = { ...assigned, former };
  const ending = [...assignment.retired].flatMap(([ref, heir]) => (heir === null ? [ref] : []));
  if (ending.length === 0) return assignment;
  const links: readonly { id: number; ref: string }[] = await transaction("link")
    .select("id", "ref")
    .whereIn("ref", ending);
  const seen = new Set([...roll, ...vanished].map(({ id }) => id));
  return withKeptRefs(assignment, new Set(links.filter(({ id }) => !seen.has(id)).map(({ ref }) => ref)));
}

/** Links that are not read here, such as those of retired departments, go where the others of their citizen went. */
export async function takeHiddenAlong(transaction: Knex.Transaction, { retired }: RefAssignment): Promise<void> {
  for (const [ref, heir] of retired) if (heir !== null) await transaction("link").where({ ref }).update({ ref: heir });
}
