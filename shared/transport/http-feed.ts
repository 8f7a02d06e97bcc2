import { z } from "zod";
import type {
  PersonFeed,
  PersonFeedDescription,
  PersonKeyPage,
  PersonRecord,
  PersonRecordPage,
} from "../department/person-feed.ts";
import { CivigraphError } from "../errors.ts";
import { feedOperations, withoutNulls } from "./feed-schema.ts";
import { createHttpClient, type HttpClientOptions } from "./http-client.ts";
import type { Signer } from "./signature.ts";

export interface HttpFeedOptions extends HttpClientOptions {
  /** Of identity or person: the feed opens to no other. */
  readonly signer: Signer;
}

export interface HttpFeed extends PersonFeed {
  close(): Promise<void>;
}

/** The person feed of a department that runs elsewhere. Rejects when the department does not answer. */
export async function connectHttpFeed(options: HttpFeedOptions): Promise<HttpFeed> {
  const { department } = options;
  const client = createHttpClient(options);

  async function ask<T>(
    query: string,
    schema: z.ZodType<T>,
    variables: Record<string, unknown> = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const answer = await client.post(client.path, { query, variables }, { signal });
    const { data } = z.object({ data: schema }).safeParse(answer);
    if (!data) throw new CivigraphError("DEPARTMENT_UNAVAILABLE", { department });
    return data.data;
  }

  try {
    const { description } = await ask(feedOperations.description, descriptionAnswer);
    return {
      description,
      async page({ first, after, changedSince, signal }): Promise<PersonRecordPage> {
        const { page } = await ask(feedOperations.page, pageAnswer, { first, after, changedSince }, signal);
        return { records: page.records.map(withoutNulls), next: page.next };
      },
      async byKeys(keys, { signal, attributes } = {}): Promise<readonly (PersonRecord | null)[]> {
        const { byKeys } = await ask(feedOperations.byKeys, byKeysAnswer, { keys, attributes }, signal);
        return byKeys.map((record) => record && withoutNulls(record));
      },
      async keys({ first, after, signal }): Promise<PersonKeyPage> {
        return (await ask(feedOperations.keys, keysAnswer, { first, after }, signal)).keys;
      },
      async count({ signal } = {}): Promise<number> {
        return (await ask(feedOperations.count, countAnswer, {}, signal)).count;
      },
      close: client.close,
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

const descriptionAnswer: z.ZodType<{ description: PersonFeedDescription }> = z.object({
  description: z.object({
    department: z.string(),
    name: z.string(),
    uniquePerPerson: z.boolean(),
    personalKey: z.boolean(),
    tellsChanges: z.boolean(),
  }),
});
/** Its fields were checked by the schema that answered; a key is what everything hangs on. */
const record = z.looseObject({ key: z.string() });
const next = z.string().nullable();
const pageAnswer = z.object({ page: z.object({ records: z.array(record), next }) });
const byKeysAnswer = z.object({ byKeys: z.array(record.nullable()) });
const keysAnswer = z.object({ keys: z.object({ keys: z.array(z.string()), next }) });
const countAnswer = z.object({ count: z.number().int().nonnegative() });
