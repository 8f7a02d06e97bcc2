import type { CitizenRepresentation, LiveRecords } from "./live-records.ts";
import {
  type Candidate,
  type FieldSurvivorship,
  type Survivor,
  type Survivorship,
  survivor,
  survivorAmong,
} from "./survivorship.ts";
import { addresses, contactPoints, datesOfBirth, identifiers, type LiveRecord, names } from "./values.ts";

/** What a resolver knows of the call that it answers. */
export interface PersonContext {
  readonly recordsOf: (citizen: CitizenRepresentation) => Promise<LiveRecords>;
}

/** The resolvers of person's schema: the value that survives among the live records. */
export function personResolvers(survivorship: Survivorship) {
  const one =
    <Value, Shown>(
      field: FieldSurvivorship,
      values: (records: readonly LiveRecord[]) => readonly Candidate<Value>[],
      show: (survivor: Survivor<Value>, live: LiveRecords) => Shown,
    ) =>
    async (citizen: CitizenRepresentation, _: unknown, { recordsOf }: PersonContext): Promise<Shown | null> => {
      const live = await recordsOf(citizen);
      const found = survivorAmong(live.records, values, field);
      if (found !== null) return show(found, live);
      if (live.missing !== null) throw live.missing;
      return null;
    };

  const list =
    <Value, Shown>(
      field: FieldSurvivorship,
      values: (records: readonly LiveRecord[]) => readonly Candidate<Value>[],
      groupOf: (candidate: Candidate<Value>) => string,
      show: (survivor: Survivor<Value>, live: LiveRecords) => Shown,
    ) =>
    async (citizen: CitizenRepresentation, _: unknown, { recordsOf }: PersonContext): Promise<readonly Shown[]> => {
      const live = await recordsOf(citizen);
      const groups = new Map<string, Candidate<Value>[]>();
      for (const candidate of values(live.records)) {
        const group = groups.get(groupOf(candidate));
        if (group === undefined) groups.set(groupOf(candidate), [candidate]);
        else group.push(candidate);
      }
      if (groups.size === 0 && live.missing !== null) throw live.missing;
      return [...groups.values()]
        .flatMap((candidates) => survivor(candidates, field) ?? [])
        .sort((a, b) => (b.candidate.changed ?? "").localeCompare(a.candidate.changed ?? ""))
        .map((found) => show(found, live));
    };

  return {
    Citizen: {
      __resolveReference: (citizen: CitizenRepresentation) => citizen,
      name: one(survivorship.name, names, withProvenance),
      dateOfBirth: one(survivorship.dateOfBirth, datesOfBirth, ({ candidate }) => candidate.value),
      identifier: list(
        survivorship.identifier,
        identifiers,
        ({ value }) => value.schemaAgency,
        ({ candidate }) => candidate.value,
      ),
      domicile: one(survivorship.domicile, addresses, withProvenance),
      contactPoint: list(survivorship.contactPoint, contactPoints, ({ sameness }) => sameness(), withProvenance),
    },
  };
}

function withProvenance<Value extends object>(survivor: Survivor<Value>, { observedAt }: LiveRecords) {
  return { ...survivor.candidate.value, provenance: new Provenance(survivor, observedAt) };
}

/** A class, because the rule is worked out only where it is selected, and a getter of each object's own is slow. */
class Provenance {
  readonly department: { readonly __typename: "Department"; readonly id: string };
  readonly observedAt: string;
  readonly stale = false;
  readonly #survivor: Survivor<object>;

  constructor(survivor: Survivor<object>, observedAt: string) {
    this.department = { __typename: "Department", id: survivor.candidate.department };
    this.observedAt = observedAt;
    this.#survivor = survivor;
  }

  get rule(): Survivor<object>["rule"] {
    return this.#survivor.rule;
  }
}
