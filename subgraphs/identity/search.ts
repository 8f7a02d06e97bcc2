import type { PersonRecord } from "../../shared/department/person-feed.ts";
import type { IdentityKeys } from "./keys.ts";
import { storedScoring } from "./linking/scoring.ts";
import { notationToken, wantedTokens } from "./linking/tokens.ts";
import { readLiveRecords } from "./live-records.ts";
import { type Features, featuresOf } from "./matching/features.ts";
import { defaultModel, type Evidence, type Frequencies, type Model } from "./matching/index.ts";
import { priorWeight, probabilityOf } from "./matching/model.ts";
import { identifierKey } from "./matching/normalise/contacts.ts";
import { scoreFeatures } from "./matching/score-pair.ts";
import type { RegisteredDepartment } from "./registry.ts";
import type { IdentityStore } from "./store/index.ts";

/** What is known of the person who is looked for. */
export type Wanted = Omit<PersonRecord, "key">;

/** As in FHIR's Patient $match. */
export type MatchGrade = "CERTAIN" | "PROBABLE" | "POSSIBLE";

export interface Found {
  readonly ref: string;
  readonly grade: MatchGrade;
  readonly matchProbability: number;
  /** In bits, the rareness of a match among all citizens included. */
  readonly weight: number;
}

/** Citizens that speak more for than against being the wanted person, best first. */
export type Search = (wanted: Wanted, signal?: AbortSignal) => Promise<readonly Found[]>;

/** Records that are fetched and weighed for one search. */
const mostCandidates = 200;

/** What `schemaAgency` says of an identifier whose issuer the caller does not know. */
export const anyAgency = "";

/**
 * Finds citizens by keyed tokens, which forgive typos, nicknames, swapped names and partial dates, fetches their
 * records from the departments, and weighs them as linking does. All that is wanted may be on different records of a
 * citizen. Records of departments that do not answer are left out; when none answers, the search fails.
 */
export function createSearch(options: {
  readonly store: IdentityStore;
  readonly keys: IdentityKeys;
  readonly departments: ReadonlyMap<string, RegisteredDepartment>;
}): Search {
  const { store, keys } = options;
  const scoring = storedScoring();
  return async (wanted, signal) => {
    const tokenOf = keys.tokensOf(await tokenVersion(store));
    const person = { ...wanted, key: "" };
    const tokens = [
      ...wantedTokens(person, tokenOf),
      ...(wanted.identifier ?? []).flatMap(({ notation }) => notationToken(notation, tokenOf) ?? []),
    ];
    const candidates = await store.candidates(tokens, mostCandidates);
    if (candidates.length === 0) return [];
    const refs = [...new Set((await store.placesById(candidates)).map(({ ref }) => ref))];
    const links = await store.placesOf(refs);
    const { records, failures } = await readLiveRecords(links, { ...options, signal });
    if (records.size === 0 && failures.size > 0) throw [...failures.values()][0];

    const { model, frequencies } = (await scoring(store, tokenOf)) ?? unweighed;
    const openAgency = wanted.identifier?.some(({ schemaAgency }) => schemaAgency === anyAgency) ?? false;
    const fixed = openAgency ? undefined : featuresOf(person);
    const rows = links.flatMap(({ id, ref }) => {
      const record = records.get(id);
      if (!record) return [];
      return [{ ref, record: featuresOf(record), wanted: fixed ?? featuresOf(withAgencyOf(record, person)) }];
    });
    const weighing = await frequencies(rows.flatMap((row) => [row.record, row.wanted]));
    const byRef = new Map<string, Evidence[][]>();
    for (const row of rows) {
      const { evidence } = scoreFeatures(model, row.wanted, row.record, weighing);
      byRef.set(row.ref, [...(byRef.get(row.ref) ?? []), [...evidence]]);
    }
    return Array.from(byRef, ([ref, all]) => rated(ref, strongestEvidence(all), model))
      .filter(({ weight }) => weight > priorWeight(model))
      .sort((a, b) => b.weight - a.weight || (a.ref < b.ref ? -1 : 1));
  };
}

/** Which key look-up tokens are made with at present. */
export async function tokenVersion(store: Pick<IdentityStore, "setting">): Promise<number> {
  return Number((await store.setting("token version")) ?? 1);
}

const noFrequencies: Frequencies = { share: () => undefined, collision: () => undefined };
const unweighed = {
  model: defaultModel(),
  frequencies: async (_: readonly Features[]): Promise<Frequencies> => noFrequencies,
};

/** An identifier that anybody may have issued is compared with the one of the record that it could be. */
function withAgencyOf(record: PersonRecord, wanted: PersonRecord): PersonRecord {
  const own = record.identifier ?? [];
  return {
    ...wanted,
    identifier: wanted.identifier?.map(({ schemaAgency, notation }) => {
      const same = own.find((each) => identifierKey(each.notation) === identifierKey(notation)) ?? own[0];
      return { notation, schemaAgency: schemaAgency === anyAgency ? (same?.schemaAgency ?? anyAgency) : schemaAgency };
    }),
  };
}

/** Of each attribute what speaks most for the person, on whichever record it is. */
function strongestEvidence(records: readonly (readonly Evidence[])[]): readonly Evidence[] {
  const strongest = new Map<string, Evidence>();
  for (const evidence of records) {
    for (const one of evidence) {
      if (one.weight > (strongest.get(one.attribute)?.weight ?? Number.NEGATIVE_INFINITY)) {
        strongest.set(one.attribute, one);
      }
    }
  }
  return [...strongest.values()];
}

function rated(ref: string, evidence: readonly Evidence[], model: Model): Found {
  const weight = evidence.reduce((sum, one) => sum + one.weight, priorWeight(model));
  const matchProbability = probabilityOf(weight);
  const { link, review } = model.thresholds;
  const grade = matchProbability >= link ? "CERTAIN" : matchProbability >= review ? "PROBABLE" : "POSSIBLE";
  return { ref, grade, matchProbability, weight };
}
