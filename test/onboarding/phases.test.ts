import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../gateway/config.ts";
import { readPhases, recordPhase } from "../../gateway/registry/phases.ts";
import type { OnboardingPhase } from "../../subgraphs/identity/registry.ts";
import { type CityServer, startCity } from "../support/city.ts";

let directory: string;
let city: CityServer;
/** The records of each citizen, before anything was moved. */
let before: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  city = await startCity();
  directory = city.directory;
  before = await citizens();
});
afterAll(async () => {
  await city?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Moves a department, and starts the same city again. */
async function move(to: OnboardingPhase, department = "permits"): Promise<void> {
  await city.gateway.close();
  const config = readConfig({ CIVIGRAPH_DATA: directory }, directory);
  const from = readPhases(config).of(department);
  recordPhase(config, { department, from, to, at: new Date().toISOString(), actor: "test", reason: "" });
  city = await startCity({ environment: { CIVIGRAPH_DATA: directory } });
}

type Link = { readonly id: string; readonly department: { readonly id: string } };

/** Every citizen by id, with the departments of its records. */
async function citizens(): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  let after: string | null = null;
  do {
    const { data, errors }: Awaited<ReturnType<typeof page>> = await page(after);
    if (!data) throw new Error(JSON.stringify(errors));
    const { nodes, pageInfo, totalCount } = data.citizens;
    for (const { id, identityLinks } of nodes)
      found.set(id, identityLinks.map(({ department }) => department.id).sort());
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    if (after === null) expect(found.size).toBe(totalCount);
  } while (after !== null);
  return found;
}

function page(after: string | null) {
  return city.query<{
    citizens: {
      nodes: readonly { id: string; identityLinks: readonly Link[] }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
      totalCount: number;
    };
  }>(
    `query ($after: String) { citizens(first: 200, after: $after) {
      nodes { id identityLinks { id department { id } } } pageInfo { hasNextPage endCursor } totalCount
    } }`,
    { after },
  );
}

async function phaseOf(department: string): Promise<string | undefined> {
  const { data } = await city.query<{ departments: { id: string; phase: string }[] }>("{ departments { id phase } }");
  return data?.departments.find(({ id }) => id === department)?.phase;
}

/** The id that an id leads to. */
async function idOf(id: string): Promise<string> {
  const { data } = await city.query<{ citizen: { id: string } | null }>(
    "query ($id: ID!) { citizen(id: $id) { id } }",
    {
      id,
    },
  );
  return data?.citizen?.id ?? "";
}

async function schema(): Promise<string> {
  return (await fetch(`${city.url}/schema.graphql`)).text();
}

/** What the citizens are without the permits department. */
function withoutPermits(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...before]
      .map(([id, departments]) => [id, departments.filter((each) => each !== "permits")] as const)
      .filter(([, departments]) => departments.length > 0),
  );
}

describe("a department's phase", () => {
  it("is LIVE where nobody has said another one", async () => {
    expect(await phaseOf("permits")).toBe("LIVE");
    expect([...before.values()].filter((each) => each.includes("permits") && each.length > 1).length).toBeGreaterThan(
      10,
    );
  });

  it("SHADOW shows nothing of it, while its people stay linked", async () => {
    await move("SHADOW");
    expect(await phaseOf("permits")).toBe("SHADOW");
    expect(await schema()).not.toMatch(/\bpermits\(|type Permit\b/);
    expect(await citizens()).toEqual(withoutPermits());
    await city.query("{ citizens(first: 200) { nodes { dateOfBirth } } }");
    await city.gateway.close();
    const told = city.log.map((line) => JSON.parse(line)).find(({ msg }) => msg === "shadow");
    expect(told).toMatchObject({ department: "permits", failures: "0", "mean ms": expect.stringMatching(/^\d+$/) });
    const known = [...before].slice(0, 200).filter(([, departments]) => departments.includes("permits"));
    expect(known.length).toBeGreaterThan(5);
    expect(Number(told.citizens)).toBeGreaterThan(0);
    expect(Number(told.records)).toBeGreaterThanOrEqual(Number(told.citizens));
  });

  it("SHADOW hides citizens whom nobody else knows, and LIVE shows them again", async () => {
    await move("LIVE");
    const [alone] = [...before].find(([, departments]) => departments.join() === "civil-registry") ?? [];
    const ask = () => city.query("query ($id: ID!) { citizen(id: $id) { id } }", { id: alone });
    expect((await ask()).data).toEqual({ citizen: { id: alone } });
    await move("SHADOW", "civil-registry");
    expect((await ask()).data).toEqual({ citizen: null });
    await move("LIVE", "civil-registry");
    expect(await citizens()).toEqual(before);
  });

  it("RETIRED takes it out of every answer, and LIVE brings all of it back, ids and links", async () => {
    await move("RETIRED");
    expect(await phaseOf("permits")).toBeUndefined();
    expect(await schema()).not.toMatch(/\bpermits\(|type Permit\b/);
    expect(await citizens()).toEqual(withoutPermits());
    await move("LIVE");
    expect(await citizens()).toEqual(before);
  });

  it("RETIRED keeps its links while the others are linked anew", async () => {
    await move("RETIRED");
    await city.gateway.subgraphs.identity?.link();
    expect([...(await citizens()).values()].flat()).not.toContain("permits");
    await move("LIVE");
    expect(await citizens()).toEqual(before);
  });

  it("SANDBOX gives it people of its own, linked to nobody else's, whose ids stay as they are", async () => {
    await move("SANDBOX");
    expect(await phaseOf("permits")).toBe("SANDBOX");
    const now = await citizens();
    const mixed = [...now.values()].filter((each) => each.includes("permits") && new Set(each).size > 1);
    expect(mixed).toEqual([]);
    const others = new Map([...now].filter(([, departments]) => !departments.includes("permits")));
    for (const [id, departments] of withoutPermits()) {
      if ((before.get(id) ?? []).includes("permits")) continue;
      // A record that fitted this person and one known to permits alike was neither's; now both may be one citizen.
      expect(others.get(id) ?? others.get(await idOf(id))).toEqual(expect.arrayContaining([...departments]));
    }
    const own = [...now].filter(([, departments]) => departments.includes("permits"));
    expect(own.length).toBeGreaterThan(10);
    const { data } = await city.query<{ citizen: { permits: { totalCount: number }; name: object | null } }>(
      "query ($id: ID!) { citizen(id: $id) { name { fullName } permits { totalCount } } }",
      { id: own[0]?.[0] },
    );
    expect(data?.citizen.permits.totalCount).toBeGreaterThanOrEqual(0);
    expect(data?.citizen.name).not.toBeNull();
  });

  it("LIVE after SANDBOX links its people with the others' again, and old ids lead to them", async () => {
    await move("LIVE");
    const now = await citizens();
    const records = (of: ReadonlyMap<string, readonly string[]>) => [...of.values()].map((each) => each.join()).sort();
    expect(records(now)).toEqual(records(before));
    for (const [id, departments] of [...before].filter(([, each]) => each.includes("permits"))) {
      expect(now.get(await idOf(id))).toEqual(departments);
    }
  });
});
