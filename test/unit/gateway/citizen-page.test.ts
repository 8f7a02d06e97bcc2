import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bestKnownCitizen, type CityServer, startCity } from "../../support/city.ts";

const fields = `
  id
  name { fullName }
  civilStatus
  civilEvents(first: 2) { nodes { kind date place } }
  benefits(first: 2) { nodes { awardNo programme status monthlyAmount startedOn } }
  taxAccounts(first: 2) { nodes { accountNo bills(first: 2) { nodes { year amount balance dueOn } } } }
  permits(first: 2) { nodes { permitNo kind status issuedOn inspections(first: 2) { nodes { inspectedOn result } } } }
  contactCentreCases(first: 2) { nodes { id status } }
  contactCentreContacts(first: 2) { nodes { id channel } }
  waterAccounts(first: 2) { nodes { accountNo readings(first: 2) { nodes { readOn cubicMetres } } } }
`;

let city: CityServer;
beforeAll(async () => {
  city = await startCity();
});
afterAll(() => city.close());

describe("a citizen page over six departments", () => {
  it("has a name and fields of all six", async () => {
    const { id, departments } = await bestKnownCitizen(city);
    expect(departments).toBe(6);
    const { data, errors } = await city.query(`query ($id: ID!) { citizen(id: $id) { ${fields} } }`, { id });
    expect(errors).toBeUndefined();
    const citizen = data?.citizen as Record<string, { nodes?: unknown[]; fullName?: string } & string>;
    expect(citizen.name?.fullName).toMatch(/\w/);
    expect(citizen.civilStatus).toMatch(/^[A-Z]/);
    for (const list of [
      "civilEvents",
      "benefits",
      "taxAccounts",
      "permits",
      "contactCentreContacts",
      "waterAccounts",
    ]) {
      expect(citizen[list]?.nodes, list).toBeInstanceOf(Array);
    }
  });

  it("costs the same SQL statements for one citizen as for fifty", async () => {
    const page = await city.query<{ citizens: { nodes: { id: string }[] } }>(
      "{ citizens(first: 50) { nodes { id } } }",
    );
    city.takeStatements();
    // One citizen alone is seldom holder and occupant, applicant and co-applicant: what any of them costs is allowed.
    const alone = new Map<string, number>();
    let most = 0;
    for (const { id } of page.data?.citizens.nodes ?? []) {
      await city.query(`query ($id: ID!) { citizen(id: $id) { ${fields} } }`, { id });
      const statements = countByShape(city);
      most = Math.max(most, sum(statements));
      for (const [shape, count] of statements) alone.set(shape, Math.max(alone.get(shape) ?? 0, count));
    }
    const { errors } = await city.query(`{ citizens(first: 50) { nodes { ${fields} } } }`);
    expect(errors).toBeUndefined();
    const fifty = countByShape(city);
    console.log(
      `SQL statements: at most ${most} for 1 citizen, ${sum(fifty)} for 50 (of ${sum(alone)} different ones)`,
    );
    expect(new Map([...fifty].sort())).toEqual(new Map([...alone].sort()));
  });
});

/** Statements by department and text, whatever number of keys they take. */
function countByShape(server: CityServer): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { department, sql } of server.takeStatements()) {
    const shape = `${department}: ${sql.replace(/(\((\?, )*\?\))(, \((\?, )*\?\))+/g, "$1")}`;
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  return counts;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
