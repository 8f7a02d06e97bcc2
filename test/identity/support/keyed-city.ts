import { decide, latest } from "../../../subgraphs/identity/decide.ts";
import { createIdentity, type Identity } from "../../../subgraphs/identity/index.ts";
import { townspeople } from "../matching/townspeople.ts";
import { department, type TestDepartment } from "./city.ts";
import { type StoreKind, type TestStore, testKeys } from "./stores.ts";

/** Of `testKeys`. */
export const testSecret: Buffer = Buffer.alloc(32, 7);

const people = townspeople(30);

/** What each table holds that is computed with a key. */
const keyed = {
  token: ["token"],
  link: ["lookup_key", "sealed_key", "content_digest"],
  decision_record: ["lookup_key"],
  identity_event: ["lookup_key"],
  frequency: ["token"],
  assertion: ["reason"],
} as const;

/** The same of refs, which a rotation leaves as they are. */
export const keyedRefs = {
  citizen: ["ref", "redirect_to"],
  link: ["ref"],
  identity_event: ["ref", "other_ref"],
  setting: ["value"],
} as const;

/**
 * Taxes know everybody by number, the contact centre by telephone number, the library some, as nobody is told. A steward
 * has decided about two people, and of two there are only history and decisions left. `opened` closes what is open.
 */
export async function keyedCity(kind: StoreKind, opened: (() => Promise<void>)[]) {
  const test = await kind.open();
  opened.push(() => test.remove());
  const taxes = department(
    "taxes",
    people.map((person, index) => ({ ...person, key: `t${index}` })),
  );
  const centre = department(
    "contact-centre",
    people.slice(5).map((person) => ({ ...person, key: person.telephone?.[0] ?? "" })),
    true,
  );
  const library = department(
    "library",
    people.slice(0, 8).map((person) => ({ ...person, key: person.telephone?.[0] ?? "" })),
    true,
  );
  const registry = [centre, library, taxes];
  const open = openIdentity(test, opened);
  const identity = await open({ registry });
  await identity.link();
  const refs = await test.store.page({ first: 2, after: "" });
  await decide({
    store: test.store,
    keys: testKeys,
    departments: new Map(registry.map((each) => [each.id, each])),
    kind: "REJECT",
    actor: "steward",
    reason: "The neighbour said so",
    version: latest(await test.store.versions(refs)),
    subject: async (reads) => {
      const links = await reads.placesOf(refs);
      return refs.map((ref) => links.filter((link) => link.ref === ref));
    },
  });
  centre.feed.records.splice(0, 2);
  await identity.follow();
  return { test, identity, open, registry, taxes, centre, library };
}

/** Opens identity over the store, under `testSecret` where no other one is said. */
function openIdentity(test: TestStore, opened: (() => Promise<void>)[]) {
  return async (options: {
    readonly registry: readonly TestDepartment[];
    readonly retired?: readonly string[];
    readonly secret?: Buffer;
    readonly log?: (event: string) => void;
  }): Promise<Identity> => {
    const identity = await createIdentity({ store: test.location, secret: testSecret, ...options });
    opened.push(() => identity.close());
    return identity;
  };
}

/** All values of the store that are computed with a key, and those of these columns. */
export async function keyedValues(
  { store }: TestStore,
  more: Readonly<Record<string, readonly string[]>> = {},
): Promise<ReadonlySet<string>> {
  return await store.write(async (transaction) => {
    const found = new Set<string>();
    for (const [table, columns] of [...Object.entries(keyed), ...Object.entries(more)]) {
      for (const row of await transaction(table).select(...columns)) {
        for (const value of Object.values(row)) if (typeof value === "string" && value !== "") found.add(value);
      }
    }
    // Keys that are no secret.
    for (const value of found) if (/^t\d+$/.test(value)) found.delete(value);
    return found;
  });
}

/** The citizen of a record, by its id and what identifies it at the contact centre. */
export async function entity(identity: Identity, record: string) {
  const { data } = await identity.execute({
    query: "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Citizen { id contactCentreKeys } } }",
    variables: { r: [{ __typename: "Citizen", record }] },
    context: { requestId: "test", audience: "city" },
  });
  return (data as { _entities: ({ id: string; contactCentreKeys: string[] } | null)[] })._entities[0];
}
