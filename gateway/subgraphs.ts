import type { PersonFeed } from "../shared/department/person-feed.ts";
import type { Wrapper } from "../shared/department/wrapper.ts";
import { CivigraphError } from "../shared/errors.ts";
import { withAnswerChecks } from "../shared/transport/answer-checks.ts";
import { createDeadline } from "../shared/transport/deadline.ts";
import { createHttpGrants } from "../shared/transport/http-grants.ts";
import { createHttpSubgraph } from "../shared/transport/http-subgraph.ts";
import type { Grants, Subgraph } from "../shared/transport/subgraph.ts";
import { createIdentity, type Identity } from "../subgraphs/identity/index.ts";
import { probabilisticEngine } from "../subgraphs/identity/linking/probabilistic.ts";
import type { RegisteredDepartment } from "../subgraphs/identity/registry.ts";
import { identitySdl } from "../subgraphs/identity/schema.ts";
import { identitySecret } from "../subgraphs/identity/secret.ts";
import { storeLocation } from "../subgraphs/identity/store/open.ts";
import { createPerson } from "../subgraphs/person/index.ts";
import { personSdl } from "../subgraphs/person/schema.ts";
import { shownOf } from "./composition.ts";
import { inventedOf } from "./departments.ts";
import { withKnownDepartments } from "./known-departments.ts";
import { linkageModel } from "./linkage-model.ts";
import { type OpenOptions, openDepartments, registryOf } from "./open-departments.ts";
import { readPhases } from "./registry/phases.ts";
import { doorOf, signerOf } from "./remote.ts";
import { watchShadows } from "./shadow/index.ts";

/** The city's subgraphs, wherever each of them runs. */
export interface OpenSubgraphs {
  /** By the names that the supergraph knows; their answers are checked. */
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
  /** The person feeds of all departments. */
  readonly feeds: readonly PersonFeed[];
  /** The departments that run here. */
  readonly wrappers: ReadonlyMap<string, Wrapper>;
  /** Absent where identity runs elsewhere. */
  readonly identity: Identity | undefined;
  close(): Promise<void>;
}

/**
 * Opens departments, identity and person. Databases are opened with the first question, so that a department that is
 * down stops nobody's start.
 */
export async function openSubgraphs(options: OpenOptions): Promise<OpenSubgraphs> {
  let decide: Grants = { grants: () => Promise.reject(new CivigraphError("NOT_READY")) };
  const grants: Grants = { grants: (records, context) => decide.grants(records, context) };
  const reader = options.config.subgraphUrls.has("identity") ? "person" : "identity";
  const open = openDepartments(options, grants, reader);
  const registry = registryOf(open);
  const identity = await openIdentity(registry, options);
  decide = identity.grants;
  const person = openPerson(
    registry.filter(({ phase }) => phase !== "SHADOW"),
    options,
  );
  const inTime = createDeadline(options.config.subgraphTimeout);
  const checked = open.map(({ subgraph, placed }) => {
    const { id: department, name: displayName } = placed.model;
    const here = placed.place === "here";
    return withAnswerChecks(here ? inTime(subgraph, displayName) : subgraph, {
      department,
      displayName,
      shapeIsRight: here,
    });
  });
  const shadows = watchShadows({
    departments: open.flatMap(({ placed, feed }, index) => {
      const subgraph = checked[index];
      return placed.phase === "SHADOW" && subgraph ? [{ model: placed.model, subgraph, feed }] : [];
    }),
    identity: identity.subgraph,
    person,
    shownKeys: shownOf(options.departments).map(({ model }) => model.keysField),
    log: options.log,
  });
  const all = [identity.subgraph, person, ...checked].map(shadows.observed);
  return {
    subgraphs: new Map(all.map((subgraph) => [subgraph.name, subgraph])),
    wrappers: new Map(open.flatMap(({ placed, wrapper }) => (wrapper ? [[placed.model.id, wrapper]] : []))),
    feeds: open.map(({ feed }) => feed),
    identity: identity.here,
    async close() {
      await shadows.close();
      await Promise.allSettled([person.close(), identity.close(), ...open.map((department) => department.close())]);
    },
  };
}

interface OpenIdentity {
  readonly subgraph: Subgraph;
  readonly grants: Grants;
  readonly here?: Identity;
  close(): Promise<void>;
}

async function openIdentity(registry: readonly RegisteredDepartment[], options: OpenOptions): Promise<OpenIdentity> {
  const { config, log } = options;
  const url = config.subgraphUrls.get("identity");
  if (!url) {
    const identity = await createIdentityHere(registry, options);
    const subgraph = withKnownDepartments(identity, registry);
    return {
      subgraph: withAnswerChecks(subgraph, { displayName: "Identity", shapeIsRight: true }),
      grants: identity,
      here: identity,
      close: () => identity.close(),
    };
  }
  const signer = signerOf(config, "department");
  const grants = createHttpGrants({ url: doorOf(url, "grants"), department: "Identity", signer, log });
  const remote = remoteSubgraph("identity", "Identity", identitySdl(registry), url, options);
  const subgraph = withAnswerChecks(withKnownDepartments(remote, registry), { displayName: "Identity" });
  return {
    subgraph,
    grants,
    close: async () => {
      await Promise.allSettled([grants.close(), subgraph.close()]);
    },
  };
}

/** Identity in this process, over its own store. */
export function createIdentityHere(
  registry: readonly RegisteredDepartment[],
  { config, departments, log }: OpenOptions,
): Promise<Identity> {
  const phases = readPhases(config);
  return createIdentity({
    registry,
    retired: phases.recorded().filter((id) => phases.of(id) === "RETIRED"),
    store: storeLocation(config.dataDirectory, config.identityDatabaseUrl),
    secret: identitySecret({
      given: config.identitySecret,
      dataFolder: config.dataDirectory,
      demo: config.demoCity ?? inventedOf(departments).length > 0,
    }),
    engine: probabilisticEngine({ model: linkageModel(config) }),
    log,
  });
}

function openPerson(registry: readonly RegisteredDepartment[], options: OpenOptions): Subgraph {
  const url = options.config.subgraphUrls.get("person");
  if (url) {
    const remote = remoteSubgraph("person", "Person", personSdl(registry), url, options);
    return withAnswerChecks(remote, { displayName: "Person" });
  }
  return withAnswerChecks(createPerson({ registry, log: options.log }), { displayName: "Person", shapeIsRight: true });
}

/** A subgraph of ours in a process of its own. */
function remoteSubgraph(
  name: string,
  displayName: string,
  sdl: string,
  address: string,
  { config, log }: OpenOptions,
): Subgraph {
  return createHttpSubgraph({
    name,
    displayName,
    sdl,
    url: doorOf(address, "graphql"),
    signer: signerOf(config, "gateway"),
    timeout: config.subgraphTimeout,
    log,
  });
}
