import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { makeFolder } from "../make-folder.ts";
import { type City, foundCity } from "./city.ts";
import type { DemoDepartment } from "./department.ts";
import { loadSqlite } from "./sqlite.ts";
import { dirtTable, type Measurement, Measuring } from "./summary.ts";
import { Truth, writePeople } from "./truth.ts";

export interface DemoCityOptions {
  /** Where the files go: `<department>.sqlite`, `truth/truth.sqlite` and `demo-city.json`. */
  readonly directory: string;
  /** From `discoverDemoDepartments`; those whose database is elsewhere are left out. */
  readonly departments: readonly DemoDepartment[];
  readonly size?: number;
  readonly seed?: number;
  /**
   * `YYYY-MM-DD`: the day that ages, open periods and retention are relative to. Without it, the day on which the city
   * is generated, so that the newest records are recent; name one where the same bytes are wanted on another day.
   */
  readonly today?: string;
  readonly onProgress?: (progress: DemoCityProgress) => void;
  /** Takes the summary, line by line. */
  readonly write?: (line: string) => void;
}

export interface DemoCityProgress {
  readonly department: string;
  readonly rows: number;
}

export interface DemoCity {
  readonly size: number;
  readonly seed: number;
  readonly today: string;
  /** Absolute or relative as `directory` was given. */
  readonly truth: string;
  readonly files: ReadonlyMap<string, string>;
  /** Of the departments that were written now; empty where everything was there. */
  readonly measurements: readonly Measurement[];
}

/** Raised whenever the same size and seed give other rows. */
const version = 1;

const manifestSchema = z.object({
  version: z.number(),
  size: z.number(),
  seed: z.number(),
  today: z.string(),
  departments: z.array(z.string()),
});

type Manifest = z.infer<typeof manifestSchema>;

/**
 * Writes the demo city's databases, or those that are missing. Files of another size, seed, day or version are
 * replaced. Each file appears when it is complete, so that a start that was killed leaves nothing half made.
 */
export async function buildDemoCity(options: DemoCityOptions): Promise<DemoCity> {
  const { directory, departments, size = 5000, seed = 1, onProgress, write = () => {} } = options;
  const manifestFile = join(directory, "demo-city.json");
  const truth = join(directory, "truth", "truth.sqlite");
  const files = new Map(departments.map(({ id }) => [id, join(directory, `${id}.sqlite`)]));
  const before = readManifest(manifestFile);
  const kept =
    before?.version === version &&
    before.size === size &&
    before.seed === seed &&
    (options.today === undefined || before.today === options.today) &&
    existsSync(truth)
      ? before
      : undefined;
  const today = kept?.today ?? options.today ?? new Date().toISOString().slice(0, 10);
  const there = new Set(kept?.departments.filter((id) => existsSync(join(directory, `${id}.sqlite`))));
  const missing = departments.filter(({ id }) => !there.has(id));
  const measurements: Measurement[] = [];
  if (missing.length > 0) {
    makeFolder(directory);
    const manifest = { version, size, seed, today };
    writeManifest(manifestFile, { ...manifest, departments: [...there] });
    if (!kept) rmSync(truth, { force: true });
    const city = foundCity({ size, seed, today });
    writePeople(truth, city);
    for (const department of missing) {
      const file = files.get(department.id) as string;
      measurements.push(await buildDepartment(department, city, file, truth, onProgress));
      there.add(department.id);
      writeManifest(manifestFile, { ...manifest, departments: [...there] });
    }
    const twins = city.people.filter(({ twin }) => twin).length / city.people.length;
    write(`Demo city of ${size.toLocaleString("en")} people, seed ${seed}, as of ${today}`);
    for (const line of dirtTable(measurements, { asked: 0.01, got: twins }).split("\n")) write(line);
  }
  return { size, seed, today, truth, files, measurements };
}

async function buildDepartment(
  department: DemoDepartment,
  city: City,
  file: string,
  truthFile: string,
  onProgress: DemoCityOptions["onProgress"],
): Promise<Measurement> {
  const measuring = new Measuring(department.id);
  const truth = Truth.begin(truthFile, department.id);
  try {
    measuring.measurement.rows = await loadSqlite(file, department.tables, department.rows(city), {
      onRow: ({ persons }) => {
        for (const person of persons ?? []) {
          truth.add(person);
          measuring.add(person.entry);
        }
      },
      onBatch: (rows) => onProgress?.({ department: department.id, rows }),
    });
    truth.commit();
  } finally {
    truth.close();
  }
  onProgress?.({ department: department.id, rows: measuring.measurement.rows });
  return measuring.measurement;
}

function readManifest(file: string): Manifest | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return manifestSchema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

function writeManifest(file: string, manifest: Manifest): void {
  const unfinished = `${file}.${process.pid}.tmp`;
  writeFileSync(unfinished, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(unfinished, file);
}
