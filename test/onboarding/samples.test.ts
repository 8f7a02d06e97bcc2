import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { checkDefaults, checkDepartments } from "../../gateway/check/index.ts";
import { onboardCommand } from "../../gateway/cli/onboard.ts";
import { readConfig } from "../../gateway/config.ts";
import { type RunningGateway, runGateway } from "../../gateway/main.ts";
import { chinook } from "./samples/chinook.ts";
import { employees } from "./samples/employees.ts";
import { northwind } from "./samples/northwind.ts";
import { registryOffice } from "./samples/registry-office.ts";
import { sakila } from "./samples/sakila.ts";
import { type Sample, writeSqlite } from "./samples/sample.ts";

const samples: readonly Sample[] = [chinook, sakila, northwind, employees, registryOffice];

let folder: string;
let departments: string;
let environment: Record<string, string>;
let gateway: RunningGateway;
const reports = new Map<string, { written: boolean; persons: readonly unknown[] }>();

const variableOf = ({ id }: Sample) => `${id.toUpperCase().replaceAll("-", "_")}_DATABASE_URL`;

/** Each is onboarded by the command, one after the other, so that later drafts must fit beside earlier ones. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-samples-"));
  departments = join(folder, "departments");
  environment = {
    CIVIGRAPH_IDENTITY_SECRET: "a secret of the samples, and nothing else",
    CIVIGRAPH_DATA: folder,
    HOST: "127.0.0.1",
    PORT: "0",
  };
  for (const sample of samples) {
    const url = writeSqlite(join(folder, `${sample.id}.sqlite`), sample);
    environment[variableOf(sample)] = url;
    const printed = await run([sample.id, "--url", url, "--departments", departments, "--yes", "--json"]);
    reports.set(sample.id, JSON.parse(printed));
  }
  gateway = await runGateway({
    config: readConfig(environment, folder),
    folders: [departments],
    logger: pino({ level: "silent" }),
    prepare: true,
  });
}, 240_000);

afterAll(async () => {
  await gateway?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(samples)("the sample $id, onboarded with nothing edited", (sample) => {
  it("is written, and says which table holds its people", () => {
    expect(reports.get(sample.id)).toMatchObject({ written: true });
    expect(reports.get(sample.id)?.persons).toHaveLength(1);
  });

  it("passes check against its database and beside the others", async () => {
    const report = await checkDepartments(readConfig(environment, folder), [departments], {
      ...checkDefaults,
      only: sample.id,
    });
    expect(report.departments).toMatchObject([{ department: sample.id, faults: [], database: "compared" }]);
    expect(report.composition).toEqual([]);
  });

  it("answers about citizens, its people and their rows", async () => {
    type Found = { name: { fullName: string | null; familyName: string | null } | null } & Record<
      string,
      { totalCount: number } | unknown
    >;
    const found: Found[] = [];
    let after: string | null = null;
    do {
      const answer = (await ask(
        `query ($after: String) { citizens(first: 100, after: $after) {
          nodes { name { fullName familyName } identityLinks { department { id } } ${sample.citizenField} { totalCount nodes { id } } }
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
    const own = found.filter(({ identityLinks }) =>
      (identityLinks as { department: { id: string } }[]).some(({ department }) => department.id === sample.id),
    );
    expect(own.length).toBeGreaterThan(sample.persons / 2);
    for (const { name } of own) expect(name?.fullName ?? name?.familyName).toMatch(/\p{Lu}\p{Ll}+/u);
    const counts = own.map((each) => (each[sample.citizenField] as { totalCount: number }).totalCount);
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });

  it("holds no value of a person in its file, and ends with what is to be decided", () => {
    const text = readFileSync(join(departments, sample.id, "department.graphql"), "utf8");
    expect(text).toMatch(/\n# What a human must decide:\n(?:# - .+\n)+$/);
    expect(text).not.toMatch(/@\w+\.example|555|Bellini|BELLINI/);
  });
});

describe("drafts of samples", () => {
  it("give things names of whole words", () => {
    expect(names("registry-office")).toEqual(expect.arrayContaining(["religion", "amount"]));
    expect(names("wholesale")).toContain("orderDate");
    expect(names("staff-office")).toContain("salary");
  });

  it("never publish a password, and mark what is of a special category", () => {
    expect(read("video-rental")).not.toMatch(/name: "password"/);
    expect(read("registry-office")).toMatch(/name: "KONFESS".*registry-office:special/);
  });

  it("read joined addresses, attributes in rows, and numbers as dates", () => {
    expect(read("video-rental")).toMatch(/is: THOROUGHFARE\s+column: "address"/);
    expect(read("registry-office")).toMatch(/is: EMAIL,?\s+column: "WERT"/);
    expect(read("registry-office")).toMatch(/GEBDAT", format: YYYYMMDD, missing: \["19000101"\]/);
  });

  it("refuse to overwrite", async () => {
    const before = read("wholesale");
    const again = run([
      "wholesale",
      "--url",
      environment.WHOLESALE_DATABASE_URL ?? "",
      "--departments",
      departments,
      "--yes",
    ]);
    await expect(again).rejects.toThrow("is there already, and is not overwritten");
    expect(read("wholesale")).toBe(before);
  });
});

function read(id: string): string {
  return readFileSync(join(departments, id, "department.graphql"), "utf8");
}

function names(id: string): readonly string[] {
  return [...read(id).matchAll(/^ {2}(\w+)[:(]/gm)].map(([, name = ""]) => name);
}

async function ask(query: string, variables: Record<string, unknown>): Promise<unknown> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

/** The command in this process, and what it prints. */
async function run(words: readonly string[]): Promise<string> {
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
