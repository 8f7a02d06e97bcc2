import { afterEach, describe, expect, it } from "vitest";
import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import { createPerson } from "../../../subgraphs/person/index.ts";
import { department, type TestDepartment } from "../../identity/support/city.ts";

const call = { requestId: "test", audience: "city" };
const fields = `
  name { fullName givenName familyName birthName provenance { department { id } observedAt stale rule } }
  dateOfBirth
  identifier { schemaAgency notation issuedBy { id } }
  domicile { fullAddress thoroughfare postCode provenance { department { id } rule } }
  contactPoint { hasEmail hasTelephone provenance { department { id } rule } }`;

const registerRecord: PersonRecord = {
  key: "P1",
  changed: "2020-01-01T00:00:00Z",
  givenName: "Maria",
  familyName: "Tamm",
  birthName: "Saar",
  dateOfBirth: "1980-02-03",
  identifier: [{ schemaAgency: "NATIONAL", notation: "48002034567" }],
  address: { thoroughfare: "Harbour Street", locatorDesignator: "12", postCode: "10115", postName: "Northport" },
};
const socialRecord: PersonRecord = {
  key: "S1",
  changed: "2024-05-01T00:00:00Z",
  fullName: "MARY TAMM",
  dateOfBirth: "1980-02-03",
  address: { fullAddress: "HILL ROAD 3, 10117 NORTHPORT" },
  telephone: ["+372 555 1234"],
  email: ["maria@example.org"],
};
const phoneRecord: PersonRecord = {
  key: "+3725551234",
  fullName: "unknown",
  dateOfBirth: "1900-01-01",
  telephone: ["3725551234"],
};

interface Answer {
  readonly data: {
    readonly _entities: readonly {
      readonly name: { readonly fullName: string; readonly provenance: { readonly observedAt: string } } | null;
      readonly contactPoint: readonly unknown[] | null;
    }[];
  };
  readonly errors?: readonly unknown[];
}

describe("the person subgraph", () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const subgraph of opened.splice(0)) await subgraph.close();
  });

  function city(deadlineMs?: number) {
    const registry = [
      department("civil-registry", [registerRecord]),
      department("social-services", [socialRecord]),
      department("contact-centre", [phoneRecord], true),
    ] as const;
    const person = createPerson({ registry, ...(deadlineMs ? { deadlineMs } : {}) });
    opened.push(person);
    const entities = async (representations: readonly object[], selection = fields) => {
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Citizen { ${selection} } } }`;
      const result = await person.execute({ query, variables: { r: representations }, context: call });
      return JSON.parse(JSON.stringify(result)) as Answer;
    };
    return { registry, entities };
  }
  const everywhere = {
    __typename: "Citizen",
    ref: "r1",
    civilRegistryKeys: ["P1"],
    socialServicesKeys: ["S1"],
    contactCentreKeys: ["+3725551234"],
  };

  it("chooses each attribute among the live records, and says from where and by which rule", async () => {
    const { data, errors } = await city().entities([everywhere]);
    expect(errors).toBeUndefined();
    expect(data._entities[0]).toMatchObject({
      name: {
        fullName: "Maria Tamm",
        givenName: "Maria",
        familyName: "Tamm",
        birthName: "Saar",
        provenance: { department: { id: "civil-registry" }, stale: false, rule: "SOURCE_PRIORITY" },
      },
      dateOfBirth: "1980-02-03",
      identifier: [{ schemaAgency: "NATIONAL", notation: "48002034567", issuedBy: null }],
      domicile: {
        fullAddress: "Harbour Street 12, 10115 Northport",
        thoroughfare: "Harbour Street",
        provenance: { department: { id: "civil-registry" }, rule: "SOURCE_PRIORITY" },
      },
      contactPoint: [
        {
          hasTelephone: "+372 555 1234",
          hasEmail: null,
          provenance: { department: { id: "social-services" }, rule: "LAST_UPDATED" },
        },
        { hasTelephone: null, hasEmail: "maria@example.org", provenance: { rule: "ONLY_SOURCE" } },
      ],
    });
    expect(Math.abs(Date.now() - Date.parse(data._entities[0]?.name?.provenance.observedAt ?? ""))).toBeLessThan(
      60_000,
    );
  });

  it("still knows the name when the first department is down, without an error", async () => {
    const { registry, entities } = city();
    registry[0].feed.down = true;
    const { data, errors } = await entities(
      [everywhere],
      "name { fullName provenance { department { id } rule } } domicile { fullAddress }",
    );
    expect(errors).toBeUndefined();
    expect(data._entities[0]).toMatchObject({
      name: { fullName: "MARY TAMM", provenance: { department: { id: "social-services" }, rule: "ONLY_SOURCE" } },
      domicile: { fullAddress: "HILL ROAD 3, 10117 NORTHPORT" },
    });
  });

  it("names the department that is down for what nobody else could answer", async () => {
    const { registry, entities } = city();
    registry[0].feed.down = true;
    const { data, errors } = await entities([everywhere], "name { fullName } identifier { notation }");
    expect(data._entities[0]).toMatchObject({ name: { fullName: "MARY TAMM" }, identifier: null });
    expect(errors).toEqual([
      {
        message: "The records of civil registry cannot be read at the moment.",
        path: ["_entities", 0, "identifier"],
        extensions: { code: "DEPARTMENT_UNAVAILABLE", department: "civil registry" },
      },
    ]);
  });

  it("does not wait longer than the deadline for a department that hangs", async () => {
    const { registry, entities } = city(30);
    registry[0].feed.byKeys = () => new Promise(() => {});
    const { data } = await entities([everywhere], "name { fullName }");
    expect(data._entities[0]?.name?.fullName).toBe("MARY TAMM");
  });

  it("takes null keys as withheld, no keys as no record, and representations that come twice or without ref", async () => {
    const { registry, entities } = city();
    const withheld = { ...everywhere, civilRegistryKeys: null, contactCentreKeys: [] };
    const { data, errors } = await entities(
      [
        withheld,
        withheld,
        { ...everywhere, ref: undefined, civilRegistryKeys: [], socialServicesKeys: [], contactCentreKeys: [] },
        { __typename: "Citizen", ref: "r9", socialServicesKeys: ["gone"] },
      ],
      "name { fullName } contactPoint { hasEmail }",
    );
    expect(errors).toBeUndefined();
    expect(data._entities.map(({ name }) => name?.fullName ?? null)).toEqual(["MARY TAMM", "MARY TAMM", null, null]);
    expect(data._entities[2]?.contactPoint).toEqual([]);
    expect(registry[0].feed.byKeysCalls).toBe(0);
    expect(registry[2].feed.byKeysCalls).toBe(0);
  });

  it("asks each department once for a page of 50 citizens and all their attributes", async () => {
    const { registry, entities } = city();
    registry[1].feed.records = Array.from({ length: 50 }, (_, index) => ({ ...socialRecord, key: `S${index}` }));
    const page = Array.from({ length: 50 }, (_, index) => ({
      ...everywhere,
      ref: `r${index}`,
      socialServicesKeys: [`S${index}`],
    }));
    const { data } = await entities(page);
    expect(data._entities).toHaveLength(50);
    expect(registry.map(({ feed }) => feed.byKeysCalls)).toEqual([1, 1, 1]);
  });

  it("asks departments only for what the selected fields are chosen from", async () => {
    const { registry, entities } = city();
    const feed = (registry[1] as TestDepartment).feed;
    const byKeys = feed.byKeys.bind(feed);
    let attributes: readonly string[] | undefined;
    feed.byKeys = (keys, options) => {
      attributes = options?.attributes;
      return byKeys(keys, options);
    };
    await entities([everywhere], "dateOfBirth contactPoint { hasEmail }");
    expect(attributes).toEqual(["DATE_OF_BIRTH", "TELEPHONE", "EMAIL"]);
  });

  it("does not take a record for another one when a feed answers in the wrong order", async () => {
    const { registry, entities } = city();
    const feed = (registry[1] as TestDepartment).feed;
    feed.records = [socialRecord, { ...socialRecord, key: "S2", fullName: "Peeter Kask" }];
    const inOrder = feed.byKeys.bind(feed);
    feed.byKeys = async (keys) => (await inOrder(keys)).toReversed();
    const { data } = await entities(
      ["S1", "S2"].map((key) => ({ ...everywhere, ref: key, civilRegistryKeys: [], socialServicesKeys: [key] })),
      "name { fullName }",
    );
    expect(data._entities.map(({ name }) => name)).toEqual([null, null]);
  });

  it("echoes what it was asked with, so that answers can be compared with questions", async () => {
    const { data } = await city().entities(
      [everywhere],
      "ref civilRegistryKeys socialServicesKeys contactCentreKeys name { fullName }",
    );
    expect(data._entities[0]).toMatchObject(everywhere);
  });
});
