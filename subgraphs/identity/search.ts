import type { PersonRecord } from "../../shared/department/person-feed.ts";
import type { IdentityKeys, TokenOf } from "./keys.ts";
import { FewRecords } from "./linking/few-records.ts";
import { type StoredScoring, scoringSettings, storedScoring, tokenVersionIn } from "./linking/scoring.ts";
import { notationToken, wantedTokens } from "./linking/tokens.ts";
import { readLiveRecords } from "./live-records.ts";
import { defaultModel, type Evidence, type Model } from "./matching/index.ts";
import { evidenceOf } from "./matching/links.ts";
import { priorWeight, probabilityOf } from "./matching/model.ts";
import { identifierKey } from "./matching/normalise/contacts.ts";
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

/** Whom one search looks at: the citizens of the links that share most with what is wanted. */
const most = { links: 200, citizens: 60 };

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
  readonly departments: ReadonlyMap<string, Pick<RegisteredDepartment, "feed">>;
}): Search {
  const { store, keys } = options;
  let lastVersion: number | undefined;
  return async (wanted, signal) => {
    const person = { ...wanted, key: "" };
    const alike = (version: number) => store.alike(tokensOf(person, keys.tokensOf(version)), most);
    // The key hardly ever changes: the search goes out together with the question which one is in use.
    const expected = lastVersion;
    const [settings, early] = await Promise.all([
      store.settings(scoringSettings),
      expected === undefined ? undefined : alike(expected),
    ]);
    const version = tokenVersionIn(settings);
    const links = early !== undefined && version === expected ? early : await alike(version);
    lastVersion = version;
    const tokenOf = keys.tokensOf(version);
    if (links.length === 0) return [];
    const { records, failures } = await readLiveRecords(links, { ...options, signal });
    if (records.size === 0 && failures.size > 0) throw [...failures.values()][0];

    const scoring = (await storedScoring(store, settings, tokenOf)) ?? unweighed;
    const openAgency = wanted.identifier?.some(({ schemaAgency }) => schemaAgency === anyAgency) ?? false;
    const compared = new FewRecords(scoring, person);
    const fixed = compared.add(person);
    const pairs: [number, number][] = [];
    const refs: string[] = [];
    for (const { id, ref } of links) {
      const record = records.get(id);
      if (!record) continue;
      pairs.push([openAgency ? compared.add(withAgencyOf(record, person)) : fixed, compared.add(record)]);
      refs.push(ref);
    }
    const weighed = await compared.weigh(pairs);
    const byRef = new Map<string, Evidence[][]>();
    for (const [index, ref] of refs.entries()) {
      const evidence = evidenceOf(scoring.model, weighed, index);
      const others = byRef.get(ref);
      if (others === undefined) byRef.set(ref, [evidence]);
      else others.push(evidence);
    }
    return Array.from(byRef, ([ref, all]) => rated(ref, strongestEvidence(all), scoring.model))
      .filter(({ weight }) => weight > priorWeight(scoring.model))
      .sort((a, b) => b.weight - a.weight || (a.ref < b.ref ? -1 : 1));
  };
}

/** Which key look-up tokens are made with at present. */
export async function tokenVersion(store: Pick<IdentityStore, "settings">): Promise<number> {
  return tokenVersionIn(await store.settings(scoringSettings));
}

function tokensOf(person: PersonRecord, tokenOf: TokenOf): readonly string[] {
  const notations = (person.identifier ?? []).flatMap(({ notation }) => notationToken(notation, tokenOf) ?? []);
  return [...wantedTokens(person, tokenOf), ...notations];
}

/** Before anything was weighed, by the shipped model alone. */
const unweighed: StoredScoring = { model: defaultModel(), features: {}, shares: async () => [] };

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
