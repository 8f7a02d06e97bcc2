import type { PersonFeedDescription } from "../../../shared/department/person-feed.ts";
import { cluster, type Edge } from "./cluster.ts";
import { contradict } from "./contradiction.ts";
import { type Bonds, breathe, type Clustering, type EnginePage, type LinkEngine, type LinkReason } from "./engine.ts";
import type { Traits } from "./traits.ts";

/** The rules, strongest first. A name is the first given name and the family name, in any order. */
export const deterministicRules = [
  "IDENTIFIER",
  "NAME_BIRTH_DATE_ADDRESS",
  "NAME_BIRTH_DATE_EMAIL",
  "NAME_BIRTH_DATE_PHONE",
] as const;

/** More records than this with one identifier, or one name and birth date, are a mistake of the source: not compared. */
const largestBlock = 100;

/**
 * Links records that share an identifier, or name, full birth date and one of address, e-mail and phone, and do not
 * contradict each other.
 */
export function deterministicEngine(options: { readonly identifiers?: boolean } = {}): LinkEngine {
  return {
    modelVersion: "deterministic-1",
    async cluster({ pages, bonds, signal, onProgress }) {
      const pass = deterministicPass(options);
      for await (const page of pages) pass.add(page);
      return await pass.cluster({ bonds: bonds?.(), signal, onProgress });
    },
  };
}

export interface DeterministicPass {
  add(page: EnginePage): void;
  cluster(options: {
    readonly bonds?: Bonds | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: (done: number, total: number) => void;
  }): Promise<Clustering>;
}

/** One run of the rules, for engines that read the same pages themselves. */
export function deterministicPass({ identifiers = true }: { readonly identifiers?: boolean } = {}): DeterministicPass {
  const departments: PersonFeedDescription[] = [];
  const sourceOf: number[] = [];
  const keys: string[] = [];
  const traits: Traits[] = [];
  const shared = interner();

  return {
    add(page) {
      let source = departments.findIndex(({ department }) => department === page.department.department);
      if (source < 0) source = departments.push(page.department) - 1;
      for (const [index, { key }] of page.records.entries()) {
        sourceOf.push(source);
        keys.push(key);
        traits.push(shared(page.traits[index] as Traits));
      }
    },
    async cluster({ bonds = noBonds, signal, onProgress }): Promise<Clustering> {
      const forbidden = new Set(bonds.cannot.map(([a, b]) => pairName(a, b)));
      const blocks = { identifier: new Map<string, number[]>(), name: new Map<string, number[]>() };
      for (const [record, { name, birth, identifiers: numbers }] of traits.entries()) {
        if (record % 20_000 === 0) await breathe(signal);
        if (identifiers) for (const number of numbers) put(blocks.identifier, number, record);
        if (name !== undefined && birth?.length === 8) put(blocks.name, `${name} ${birth}`, record);
      }
      const edges: Edge[] = bonds.must.map(([left, right]) => ({ left, right, rule: decided }));
      let dropped = 0;
      let done = 0;
      const total = blocks.identifier.size + blocks.name.size;
      for (const [kind, block] of Object.entries(blocks)) {
        for (const members of block.values()) {
          done += 1;
          if (done % 20_000 === 0) {
            onProgress?.(done, total);
            await breathe(signal);
          }
          if (members.length > largestBlock) dropped += 1;
          else compareAll(members, traits, kind === "name" ? sharedContact : byIdentifier, edges);
        }
      }
      onProgress?.(total, total);
      const { clusterOf, strongestRule } = await cluster({
        edges,
        rankOf: canonicalRanks(departments, sourceOf, keys),
        uniqueSourceOf: (record) => {
          const source = sourceOf[record] ?? 0;
          return departments[source]?.uniquePerPerson ? source : -1;
        },
        contradict: (a, b) => forbidden.has(pairName(a, b)) || contradict(traits[a] as Traits, traits[b] as Traits),
        signal,
      });
      // What was read of people is not kept while links are written, and neither is its memory.
      traits.length = 0;
      const notes =
        dropped === 0 ? [] : [`${dropped} groups of more than ${largestBlock} equal records were not compared.`];
      return { clusterOf, reason: (record) => reasons[strongestRule[record] ?? -1] ?? onlyRecord, review: [], notes };
    },
  };
}

const noBonds: Bonds = { must: [], cannot: [] };
/** Comes before all rules, and joins records that contradict each other too. */
const decided = -2;

function pairName(a: number, b: number): string {
  return a < b ? `${a}:${b}` : `${b}:${a}`;
}

function compareAll(
  members: readonly number[],
  traits: readonly Traits[],
  ruleOf: (a: Traits, b: Traits) => number,
  edges: Edge[],
): void {
  for (const [index, left] of members.entries()) {
    for (const right of members.slice(index + 1)) {
      const a = traits[left] as Traits;
      const b = traits[right] as Traits;
      const rule = ruleOf(a, b);
      if (rule >= 0 && !contradict(a, b)) edges.push({ left, right, rule });
    }
  }
}

const byIdentifier = (): number => 0;

/** The rule that two records of one name and birth date meet, or -1. */
function sharedContact(a: Traits, b: Traits): number {
  if (a.street !== undefined && a.street === b.street && (!a.area || !b.area || a.area === b.area)) return 1;
  if (a.emails.some((email) => b.emails.includes(email))) return 2;
  return a.phones.some((phone) => b.phones.includes(phone)) ? 3 : -1;
}

const reasons: readonly LinkReason[] = deterministicRules.map((rule) => ({
  status: "AUTO_LINKED",
  method: rule === "IDENTIFIER" ? "IDENTIFIER" : "DETERMINISTIC",
  rule,
  matchProbability: null,
  evidence: null,
}));

/** The citizen's only record so far: nothing had to be decided. */
export const onlyRecord: LinkReason = {
  status: "AUTO_LINKED",
  method: "DETERMINISTIC",
  rule: "ONLY_RECORD",
  matchProbability: null,
  evidence: null,
};

/** Position of each record when all are sorted by department and key: an order that arrival has no part in. */
function canonicalRanks(
  departments: readonly PersonFeedDescription[],
  sourceOf: readonly number[],
  keys: readonly string[],
): Int32Array {
  const names = departments.map(({ department }) => department);
  const place = names.map((name) => [...names].sort().indexOf(name));
  const order = Int32Array.from(keys.keys());
  const placeOf = (record: number): number => place[sourceOf[record] ?? 0] ?? 0;
  order.sort((a, b) => placeOf(a) - placeOf(b) || compareText(keys[a] ?? "", keys[b] ?? ""));
  const ranks = new Int32Array(keys.length);
  for (const [rank, record] of order.entries()) ranks[record] = rank;
  return ranks;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function put(block: Map<string, number[]>, key: string, record: number): void {
  const members = block.get(key);
  if (members === undefined) block.set(key, [record]);
  else members.push(record);
}

/** Equal texts of a million records share one string. */
function interner(): (traits: Traits) => Traits {
  const texts = new Map<string, string>();
  const one = (text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, text);
    return text;
  };
  const all = (list: readonly string[]): readonly string[] =>
    list.length === 0 ? none : list.map((text) => one(text) ?? text);
  return (traits) => ({
    given: one(traits.given),
    middle: one(traits.middle),
    family: one(traits.family),
    name: one(traits.name),
    birth: one(traits.birth),
    street: one(traits.street),
    area: one(traits.area),
    phones: all(traits.phones),
    emails: all(traits.emails),
    identifiers: all(traits.identifiers),
  });
}

const none: readonly string[] = [];
