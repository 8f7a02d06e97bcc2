import { CivigraphError } from "../../shared/errors.ts";
import type { Run } from "./linking/link.ts";
import { type ResolveOptions, resolve } from "./linking/resolve.ts";
import { bulkInsert, runBulk } from "./store/bulk.ts";
import type {
  Crosswalk,
  DecidedRecord,
  DecisionKind,
  IdentityEventKind,
  PlacedLink,
  RecordPlace,
} from "./store/crosswalk.ts";
import { statementsWithin } from "./store/statements.ts";

export interface Ruling {
  readonly decision: number;
  readonly kind: DecisionKind;
  readonly refs: readonly string[];
}

type Resolving = Pick<ResolveOptions, "store" | "keys" | "departments" | "signal"> & {
  readonly actor: string;
  readonly reason: string;
};

export interface DecideOptions extends Resolving {
  readonly kind: DecisionKind;
  /** The records that it is about, by sides; read inside the transaction. Null where the subject is gone. */
  readonly subject: (reads: Crosswalk) => Promise<readonly (readonly PlacedLink[])[] | null>;
  /** What the steward has seen: the latest version of the citizens concerned. */
  readonly version: number;
}

/**
 * Writes a steward's decision and links the records concerned anew by it. It holds in every later run, until it is
 * undone or a later decision speaks of the same records.
 * @throws CivigraphError BAD_USER_INPUT, IDENTITY_CHANGED when the citizens are not as the steward has seen them,
 *   DEPARTMENT_UNAVAILABLE. Nothing is changed then.
 */
export async function decide(options: DecideOptions): Promise<Ruling> {
  let decision = 0;
  const refs = await rule(options, async (run, reads) => {
    const sides = await options.subject(reads);
    if (sides === null) throw new CivigraphError("IDENTITY_CHANGED");
    const refs = [...new Set(sides.flat().map(({ ref }) => ref))];
    if (latest(await reads.versions(refs)) !== options.version) throw new CivigraphError("IDENTITY_CHANGED");
    const last = await run.transaction("decision").max("id as id").first<{ id: number | null }>();
    decision = (last?.id ?? 0) + 1;
    await run.transaction("decision").insert({ id: decision, kind: options.kind, assertion_id: run.assertion });
    const rows = sides.flatMap((links, side) =>
      links.map(({ department, lookupKey }) => [decision, department, lookupKey, side]),
    );
    await runBulk(run.transaction, run.engine, insertRecords, rows);
    const agreed = options.kind === "CONFIRM" || options.kind === "MERGE";
    await tell(run, agreed ? "CONFIRMED" : "REJECTED", refs);
    return sides.flat().map(({ id }) => id);
  });
  return { decision, kind: options.kind, refs };
}

/**
 * Takes a decision back: its records are linked by what speaks for and against it again. As with all decisions, whoever
 * takes it back is shown something of each side.
 * @throws CivigraphError BAD_USER_INPUT when there is no such decision, it was undone before, or a side is not shown.
 */
export async function undo(
  options: Resolving & {
    readonly decision: number;
    readonly isSeen: (place: Pick<RecordPlace, "department">) => boolean;
  },
): Promise<Ruling> {
  const { decision, isSeen } = options;
  let kind: DecisionKind = "CONFIRM";
  const refs = await rule(options, async (run, reads) => {
    // Together, so that a decision that is not shown costs no more time than one that there is not.
    const records: readonly Omit<DecidedRecord, "decision">[] = await statementsWithin(run.transaction, run.engine)(
      recordsOfDecision,
      [decision],
    );
    const shown = new Set(records.filter(isSeen).map(({ side }) => side));
    const [known] = records;
    if (known === undefined || !records.every(({ side }) => shown.has(side))) {
      throw new CivigraphError("BAD_USER_INPUT", {
        argument: "decision",
        detail: "`decision` names no decision that is in force.",
      });
    }
    kind = known.kind;
    await run.transaction("decision").where({ id: decision }).update({ undone_by: run.assertion });
    const links = await reads.placesAt(records);
    await tell(run, "UNDONE", [...new Set(links.map(({ ref }) => ref))]);
    return links.map(({ id }) => id);
  });
  return { decision, kind, refs };
}

const recordsOfDecision = `select decision.kind, record.department, record.lookup_key as "lookupKey", record.side
  from decision join decision_record record on record.decision_id = decision.id
  where decision.id = ? and decision.undone_by is null`;

/** Gives the citizens of the records concerned as they are then. */
async function rule(
  { store, keys, departments, signal, actor, reason }: Resolving,
  begin: NonNullable<ResolveOptions["begin"]>,
): Promise<readonly string[]> {
  let concerned: readonly number[] = [];
  await resolve({
    store,
    keys,
    departments,
    signal,
    actor,
    reason,
    begin: async (run, reads) => {
      concerned = await begin(run, reads);
      return concerned;
    },
  });
  return [...new Set((await store.placesById(concerned)).map(({ ref }) => ref))];
}

/** The version of citizens that are looked at together. */
export function latest(versions: ReadonlyMap<string, number>): number {
  return Math.max(0, ...versions.values());
}

/** One event on each of the citizens; where there are two, each names the other. */
async function tell(
  { transaction, engine, assertion }: Run,
  kind: IdentityEventKind,
  refs: readonly string[],
): Promise<void> {
  const last = await transaction("identity_event").max("id as id").first<{ id: number | null }>();
  const rows = refs.map((ref, index) => [
    (last?.id ?? 0) + 1 + index,
    assertion,
    kind,
    ref,
    refs.length === 2 ? (refs[1 - index] ?? null) : null,
  ]);
  await runBulk(transaction, engine, insertEvents, rows);
}

const insertRecords = bulkInsert("decision_record", [
  ["decision_id", "integer"],
  ["department", "text"],
  ["lookup_key", "text"],
  ["side", "integer"],
]);

const insertEvents = bulkInsert("identity_event", [
  ["id", "integer"],
  ["assertion_id", "integer"],
  ["kind", "text"],
  ["ref", "text"],
  ["other_ref", "text"],
]);
