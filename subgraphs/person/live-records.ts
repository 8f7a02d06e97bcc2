import type { PersonAttribute, PersonFeed, PersonRecord } from "../../shared/department/person-feed.ts";
import { CivigraphError } from "../../shared/errors.ts";
import type { LiveRecord } from "./values.ts";

/** A department as person knows it: whose records, in which field their keys come, and how to read them. */
export interface PersonSource {
  readonly id: string;
  readonly name: string;
  /** `socialServicesKeys`. */
  readonly keysField: string;
  readonly feed: PersonFeed;
}

/** A Citizen as the gateway hands it over: local keys by field, `null` where they are withheld. */
export type CitizenRepresentation = Readonly<Record<string, unknown>>;

/** A person's records, and the first department that could not be read, for fields that nobody else could fill. */
export interface LiveRecords {
  readonly records: readonly LiveRecord[];
  readonly missing: CivigraphError | null;
  /** When they were read, RFC 3339. */
  readonly observedAt: string;
}

export interface LiveRecordsOptions {
  readonly sources: readonly PersonSource[];
  /** What of the records is read. */
  readonly attributes: readonly PersonAttribute[];
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads the records of the citizens of one request: one batch for each department that holds any of them. A
 * department that fails, or takes longer than the deadline, is left out.
 */
export function liveRecords(options: LiveRecordsOptions): (citizen: CitizenRepresentation) => Promise<LiveRecords> {
  const known = new Map<CitizenRepresentation, Promise<LiveRecords>>();
  let batch: { readonly citizens: CitizenRepresentation[]; readonly read: Promise<readonly LiveRecords[]> } | undefined;

  /** Citizens that are asked for until promises have settled are read together. */
  function openBatch() {
    const citizens: CitizenRepresentation[] = [];
    const settled = new Promise<void>((resolve) => {
      queueMicrotask(() => process.nextTick(resolve));
    });
    const read = settled.then(() => {
      batch = undefined;
      return readCitizens(citizens, options);
    });
    return { citizens, read };
  }

  return (citizen) => {
    let records = known.get(citizen);
    if (records === undefined) {
      batch ??= openBatch();
      const index = batch.citizens.push(citizen) - 1;
      records = batch.read.then((all) => all[index] as LiveRecords);
      known.set(citizen, records);
    }
    return records;
  };
}

async function readCitizens(
  citizens: readonly CitizenRepresentation[],
  { sources, attributes, deadlineMs, signal }: LiveRecordsOptions,
): Promise<readonly LiveRecords[]> {
  const observedAt = new Date().toISOString();
  const found = citizens.map(() => ({
    records: [] as LiveRecord[],
    missing: null as CivigraphError | null,
    observedAt,
  }));
  const asked = sources.flatMap((source, at): Asked[] => {
    const keys = new Set<string>();
    for (const citizen of citizens) for (const key of keysIn(citizen[source.keysField])) keys.add(key);
    return keys.size === 0 ? [] : [{ at, source, keys: [...keys] }];
  });
  const answers: (Answer | undefined)[] = sources.map(() => undefined);
  await within(deadlineMs, signal, asked, async ({ at, source, keys }, stop) => {
    const answer = await readSource(source, keys, attributes, stop);
    // What comes after the deadline does not count, whoever was first.
    if (!stop.aborted) answers[at] = answer;
  });
  for (const { at, source } of asked) answers[at] ??= unavailable(source.name, new Error("took too long"));
  for (const [at, { id, keysField }] of sources.entries()) {
    const answer = answers[at] ?? noRecords;
    for (const [index, citizen] of citizens.entries()) {
      const own = found[index];
      for (const key of keysIn(citizen[keysField])) {
        if (!own) continue;
        if (answer instanceof CivigraphError) own.missing ??= answer;
        else {
          const record = answer.get(key);
          if (record) own.records.push({ department: id, record });
        }
      }
    }
  }
  return found;
}

type Answer = ReadonlyMap<string, PersonRecord> | CivigraphError;

const noRecords: Answer = new Map();

/** The department's records by key, or why there are none. */
async function readSource(
  { feed, name: department }: PersonSource,
  keys: readonly string[],
  attributes: readonly PersonAttribute[],
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const records = await feed.byKeys(keys, { signal, attributes });
    if (records.length !== keys.length) return new CivigraphError("SUBGRAPH_INVALID_ANSWER", { department });
    const byKey = new Map<string, PersonRecord>();
    for (const [index, key] of keys.entries()) {
      const record = records[index];
      if (record?.key === key) byKey.set(key, record);
    }
    return byKey;
  } catch (error) {
    return error instanceof CivigraphError ? error : unavailable(department, error);
  }
}

function unavailable(department: string, cause: unknown): CivigraphError {
  return new CivigraphError("DEPARTMENT_UNAVAILABLE", { department }, { cause });
}

/** What is asked of the source in this place of the list. */
interface Asked {
  readonly at: number;
  readonly source: PersonSource;
  readonly keys: readonly string[];
}

/** Waits until all is read, and no longer than until the deadline or the caller's end, whether or not the work heeds it. */
function within(
  deadlineMs: number,
  signal: AbortSignal | undefined,
  asked: readonly Asked[],
  read: (asked: Asked, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  return new Promise((resolve) => {
    const controller = new AbortController();
    let open = asked.length;
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    const stop = (): void => {
      controller.abort();
      end();
    };
    const timer = setTimeout(stop, deadlineMs);
    signal?.addEventListener("abort", stop, { once: true });
    const done = (): void => {
      open -= 1;
      if (open === 0) end();
    };
    for (const each of asked) read(each, controller.signal).then(done, done);
    if (open === 0) end();
  });
}

const noKeys: readonly string[] = [];

/** `null`, or no list at all, means withheld. */
function keysIn(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return noKeys;
  return value.every((key) => typeof key === "string") ? value : value.filter((key) => typeof key === "string");
}
