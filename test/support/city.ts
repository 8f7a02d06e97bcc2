import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FormattedExecutionResult } from "graphql";
import { pino } from "pino";
import { inject } from "vitest";
import { readConfig } from "../../gateway/config.ts";
import { type RunningGateway, runGateway } from "../../gateway/main.ts";
import type { Dialect } from "../../shared/sql/dialect.ts";
import "./global-setup.ts";

/** People in the test city: enough for a few whom all six departments know. */
export const citySize = 800;

export const ownDepartments = fileURLToPath(new URL("../../subgraphs/", import.meta.url));

/** The departments that come with Civigraph, by id, with the field that each puts on Citizen. */
export const departmentFields = {
  "civil-registry": "civilEvents",
  "social-services": "benefits",
  revenue: "taxAccounts",
  permits: "permits",
  "contact-centre": "contactCentreContacts",
  "water-utility": "waterAccounts",
} as const;

export interface CityOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Folders with more departments. */
  readonly departments?: readonly string[];
  readonly dialects?: readonly Dialect[];
}

export interface CityServer {
  readonly url: string;
  readonly gateway: RunningGateway;
  /** The city's databases; this server's own. */
  readonly directory: string;
  /** SQL statements of the wrappers since the last call. */
  takeStatements(): readonly { readonly department: string; readonly sql: string }[];
  /** Log lines so far. */
  readonly log: readonly string[];
  query<Data = Record<string, unknown>>(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<FormattedExecutionResult<Data>>;
  close(): Promise<void>;
}

/** Starts the gateway over a small demo city of its own. The city is made and linked once in a run, then copied. */
export async function startCity(options: CityOptions = {}): Promise<CityServer> {
  const directory = mkdtempSync(join(tmpdir(), "civigraph-city-"));
  cpSync(await preparedCity(), directory, { recursive: true });
  try {
    const server = await serve(directory, options);
    return {
      ...server,
      close: async () => {
        await server.close();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

/** The environment of a process over the city in `directory`. */
export function cityEnvironment(directory: string): Readonly<Record<string, string>> {
  return { CIVIGRAPH_DATA: directory, CITY_SIZE: String(citySize), HOST: "127.0.0.1", PORT: "0" };
}

async function serve(directory: string, options: CityOptions): Promise<CityServer> {
  const log: string[] = [];
  let statements: { department: string; sql: string }[] = [];
  const gateway = await runGateway({
    config: readConfig({ ...cityEnvironment(directory), ...options.environment }, directory),
    folders: [ownDepartments, ...(options.departments ?? [])],
    logger: pino({ level: "info" }, { write: (line: string) => log.push(line) }),
    prepare: true,
    onStatement: (department, sql) => statements.push({ department, sql }),
    ...(options.dialects ? { dialects: options.dialects } : {}),
  });
  return {
    url: gateway.url,
    gateway,
    directory,
    log,
    takeStatements() {
      const taken = statements;
      statements = [];
      return taken;
    },
    async query(query, variables) {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as FormattedExecutionResult<never>;
    },
    close: () => gateway.close(),
  };
}

/** Whoever needs it first makes it; should two be first, one of their cities is thrown away. */
async function preparedCity(): Promise<string> {
  const prepared = join(inject("runFolder"), "city");
  if (existsSync(prepared)) return prepared;
  const unfinished = mkdtempSync(join(inject("runFolder"), "unfinished-"));
  const server = await serve(unfinished, {});
  await server.close();
  try {
    renameSync(unfinished, prepared);
  } catch {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return prepared;
}

/** The citizen known to most departments, and how many those are. */
export async function bestKnownCitizen(
  server: CityServer,
): Promise<{ readonly id: string; readonly departments: number }> {
  let best = { id: "", departments: 0 };
  let after: string | null = null;
  do {
    const { nodes, pageInfo }: CitizenPage = await pageOfCitizens(server, after);
    for (const { id, identityLinks } of nodes) {
      const departments = new Set(identityLinks.map(({ department }) => department.id)).size;
      if (departments > best.departments) best = { id, departments };
    }
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null && best.departments < 6);
  return best;
}

async function pageOfCitizens(server: CityServer, after: string | null): Promise<CitizenPage> {
  const { data } = await server.query<{ citizens: CitizenPage }>(citizenPage, { after });
  if (!data) throw new Error("The city has no citizens.");
  return data.citizens;
}

const citizenPage = `query ($after: String) {
  citizens(first: 200, after: $after) {
    nodes { id identityLinks { department { id } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface CitizenPage {
  readonly nodes: readonly { readonly id: string; readonly identityLinks: readonly { department: { id: string } }[] }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}
