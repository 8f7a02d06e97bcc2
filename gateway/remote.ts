import type { DepartmentModel } from "../shared/department/model.ts";
import type { PersonFeed } from "../shared/department/person-feed.ts";
import { connectHttpFeed, type HttpFeed } from "../shared/transport/http-feed.ts";
import { type Caller, createSigner, type Signer } from "../shared/transport/signature.ts";
import type { Config } from "./config.ts";

/** `http://permits:4000` and the path of one of the subgraph's doors: `graphql`, `person-feed`, `grants`. */
export function doorOf(address: string, door: "graphql" | "person-feed" | "grants"): string {
  return `${address.replace(/\/+$/, "")}/${door}`;
}

/** Signs as one of the city's processes. The configuration has made sure of the secret where something is remote. */
export function signerOf({ subgraphSecret = "" }: Config, caller: Caller): Signer {
  return createSigner(subgraphSecret, caller);
}

/**
 * The person feed of a department that runs elsewhere, known from its department.graphql. It connects with the first
 * call, so that a department that is down at start stops nobody.
 */
export function remoteFeed(
  model: DepartmentModel,
  options: { readonly url: string; readonly signer: Signer; readonly timeout: number },
): PersonFeed & { close(): Promise<void> } {
  let connected: Promise<HttpFeed> | undefined;
  const connect = () => {
    connected ??= connectHttpFeed({ ...options, department: model.name }).catch((error: unknown) => {
      connected = undefined;
      throw error;
    });
    return connected;
  };
  return {
    description: {
      department: model.id,
      name: model.name,
      uniquePerPerson: model.persons.every((person) => person.uniquePerPerson),
      personalKey: model.persons.some((person) => person.personalKey),
      tellsChanges: model.persons.every((person) => person.changed !== undefined),
    },
    page: async (request) => (await connect()).page(request),
    byKeys: async (keys, request) => (await connect()).byKeys(keys, request),
    keys: async (request) => (await connect()).keys(request),
    count: async (request) => (await connect()).count(request),
    close: async () => (await connected?.catch(() => undefined))?.close(),
  };
}
