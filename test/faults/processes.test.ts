import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FormattedExecutionResult } from "graphql";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../gateway/config.ts";
import { type RunningGateway, runGateway } from "../../gateway/main.ts";
import { runSubgraph, type SubgraphProcess } from "../../gateway/subgraph-process.ts";
import {
  bestKnownCitizen,
  type CityServer,
  cityEnvironment,
  departmentFields,
  ownDepartments,
  startCity,
} from "../support/city.ts";

const logger = pino({ level: "silent" });
const folders = [ownDepartments];

const page = `query ($id: ID!) {
  citizen(id: $id) {
    id
    name { fullName }
    dateOfBirth
    ${Object.values(departmentFields)
      .map((field) => `${field}(first: 3) { nodes { __typename id } }`)
      .join("\n    ")}
  }
}`;

let inProcess: CityServer;
let directory: string;
let gateway: RunningGateway;
const subgraphs = new Map<string, SubgraphProcess>();
const environment: Record<string, string> = {};

/** As docker-compose.yml starts them, but each on a port of the system's choice. */
async function startSubgraph(name: string): Promise<void> {
  const process = await runSubgraph(name, { config: readConfig(environment, directory), folders, logger });
  subgraphs.set(name, process);
  environment[`${name.toUpperCase().replaceAll("-", "_")}_SUBGRAPH_URL`] = process.url;
}

beforeAll(async () => {
  inProcess = await startCity();
  directory = mkdtempSync(join(tmpdir(), "civigraph-processes-"));
  cpSync(inProcess.directory, directory, { recursive: true });
  Object.assign(environment, cityEnvironment(directory), {
    CIVIGRAPH_DEMO_CITY: "1",
    CIVIGRAPH_SUBGRAPH_SECRET: "a secret of 32 characters, only for tests",
  });
  // Nothing below asks departments for rows that need a grant, so that identity may come after them.
  environment.IDENTITY_SUBGRAPH_URL = "http://127.0.0.1:9";
  for (const name of Object.keys(departmentFields)) await startSubgraph(name);
  for (const name of ["identity", "person"]) await startSubgraph(name);
  gateway = await runGateway({ config: readConfig(environment, directory), folders, logger });
});

afterAll(async () => {
  await gateway?.close();
  await Promise.all([...subgraphs.values()].map((process) => process.close()));
  await inProcess?.close();
  rmSync(directory, { recursive: true });
});

interface Citizen {
  readonly name: { readonly fullName: string } | null;
  readonly permits: { readonly nodes: readonly unknown[] } | null;
  readonly taxAccounts: { readonly nodes: readonly unknown[] } | null;
}

async function ask(id: string): Promise<FormattedExecutionResult<{ citizen: Citizen }>> {
  return (await askFor(page, { id })) as FormattedExecutionResult<{ citizen: Citizen }>;
}

async function askFor(query: string, variables = {}): Promise<FormattedExecutionResult> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as FormattedExecutionResult;
}

describe("subgraphs in processes of their own", () => {
  it("answer as they do inside the gateway", async () => {
    const { id } = await bestKnownCitizen(inProcess);
    expect(await ask(id)).toEqual(await inProcess.query(page, { id }));
  });

  it("answer nobody but each other", async () => {
    for (const [name, { url }] of subgraphs) {
      for (const door of name === "identity" || name === "person" ? ["graphql"] : ["graphql", "person-feed"]) {
        const response = await fetch(`${url}/${door}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ query: "{ __typename }" }),
        });
        expect(response.status, `${name}/${door}`).toBe(401);
      }
    }
  });

  it("cost only their own fields when they end", async () => {
    const { id } = await bestKnownCitizen(inProcess);
    await subgraphs.get("permits")?.close();
    subgraphs.delete("permits");
    const { data, errors = [] } = await ask(id);
    expect(data?.citizen.permits).toBeNull();
    expect(data?.citizen.name?.fullName).toMatch(/\w/);
    expect(data?.citizen.taxAccounts?.nodes).toBeInstanceOf(Array);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(error.extensions).toMatchObject({ department: "Permits Office" });
      expect(JSON.stringify(error)).not.toMatch(/127\.0\.0\.1|ECONN/);
    }
  });

  it("leave it known which departments there are when it is identity that ends", async () => {
    const query = `{ departments { id name phase jurisdiction { id } health } citizens(first: 1) { nodes { id } } }`;
    const before = await askFor(query);
    expect(before.errors).toBeUndefined();
    await subgraphs.get("identity")?.close();
    subgraphs.delete("identity");
    const { data, errors = [] } = await askFor(query);
    expect(data).toEqual({ ...before.data, citizens: null });
    expect(errors.map(({ path, extensions }) => ({ path, extensions }))).toEqual([
      { path: ["citizens"], extensions: { code: "SUBGRAPH_UNAVAILABLE", department: "Identity" } },
    ]);
    const counted = await askFor("{ departments { id linkedCount } }");
    expect(counted.data?.departments).toHaveLength(Object.keys(departmentFields).length);
    expect(new Set(counted.errors?.map(({ path }) => path?.at(-1)))).toEqual(new Set(["linkedCount"]));
  });
});
