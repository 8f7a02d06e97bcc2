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
import type { Alike } from "./store/alike.ts";
import type { PlacedLink } from "./store/crosswalk.ts";
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

/**
 * Citizens who may be the wanted person: those on whose records everything is as it was said, then those of whom more
 * speaks for it than against, each best first.
 */
export type Search = (wanted: Wanted, signal?: AbortSignal) => Promise<SearchAnswer>;

export interface SearchAnswer {
  readonly found: readonly Found[];
  readonly limits: readonly SearchLimit[];
}

/** Why more citizens may fit than were found; see the schema. */
export type SearchLimit = "TOO_MANY_ALIKE" | "DEPARTMENT_UNAVAILABLE";

/**
 * Whom one search looks at: the citizens of the links that share most with what is wanted. Where the last of these are
 * still the person by all that was said, as when it is a common family name alone, it looks at more.
 */
const most = { links: 200, citizens: 60 };
const mostAlike = { links: 700, citizens: 200, widely: true };

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
    const tokens = (version: number) => tokensOf(person, keys.tokensOf(version));
    const alike = (version: number) => store.alike(tokens(version), most);
    // The key hardly ever changes: the search goes out together with the question which one is in use.
    const expected = lastVersion;
    const [settings, early] = await Promise.all([
      store.settings(scoringSettings),
      expected === undefined ? undefined : alike(expected),
    ]);
    const version = tokenVersionIn(settings);
    let nearest = early !== undefined && version === expected ? early : await alike(version);
    lastVersion = version;
    if (nearest.links.length === 0) return nobody(tokens(version).length);

    const scoring = (await storedScoring(store, settings, keys.tokensOf(version))) ?? unweighed;
    const looking = { ...options, scoring, person, signal };
    let looked = await lookAt(nearest.links, looking);
    if (looked.failure !== undefined) throw looked.failure;
    if (nearest.isSample || (nearest.isFull && lastOf(nearest, looked).some(({ isExact }) => isExact))) {
      nearest = await store.alike(tokens(version), mostAlike);
      const { byRef: seen, unavailable } = looked;
      const more = await lookAt(
        nearest.links.filter(({ ref, department }) => !seen.has(ref) && !unavailable.has(department)),
        looking,
      );
      looked = {
        byRef: new Map([...seen, ...more.byRef]),
        unavailable: new Set([...unavailable, ...more.unavailable]),
      };
    }
    // Who has the commonest of all names has it nevertheless, however little that says.
    const fits = ({ isExact, weight }: Candidate) => isExact || weight > priorWeight(scoring.model);
    const limits: SearchLimit[] = [];
    if (nearest.isSample || (nearest.isFull && lastOf(nearest, looked).some(fits))) limits.push("TOO_MANY_ALIKE");
    if (looked.unavailable.size > 0) limits.push("DEPARTMENT_UNAVAILABLE");
    return { found: [...looked.byRef.values()].filter(fits).sort(bestFirst), limits };
  };
}

/** What was said has either no token, because it fits too many by itself, or one that nobody has. */
function nobody(tokens: number): SearchAnswer {
  return { found: [], limits: tokens === 0 ? ["TOO_MANY_ALIKE"] : [] };
}

interface Looked {
  readonly byRef: ReadonlyMap<string, Candidate>;
  /** Departments that did not answer. */
  readonly unavailable: ReadonlySet<string>;
  /** What the first of them has failed with, where none has answered. */
  readonly failure?: unknown;
}

interface Candidate extends Found {
  /** All that was said of the person is on the citizen's records as it was said. */
  readonly isExact: boolean;
}

function bestFirst(a: Candidate, b: Candidate): number {
  return Number(b.isExact) - Number(a.isExact) || b.weight - a.weight || (a.ref < b.ref ? -1 : 1);
}

/** Those who share least of all that were looked at. */
function lastOf({ links }: Alike, { byRef }: Looked): readonly Candidate[] {
  const least = (links.at(-1)?.shared ?? 0) + rounding;
  const refs = new Set(links.filter(({ shared }) => shared <= least).map(({ ref }) => ref));
  return [...refs].flatMap((ref) => byRef.get(ref) ?? []);
}

/** Bits that sums of the same differ by. */
const rounding = 1e-9;

/** Reads the records of links from the departments, and weighs the citizens by them. */
async function lookAt(
  links: readonly PlacedLink[],
  options: Parameters<typeof readLiveRecords>[1] & { readonly scoring: StoredScoring; readonly person: PersonRecord },
): Promise<Looked> {
  const { scoring, person } = options;
  const { records, failures } = await readLiveRecords(links, options);
  const openAgency = person.identifier?.some(({ schemaAgency }) => schemaAgency === anyAgency) ?? false;
  const compared = new FewRecords(scoring, person);
  const said = compared.add(person);
  const pairs: [number, number][] = [[said, compared.add(person)]];
  const refs: string[] = [];
  for (const { id, ref } of links) {
    const record = records.get(id);
    if (!record) continue;
    pairs.push([openAgency ? compared.add(withAgencyOf(record, person)) : said, compared.add(record)]);
    refs.push(ref);
  }
  const weighed = await compared.weigh(pairs);
  const [itself = [], ...others] = pairs.map((_, index) => evidenceOf(scoring.model, weighed, index));
  const isAgreed = agreement(scoring.model, itself);
  const byRef = new Map<string, Evidence[][]>();
  for (const [index, evidence] of others.entries()) {
    const ref = refs[index] ?? "";
    const own = byRef.get(ref);
    if (own === undefined) byRef.set(ref, [evidence]);
    else own.push(evidence);
  }
  const candidates = Array.from(byRef, ([ref, all]): [string, Candidate] => {
    const agreed = new Set(all.flatMap((evidence) => evidence.filter(isAgreed).map(({ attribute }) => attribute)));
    const isExact = itself.every(({ attribute }) => attribute === dependency || agreed.has(attribute));
    return [ref, { ...rated(ref, strongestEvidence(all), scoring.model), isExact }];
  });
  const failure = records.size === 0 ? [...failures.values()][0] : undefined;
  return { byRef: new Map(candidates), unavailable: new Set(failures.keys()), failure };
}

/**
 * Whether an attribute is as it was said: as it is where the person is compared with itself, or by a value that both have,
 * which is what levels weigh by its rarity.
 */
function agreement(model: Model, itself: readonly Evidence[]): (evidence: Evidence) => boolean {
  const agreeing = new Set(itself.map(nameOf));
  for (const { attribute, levels } of model.comparisons) {
    for (const { name, frequency } of levels)
      if (frequency !== undefined) agreeing.add(nameOf({ attribute, level: name }));
  }
  return (evidence) => agreeing.has(nameOf(evidence));
}

function nameOf({ attribute, level }: Pick<Evidence, "attribute" | "level">): string {
  return `${attribute} ${level}`;
}

/** Not of an attribute: what several of them say together. */
const dependency = "dependency";

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

/**
 * Of each attribute what speaks most for the person, on whichever record it is; and of what was corrected because
 * attributes depend on each other the least: a relative who has lived elsewhere too does not agree on name and address
 * independently for agreeing on each of them on another record.
 */
function strongestEvidence(records: readonly (readonly Evidence[])[]): readonly Evidence[] {
  const strongest = new Map<string, Evidence>();
  const corrections: Evidence[] = [];
  for (const evidence of records) {
    let correction: Evidence = { attribute: dependency, level: "", weight: 0 };
    for (const one of evidence) {
      if (one.attribute === dependency) correction = one;
      else if (one.weight > (strongest.get(one.attribute)?.weight ?? Number.NEGATIVE_INFINITY)) {
        strongest.set(one.attribute, one);
      }
    }
    corrections.push(correction);
  }
  const least = corrections.reduce((one, other) => (other.weight < one.weight ? other : one));
  return [...strongest.values(), least];
}

function rated(ref: string, evidence: readonly Evidence[], model: Model): Found {
  const weight = evidence.reduce((sum, one) => sum + one.weight, priorWeight(model));
  const matchProbability = probabilityOf(weight);
  const { link, review } = model.thresholds;
  const grade = matchProbability >= link ? "CERTAIN" : matchProbability >= review ? "PROBABLE" : "POSSIBLE";
  return { ref, grade, matchProbability, weight };
}
