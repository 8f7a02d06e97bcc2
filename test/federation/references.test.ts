import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CityServer, startCity } from "../support/city.ts";

interface Row {
  readonly [field: string]: Row | string | null;
}

let city: CityServer;
beforeAll(async () => {
  city = await startCity();
}, 120_000);
afterAll(() => city.close());

/** Whether each row of a root list has somebody at the path, with this selected of them. */
async function present(root: string, path: readonly string[], selection: string): Promise<boolean[]> {
  const body = path.reduceRight((below, field) => `{ ${field} ${below} }`, selection);
  const { data, errors } = await city.query<Record<string, { readonly nodes: readonly Row[] }>>(
    `{ ${root}(first: 500) { nodes ${body} } }`,
  );
  expect(errors).toBeUndefined();
  const at = (row: Row | string | null | undefined, [field, ...rest]: readonly string[]): unknown =>
    field === undefined || !row || typeof row === "string" ? row : at(row[field], rest);
  return (data?.[root]?.nodes ?? []).map((row) => Boolean(at(row, path)));
}

describe("a row's person in the demo city", () => {
  it.each([
    ["waterAccounts", ["occupant"], "occupants that nobody noted"],
    ["waterAccounts", ["holder"], "companies"],
    ["permits", ["coApplicant"], "permits of one"],
    ["permits", ["requester"], "companies"],
    ["taxBills", ["account", "holder"], "companies"],
  ])("of %s, %j, is null for %s whatever is selected", async (root, path) => {
    const withId = await present(root, path, "{ id }");
    expect(new Set(withId)).toEqual(new Set([true, false]));
    for (const selection of ["{ civilStatus name { fullName } }", "{ name { fullName } }", "{ __typename }"]) {
      expect(await present(root, path, selection)).toEqual(withId);
    }
  });

  it("is the same through an interface", async () => {
    const withId = await city.query("{ permits(first: 200) { nodes { ... on ServiceRequest { requester { id } } } } }");
    const without = await city.query(
      "{ permits(first: 200) { nodes { ... on ServiceRequest { requester { __typename } } } } }",
    );
    expect(JSON.stringify(without.data)).toBe(
      JSON.stringify(withId.data).replace(/"id":"[^"]+"/g, '"__typename":"Citizen"'),
    );
    expect(JSON.stringify(without.data)).toContain("null");
  });
});
