import type { TestSubgraph } from "./federation.ts";

/** Departments of the synthetic city: each adds one connection to Citizen. */
export const departments = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"] as const;

const paging = `type PageInfo @shareable { hasNextPage: Boolean! endCursor: String }`;
const name = (department: string) => department.slice(0, 1).toUpperCase() + department.slice(1);

export interface CityOptions {
  readonly citizens: number;
  readonly rows: number;
}

/** A city in the shape of the real one: identity maps, person chooses, departments answer by their keys alone. */
export function createCity({ citizens, rows }: CityOptions): Record<string, TestSubgraph> {
  const people = Array.from({ length: citizens }, (_, index) => citizen(index));
  const byRef = new Map(people.map((person) => [person.ref, person]));
  const byRecord = new Map(
    people.flatMap((person) => departments.map((d) => [`${d}:${person[`${d}Keys`]?.[0]}`, person])),
  );
  return {
    identity: {
      sdl: `type Query { citizen(id: ID!): Citizen citizens(first: Int = 20): CitizenConnection }
        type CitizenConnection { nodes: [Citizen!] pageInfo: PageInfo! } ${paging}
        type Citizen @key(fields: "ref") @key(fields: "record") {
          ref: ID! @inaccessible record: ID @inaccessible id: ID!
          ${departments.map((d) => `${d}Keys: [ID!] @inaccessible`).join(" ")}
        }`,
      resolvers: {
        Query: {
          citizen: (_: never, { id }: { id: string }) => people.find((person) => person.id === id) ?? null,
          citizens: (_: never, { first }: { first: number }) => ({
            nodes: people.slice(0, first),
            pageInfo: { hasNextPage: first < citizens, endCursor: "c" },
          }),
        },
        Citizen: {
          __resolveReference: ({ ref, record }: { ref?: string; record?: string }) => {
            const found = ref === undefined ? byRecord.get(String(record)) : byRef.get(ref);
            return found ? { ...found, record } : null;
          },
        },
      },
    },
    person: {
      sdl: `type Citizen @key(fields: "ref") {
          ref: ID! @inaccessible ${departments.map((d) => `${d}Keys: [ID!] @external`).join(" ")}
          name: PersonName @requires(fields: "${departments.map((d) => `${d}Keys`).join(" ")}")
        } type PersonName @shareable { fullName: String givenName: String }`,
      resolvers: {
        Citizen: { name: ({ ref }: { ref: string }) => ({ fullName: `Person ${ref}`, givenName: "Person" }) },
      },
    },
    ...Object.fromEntries(departments.map((department) => [department, departmentSubgraph(department, rows)])),
  };
}

function departmentSubgraph(d: string, rows: number): TestSubgraph {
  const type = `${name(d)}Row`;
  return {
    sdl: `type Query { ${d}Row(id: ID!): ${type} } ${paging}
      type Citizen @key(fields: "ref") @key(fields: "record", resolvable: false) {
        ref: ID! @external record: ID @inaccessible ${d}Keys: [ID!] @external
        ${d}Rows(first: Int = 20): ${type}Connection @requires(fields: "${d}Keys")
      }
      type ${type}Connection { nodes: [${type}!] pageInfo: PageInfo! }
      type ${type} @key(fields: "id") { id: ID! kind: String status: ${type}Status amount: String startedOn: String holder: Citizen }
      enum ${type}Status { ACTIVE CLOSED }`,
    resolvers: {
      Query: { [`${d}Row`]: (_: never, { id }: { id: string }) => row(d, id) },
      Citizen: {
        [`${d}Rows`]: (citizen: Record<string, readonly string[] | null>, { first }: { first: number }) => {
          const keys = citizen[`${d}Keys`];
          if (!keys) return null;
          const nodes = keys.flatMap((key) =>
            Array.from({ length: Math.min(rows, first) }, (_, i) => row(d, `${key}-${i}`)),
          );
          return { nodes, pageInfo: { hasNextPage: false, endCursor: null } };
        },
      },
    },
  };
}

function row(d: string, id: string) {
  const key = id.split("-")[0];
  return {
    id,
    kind: `Kind of ${d}`,
    status: "ACTIVE",
    amount: "12.30",
    startedOn: "2024-02-29",
    holder: { record: `${d}:${key}` },
  };
}

type Keys = { readonly [D in (typeof departments)[number] as `${D}Keys`]: readonly string[] };

function citizen(index: number) {
  const keys = Object.fromEntries(departments.map((d) => [`${d}Keys`, [`${d}${index}`]])) as unknown as Keys;
  return { ref: `ref${index}`, id: `citizen${index}`, ...keys };
}

const fieldsOfAll = departments
  .map((d) => `${d}Rows(first: 5) { nodes { id kind status amount startedOn } pageInfo { hasNextPage } }`)
  .join("\n");

export const oneCitizen = `query One($id: ID!) { citizen(id: $id) { id name { fullName givenName } ${fieldsOfAll} } }`;
export const pageOfCitizens = `query Page($first: Int) { citizens(first: $first) { nodes { id name { fullName givenName } ${fieldsOfAll} } pageInfo { hasNextPage } } }`;
