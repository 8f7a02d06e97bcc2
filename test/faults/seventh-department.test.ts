import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CityServer, startCity } from "../support/city.ts";
import { type Reader, writeLibrary } from "../support/library.ts";

let folder: string;
let city: CityServer;
let readers: readonly Reader[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-library-"));
  const before = await startCity();
  readers = await peopleOf(before);
  await before.close();
  city = await startCity({
    departments: [folder],
    environment: { LIBRARY_DATABASE_URL: writeLibrary(folder, readers) },
  });
});

afterAll(async () => {
  await city.close();
  rmSync(folder, { recursive: true });
});

/** A few citizens whom the civil registry knows by number. */
async function peopleOf(server: CityServer): Promise<readonly Reader[]> {
  type Found = {
    name: { givenName: string; familyName: string } | null;
    dateOfBirth: string | null;
    identifier: { notation: string; schemaAgency: string }[] | null;
    identityLinks: { department: { id: string } }[];
  };
  const { data } = await server.query<{ citizens: { nodes: Found[] } }>(`{
    citizens(first: 200) {
      nodes {
        name { givenName familyName }
        dateOfBirth
        identifier { notation schemaAgency }
        identityLinks { department { id } }
      }
    }
  }`);
  return (data?.citizens.nodes ?? [])
    .flatMap(({ name, dateOfBirth, identifier, identityLinks }) => {
      const number = identifier?.find(({ schemaAgency }) => schemaAgency === "NATIONAL")?.notation;
      const registered = identityLinks.some(({ department }) => department.id === "civil-registry");
      if (!registered || !name?.givenName || !dateOfBirth || !number) return [];
      return [{ name: `${name.familyName}, ${name.givenName}`, born: dateOfBirth, nationalId: number }];
    })
    .slice(0, 20);
}

describe("a seventh department, added as one folder", () => {
  it("is in the schema with its descriptions", async () => {
    const schema = await (await fetch(`${city.url}/schema.graphql`)).text();
    expect(schema).toMatch(/"""What this person has borrowed, next due first\."""\s+loans\(/);
    expect(schema).not.toMatch(/borrower|natid/);
  });

  it("puts its rows beside those of the others, its dirt undone", async () => {
    type Found = { loans: unknown; civilStatus: string | null; identityLinks: { department: { id: string } }[] };
    const found: Found[] = [];
    for (const { nationalId } of readers) {
      const { data, errors } = await city.query<{ citizenByIdentifier: Found | null }>(
        `query ($notation: String!) {
          citizenByIdentifier(schemaAgency: "NATIONAL", notation: $notation) {
            civilStatus
            loans { nodes { title dueOn status } }
            identityLinks { department { id } }
          }
        }`,
        { notation: nationalId },
      );
      expect(errors).toBeUndefined();
      // Two people with one number are not guessed apart.
      if (data?.citizenByIdentifier) found.push(data.citizenByIdentifier);
    }
    const linked = found.filter(({ identityLinks }) => {
      const departments = identityLinks.map(({ department }) => department.id);
      return departments.includes("library") && departments.includes("civil-registry");
    });
    expect(linked.length).toBeGreaterThan(readers.length / 2);
    for (const { civilStatus, loans } of linked) {
      expect(civilStatus).toMatch(/^[A-Z]/);
      expect(loans).toEqual({
        nodes: [
          { title: "The Leopard", dueOn: null, status: "UNRECOGNISED" },
          { title: "Middlemarch", dueOn: "2026-01-31", status: "ON_LOAN" },
        ],
      });
    }
  });

  it("is listed with its health and its people", async () => {
    const { data } = await city.query("{ departments { id name health recordCount linkedCount } }");
    expect(data?.departments).toContainEqual({
      id: "library",
      name: "Public Library",
      health: "UP",
      recordCount: readers.length,
      linkedCount: readers.length,
    });
  });
});
