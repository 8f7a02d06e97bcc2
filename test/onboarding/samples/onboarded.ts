import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, it, vi } from "vitest";
import { checkDefaults, checkDepartments } from "../../../gateway/check/index.ts";
import { onboardCommand } from "../../../gateway/cli/onboard.ts";
import { readConfig } from "../../../gateway/config.ts";
import { runGateway } from "../../../gateway/main.ts";
import type { Sample } from "./sample.ts";

/** A city that was onboarded with nothing edited, and that answers. */
export interface OnboardedCity {
  readonly folder: string;
  readonly departments: string;
  readonly reports: ReadonlyMap<string, OnboardReport>;
  readonly urls: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string>>;
  /** The text of a department's file. */
  draft(id: string): string;
  ask(query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): Promise<void>;
}

/** What `civigraph onboard --json` prints, as far as tests look at it. */
export interface OnboardReport {
  readonly written: boolean;
  readonly persons: readonly { readonly table: string }[];
  readonly joins: readonly { readonly table: string; readonly to: string; readonly confidence: number }[];
  readonly schemas: { readonly chosen: readonly { readonly name: string; readonly tables: number }[] };
}

/** Each is onboarded by the command, one after the other, so that later drafts must fit beside earlier ones. */
export async function onboardCity(
  samples: readonly Sample[],
  load: (sample: Sample, folder: string) => Promise<string>,
): Promise<OnboardedCity> {
  const folder = mkdtempSync(join(tmpdir(), "civigraph-samples-"));
  const departments = join(folder, "departments");
  const environment: Record<string, string> = {
    CIVIGRAPH_IDENTITY_SECRET: "a secret of the samples, and nothing else",
    CIVIGRAPH_DATA: folder,
    HOST: "127.0.0.1",
    PORT: "0",
  };
  const urls = new Map<string, string>();
  const reports = new Map<string, OnboardReport>();
  for (const sample of samples) {
    const url = await load(sample, folder);
    urls.set(sample.id, url);
    environment[`${sample.id.toUpperCase().replaceAll("-", "_")}_DATABASE_URL`] = url;
    const printed = await runOnboard([sample.id, "--url", url, "--departments", departments, "--yes", "--json"]);
    reports.set(sample.id, JSON.parse(printed));
  }
  const gateway = await runGateway({
    config: readConfig(environment, folder),
    folders: [departments],
    logger: pino({ level: "silent" }),
    prepare: true,
  });
  return {
    folder,
    departments,
    reports,
    urls,
    environment,
    draft: (id) => readFileSync(join(departments, id, "department.graphql"), "utf8"),
    async ask(query, variables) {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    },
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What every onboarded sample must do, on every engine. */
export function itServes(sample: Sample, city: () => OnboardedCity): void {
  it("is written, and says which table holds its people", () => {
    expect(city().reports.get(sample.id)).toMatchObject({ written: true });
    expect(city().reports.get(sample.id)?.persons).toHaveLength(1);
  });

  it("passes check against its database and beside the others", async () => {
    const { environment, folder, departments } = city();
    const report = await checkDepartments(readConfig(environment, folder), [departments], {
      ...checkDefaults,
      only: sample.id,
    });
    expect(report.departments).toMatchObject([{ department: sample.id, faults: [], database: "compared" }]);
    expect(report.composition).toEqual([]);
  });

  it("answers about citizens, its people and their rows", async () => {
    const own = await citizensOf(sample, city());
    expect(own.length).toBeGreaterThan(sample.persons / 2);
    for (const { name } of own) expect(name?.fullName ?? name?.familyName).toMatch(/\p{Lu}\p{Ll}+/u);
    const counts = own.map((each) => (each[sample.citizenField] as { totalCount: number }).totalCount);
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });

  it("holds no value of a person in its file, and ends with what is to be decided", () => {
    const text = city().draft(sample.id);
    expect(text).toMatch(/\n# What a human must decide:\n(?:# - .+\n)+$/);
    expect(text).not.toMatch(/@\w+\.example|555|Bellini|BELLINI/);
  });
}

type Found = { name: { fullName: string | null; familyName: string | null } | null } & Record<
  string,
  { totalCount: number } | unknown
>;

/** Every citizen with a record in the sample's department, page by page. */
async function citizensOf({ id, citizenField }: Sample, city: OnboardedCity): Promise<readonly Found[]> {
  const found: Found[] = [];
  let after: string | null = null;
  do {
    const answer = (await city.ask(
      `query ($after: String) { citizens(first: 100, after: $after) {
        nodes { name { fullName familyName } identityLinks { department { id } } ${citizenField} { totalCount nodes { id } } }
        pageInfo { hasNextPage endCursor }
      } }`,
      { after },
    )) as {
      data: { citizens: { nodes: Found[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
      errors?: unknown;
    };
    expect(answer.errors).toBeUndefined();
    found.push(...answer.data.citizens.nodes);
    after = answer.data.citizens.pageInfo.hasNextPage ? answer.data.citizens.pageInfo.endCursor : null;
  } while (after !== null);
  return found.filter(({ identityLinks }) =>
    (identityLinks as { department: { id: string } }[]).some(({ department }) => department.id === id),
  );
}

/** The command in this process, and what it prints. */
export async function runOnboard(words: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const output = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  try {
    await onboardCommand().parseAsync(words, { from: "user" });
  } finally {
    output.mockRestore();
  }
  return lines.join("");
}
