import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqlite } from "../../shared/sql/sqlite/dialect.ts";
import { bestKnownCitizen, type CityServer, departmentFields, startCity } from "../support/city.ts";

const names: Readonly<Record<string, string>> = {
  "civil-registry": "Civil Registry",
  "social-services": "Social Services",
  revenue: "Revenue Office",
  permits: "Permits Office",
  "contact-centre": "Contact Centre",
  "water-utility": "Northport Water",
};

const page = `query ($id: ID!) {
  citizen(id: $id) {
    name { fullName provenance { department { id } } }
    ${Object.values(departmentFields)
      .map((field) => `${field}(first: 3) { nodes { __typename } }`)
      .join("\n    ")}
  }
}`;

/** The page must hold all but the department's own field, and its errors must say who is down and nothing else. */
async function expectOnlyOneMissing(server: CityServer, id: string, department: string): Promise<void> {
  const { data, errors = [] } = await server.query(page, { id });
  const citizen = data?.citizen as Record<string, { nodes: unknown[] } | null>;
  for (const [each, field] of Object.entries(departmentFields)) {
    if (each === department) expect(citizen[field], field).toBeNull();
    else expect(citizen[field]?.nodes, field).toBeInstanceOf(Array);
  }
  const name = citizen.name as unknown as { fullName: string; provenance: { department: { id: string } } };
  expect(name.fullName).toMatch(/\w/);
  expect(name.provenance.department.id).not.toBe(department);
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) {
    expect(error.extensions).toEqual({ code: "DEPARTMENT_UNAVAILABLE", department: names[department] });
    expect(error.message).toBe(`The records of ${names[department]} cannot be read at the moment.`);
  }
  const field = departmentFields[department as keyof typeof departmentFields];
  expect(errors.map(({ path }) => path)).toContainEqual(["citizen", field]);
  expect(JSON.stringify(errors)).not.toMatch(/sqlite|select|from|\.ts|tmp|secret/i);
  expect(server.log.join("")).not.toMatch(/select .* from|secret/i);
  const ready = await fetch(`${server.url}/health/ready`);
  expect(ready.status).toBe(200);
}

async function healthOf(server: CityServer, department: string): Promise<unknown> {
  const answer = (await (await fetch(`${server.url}/health/ready`)).json()) as { subgraphs: Record<string, unknown> };
  return answer.subgraphs[department];
}

describe("a department whose database becomes garbage while the gateway runs", () => {
  let city: CityServer;
  let id: string;
  beforeAll(async () => {
    city = await startCity();
    ({ id } = await bestKnownCitizen(city));
  });
  afterAll(() => city.close());

  it.each(Object.keys(names))("costs only its own fields, and they come back: %s", async (department) => {
    const whole = await city.query(page, { id });
    expect(whole.errors).toBeUndefined();
    const file = join(city.directory, `${department}.sqlite`);
    const kept = readFileSync(file);
    try {
      writeFileSync(file, "this is not a database".repeat(1000));
      await city.gateway.reopen(department);
      await expectOnlyOneMissing(city, id, department);
      expect(await city.gateway.subgraphs.subgraphs.get(department)?.health()).toBe("DOWN");
    } finally {
      writeFileSync(file, kept);
      await city.gateway.reopen(department);
    }
    expect((await city.query(page, { id })).data?.citizen).toEqual(whole.data?.citizen);
  });
});

describe("a department whose driver throws", { timeout: 90_000 }, () => {
  it("costs only its own fields", async () => {
    const failing = {
      ...sqlite,
      schemes: ["mysql"],
      connect: () => {
        const fail = () => {
          throw new Error("select secret from table at 10.0.0.7 /tmp");
        };
        return { select: fail, catalogue: fail, ping: fail, reopen: async () => {}, close: async () => {} };
      },
    };
    const city = await startCity({
      environment: { CIVIL_REGISTRY_DATABASE_URL: "mysql://secret@10.0.0.7/x", CIVIGRAPH_DEMO_CITY: "1" },
      dialects: [sqlite, failing],
    });
    try {
      const { id } = await bestKnownCitizen(city);
      await expectOnlyOneMissing(city, id, "civil-registry");
    } finally {
      await city.close();
    }
  });
});

describe("a department whose database is missing at start", { timeout: 90_000 }, () => {
  it("costs only its own fields until the database is there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "civigraph-missing-"));
    const file = join(folder, "secret.sqlite");
    const city = await startCity({
      environment: { CIVIL_REGISTRY_DATABASE_URL: `sqlite:${file}`, CIVIGRAPH_DEMO_CITY: "1" },
    });
    try {
      const { id } = await bestKnownCitizen(city);
      await expectOnlyOneMissing(city, id, "civil-registry");
      expect(await healthOf(city, "civil-registry")).toBe("DOWN");
      copyFileSync(join(city.directory, "civil-registry.sqlite"), file);
      expect((await city.query(page, { id })).errors).toBeUndefined();
    } finally {
      await city.close();
      rmSync(folder, { recursive: true });
    }
  });
});
