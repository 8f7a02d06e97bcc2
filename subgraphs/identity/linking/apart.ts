import type { RegisteredDepartment } from "../registry.ts";
import type { Bonds, Clustering, EnginePage, LinkEngine } from "./engine.ts";

type Departments = ReadonlyMap<string, Pick<RegisteredDepartment, "feed" | "phase">>;

/** The departments whose records are linked among themselves and with nobody else's: those in SANDBOX. */
export function apartOf(departments: Iterable<Pick<RegisteredDepartment, "id" | "phase">>): ReadonlySet<string> {
  return new Set([...departments].filter(({ phase }) => phase === "SANDBOX").map(({ id }) => id));
}

/** The departments whose records may be linked with those of `own`: all others than those that are apart, or one that is. */
export function linkableWith(departments: Departments, own: Iterable<string>): Departments {
  const isApart = (id: string) => departments.get(id)?.phase === "SANDBOX";
  const ids = [...own];
  const [first] = ids;
  if (first !== undefined && ids.every((id) => id === first) && isApart(first)) {
    return new Map([...departments].filter(([id]) => id === first));
  }
  return new Map([...departments].filter(([id]) => !isApart(id)));
}

/** An engine that clusters the records of each of these departments by themselves, and all others together. */
export function separately(engine: LinkEngine, apart: ReadonlySet<string>): LinkEngine {
  if (apart.size === 0) return engine;
  return {
    modelVersion: engine.modelVersion,
    async cluster({ departments, pages, bonds, signal, onProgress }) {
      const city = new Part();
      const parts = new Map([...apart].map((id) => [id, new Part()]));
      const partOf: Part[] = [];
      const decided: { bonds?: Bonds } = {};
      const enter = (page: EnginePage): Part => {
        const part = parts.get(page.department.department) ?? city;
        for (const _ of page.records) partOf.push(part.add(partOf.length));
        return part;
      };
      async function* citysPages() {
        for await (const page of pages) {
          const part = enter(page);
          if (part === city) yield page;
          // Held until the others are done: a sandbox is one department, and people try things out there.
          else part.pages.push(page);
        }
        decided.bonds = bonds?.();
      }
      const clusterings: [Part, Clustering][] = [];
      const run = async (part: Part, own: AsyncIterable<EnginePage>) => {
        const clustering = await engine.cluster({
          departments: departments.filter(({ department }) => (parts.get(department) ?? city) === part),
          pages: own,
          bonds: () => part.within(decided.bonds),
          signal,
          ...(part === city && onProgress ? { onProgress } : {}),
        });
        clusterings.push([part, clustering]);
      };
      await run(city, citysPages());
      for (const part of parts.values()) if (part.numbers.length > 0) await run(part, part.read());
      return combined(clusterings, partOf);
    },
  };
}

/** Records that are clustered together. */
class Part {
  readonly pages: EnginePage[] = [];
  /** The number of each of its records among all. */
  readonly numbers: number[] = [];
  private readonly places = new Map<number, number>();

  add(number: number): this {
    this.places.set(number, this.numbers.push(number) - 1);
    return this;
  }

  placeOf(number: number): number | undefined {
    return this.places.get(number);
  }

  async *read(): AsyncGenerator<EnginePage> {
    yield* this.pages;
  }

  /** What was decided about its own records; what was decided across parts waits until they are linked. */
  within(bonds: Bonds | undefined): Bonds {
    const own = (pairs: Bonds["must"] = []) =>
      pairs.flatMap(([a, b]): [number, number][] => {
        const [one, other] = [this.places.get(a), this.places.get(b)];
        return one === undefined || other === undefined ? [] : [[one, other]];
      });
    return { must: own(bonds?.must), cannot: own(bonds?.cannot) };
  }
}

function combined(clusterings: readonly (readonly [Part, Clustering])[], partOf: readonly Part[]): Clustering {
  const clusterOf = new Int32Array(partOf.length);
  let used = 0;
  for (const [part, clustering] of clusterings) {
    let largest = -1;
    for (const [place, number] of part.numbers.entries()) {
      const cluster = clustering.clusterOf[place] ?? 0;
      clusterOf[number] = used + cluster;
      largest = Math.max(largest, cluster);
    }
    used += largest + 1;
  }
  const byPart = new Map(clusterings);
  const scoring = clusterings.find(([part, each]) => each.scoring && part.numbers.length > 0)?.[1].scoring;
  return {
    clusterOf,
    reason(record) {
      const part = partOf[record] as Part;
      return (byPart.get(part) as Clustering).reason(part.placeOf(record) ?? 0);
    },
    review: clusterings.flatMap(([part, { review }]) =>
      Array.from(review, ({ left, right, ...pair }) => ({
        left: part.numbers[left] ?? 0,
        right: part.numbers[right] ?? 0,
        ...pair,
      })),
    ),
    ...(scoring ? { scoring } : {}),
    notes: clusterings.flatMap(([, { notes }]) => notes),
  };
}
