import type { Suite } from "./suite.ts";

const tooEarly = "the planner asks its first subgraph for a field before what the field requires is known";

const parcel = {
  value: 11,
  taxable: true,
  location: { street: "Mill Lane" },
  notice: "to pay",
  letter: "Dear owner: to pay",
};

/** Each department needs what the one before it says; a client can come in by any of them. */
const departments = {
  valuers: 'type Parcel @key(fields: "id") { id: ID! value: Int }',
  finance: `type Parcel @key(fields: "id") {
    id: ID! value: Int @external taxable: Boolean @requires(fields: "value") location: Location }
    type Location { street: String }`,
  notices: `type Parcel @key(fields: "id") {
    id: ID! taxable: Boolean @external notice: String @requires(fields: "taxable") }`,
  post: `type Parcel @key(fields: "id") {
    id: ID! notice: String @external letter: String @requires(fields: "notice") }`,
};

const resolvers = {
  valuers: { Parcel: { value: () => parcel.value } },
  finance: {
    Parcel: {
      taxable: ({ value = 0 }: { value?: number }) => value > 10,
      location: () => parcel.location,
    },
  },
  notices: {
    Parcel: {
      notice: ({ taxable }: { taxable?: boolean }) => (taxable === undefined ? "unknown" : taxable ? "to pay" : "free"),
    },
  },
  post: { Parcel: { letter: ({ notice = "nothing" }: { notice?: string }) => `Dear owner: ${notice}` } },
};

type Department = keyof typeof departments;
const names = Object.keys(departments) as Department[];

function chainFrom(entry: Department, wrongInStock: readonly string[]): Suite {
  const rows = [{ id: "p1" }, { id: "p2" }];
  const selections = ["letter", "notice", "taxable", "letter notice taxable value", "location { street } notice"];
  return {
    feature: `@requires of what others require, from ${entry}`,
    subgraphs: Object.fromEntries(
      names.map((name) => [
        name,
        name === entry
          ? {
              sdl: `${departments[name]} type Query { parcels: [Parcel!] }`,
              resolvers: { ...resolvers[name], Query: { parcels: () => rows } },
            }
          : { sdl: departments[name], resolvers: resolvers[name] },
      ]),
    ),
    cases: selections.map((selection) => {
      const answer = Object.fromEntries(Object.entries(parcel).filter(([field]) => selection.includes(field)));
      return {
        query: `{ parcels { ${selection} } }`,
        data: { parcels: rows.map(() => answer) },
        ...(wrongInStock.includes(selection) ? { stockDiffers: tooEarly } : {}),
      };
    }),
  };
}

export const requiredChainSuites: readonly Suite[] = [
  chainFrom("valuers", []),
  chainFrom("finance", ["letter", "notice", "letter notice taxable value", "location { street } notice"]),
  chainFrom("notices", ["letter", "letter notice taxable value"]),
  chainFrom("post", []),
];
