import { createReadStream, createWriteStream, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PersonFeed, PersonRecord } from "../../shared/department/person-feed.ts";
import type { SourceDescription } from "../../subgraphs/identity/matching/index.ts";
import { population } from "./linkage-population.ts";

/** The departments of a population, answering from memory. */
export interface KeptPopulation {
  readonly departments: ReadonlyMap<string, KeptDepartment>;
  readonly records: number;
}

export interface KeptDepartment {
  readonly feed: PersonFeed;
  readonly count: number;
  /** The record of that number, from 0. */
  at(number: number): PersonRecord;
  /** The true person that the record of that number is about. */
  personOf(number: number): number;
}

/** Invents a population of that size, or reads the one that an earlier run has left in the folder. */
export async function keptPopulation(records: number, folder: string): Promise<KeptPopulation> {
  const file = join(folder, `population-${records}.txt`);
  const { sources } = population(records);
  if (!existsSync(file)) {
    await pipeline(Readable.from(lines(records)), createWriteStream(`${file}.part`));
    renameSync(`${file}.part`, file);
  }
  const shelves = new Map(sources.map(({ department }) => [department, new Shelf()]));
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [department = "", person, record = ""] = line.split("\t");
    shelves.get(department)?.put(Number(person), record);
  }
  const departments = new Map(sources.map((source) => [source.department, kept(source, shelves)]));
  return { departments, records: [...departments.values()].reduce((sum, { count }) => sum + count, 0) };
}

async function* lines(records: number): AsyncGenerator<string> {
  const { pages, truth } = population(records);
  for await (const page of pages) {
    yield page.records
      .map(
        (record) =>
          `${page.department}\t${truth.get(`${page.department}\n${record.key}`)}\t${JSON.stringify(record)}\n`,
      )
      .join("");
  }
}

/** Records as text one behind the other: a million of them as objects would be most of the memory. */
class Shelf {
  private bytes = Buffer.alloc(1 << 20);
  private readonly ends: number[] = [0];
  readonly persons: number[] = [];

  put(person: number, record: string): void {
    const start = this.ends.at(-1) ?? 0;
    const length = Buffer.byteLength(record);
    if (start + length > this.bytes.length) this.bytes = Buffer.concat([this.bytes], 2 * (start + length));
    this.bytes.write(record, start);
    this.ends.push(start + length);
    this.persons.push(person);
  }

  at(number: number): PersonRecord {
    return JSON.parse(this.bytes.toString("utf8", this.ends[number], this.ends[number + 1])) as PersonRecord;
  }
}

function kept({ department, uniquePerPerson }: SourceDescription, shelves: ReadonlyMap<string, Shelf>): KeptDepartment {
  const shelf = shelves.get(department) ?? new Shelf();
  const count = shelf.persons.length;
  const page = (first: number, after: string | undefined) => {
    const start = Number(after ?? 0);
    const end = Math.min(count, start + first);
    const numbers = Array.from({ length: end - start }, (_, index) => start + index);
    return { records: numbers.map((number) => shelf.at(number)), next: end < count ? String(end) : null };
  };
  return {
    count,
    at: (number) => shelf.at(number),
    personOf: (number) => shelf.persons[number] ?? -1,
    feed: {
      description: { department, name: department, uniquePerPerson, personalKey: false, tellsChanges: false },
      page: async ({ first, after }) => page(first, after),
      // Keys are the numbers of the records, from 1.
      byKeys: async (keys) => keys.map((key) => (Number(key) <= count ? shelf.at(Number(key) - 1) : null)),
      async keys({ first, after }) {
        const { records, next } = page(first, after);
        return { keys: records.map(({ key }) => key), next };
      },
      count: async () => count,
    },
  };
}
