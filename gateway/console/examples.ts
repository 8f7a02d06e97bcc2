import { parse, validate } from "graphql";
import type { ServedGraph } from "../pipeline/graph.ts";

/** A tab of GraphiQL. */
export interface ExampleTab {
  readonly query: string;
  /** JSON text. */
  readonly variables?: string;
}

/** The demo city's examples that the graph can answer: a city with other departments gets those that fit. */
export async function exampleTabs(graph: ServedGraph): Promise<readonly ExampleTab[]> {
  const known = tabsOf.get(graph);
  if (known) return known;
  const fitting = examples.filter((query) => validate(graph.schema, parse(query)).length === 0);
  const id = await exampleCitizen(graph);
  const tabs = fitting.flatMap((query) => {
    if (!query.includes("$id: ID!")) return [{ query }];
    return id === undefined ? [] : [{ query, variables: JSON.stringify({ id }, null, 2) }];
  });
  tabsOf.set(graph, tabs);
  return tabs;
}

const tabsOf = new WeakMap<ServedGraph, readonly ExampleTab[]>();

const findExample = `query ExampleCitizen {
  citizens(first: 100) { nodes { id identityLinks { department { id } } } }
}`;

/** The public id of a citizen known to as many departments as any of the first hundred. */
async function exampleCitizen(graph: ServedGraph): Promise<string | undefined> {
  const document = parse(findExample);
  if (validate(graph.schema, document).length > 0) return undefined;
  const context = { requestId: "example", audience: "city" };
  const { data } = await graph.execute({ query: findExample, document, context });
  const found = data as { citizens?: { nodes?: readonly Candidate[] } } | null | undefined;
  let best: { id: string; departments: number } | undefined;
  for (const candidate of found?.citizens?.nodes ?? []) {
    const departments = new Set(candidate?.identityLinks?.map((link) => link.department.id)).size;
    if (candidate && (!best || departments > best.departments)) best = { id: candidate.id, departments };
  }
  return best?.id;
}

type Candidate = { id: string; identityLinks: readonly { department: { id: string } }[] | null } | null;

const examples = [
  `# One citizen, known to six departments, each with
# its own database. Press the play button.
query CitizenPage($id: ID!) {
  citizen(id: $id) {
    name {
      fullName
      provenance { department { name } rule }
    }
    dateOfBirth
    domicile { fullAddress }

    # Civil registry
    civilStatus
    civilEvents(first: 3) { nodes { kind date place } }

    # Social services
    benefits(first: 3) {
      nodes { awardNo programme status monthlyAmount startedOn }
    }

    # Revenue
    taxAccounts(first: 3) {
      nodes {
        accountNo
        bills(first: 2) { nodes { year amount balance dueOn } }
      }
    }

    # Permits
    permits(first: 3) {
      nodes {
        permitNo
        kind
        status
        issuedOn
        inspections(first: 2) { nodes { inspectedOn result } }
      }
    }

    # Contact centre
    contactCentreCases(first: 3) { nodes { id status } }
    contactCentreContacts(first: 3) { nodes { channel startedAt } }

    # Water utility, a partner
    waterAccounts(first: 3) {
      nodes {
        accountNo
        readings(first: 3) { nodes { readOn cubicMetres } }
      }
    }
  }
}
`,
  `# A page of citizens. For the next one: after, with endCursor.
query Citizens {
  citizens(first: 10) {
    nodes {
      id
      name { fullName }
      dateOfBirth
      domicile { fullAddress }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  `# Which records of which departments are this person,
# and by which rule they were linked.
query WhoIsWho($id: ID!) {
  citizen(id: $id) {
    name { fullName }
    identityLinks { department { name } status method rule }
  }
}
`,
  `# The departments of the city, and how they are now.
query Departments {
  departments { id name health recordCount linkedCount }
}
`,
] as const;
