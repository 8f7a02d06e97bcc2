import { z } from "zod";
import { CivigraphError } from "../errors.ts";
import { createHttpClient, type HttpClientOptions } from "./http-client.ts";
import type { Signer } from "./signature.ts";
import type { Grants } from "./subgraph.ts";

export interface HttpGrants extends Grants {
  close(): Promise<void>;
}

const answer = z.object({ grants: z.array(z.boolean()) });

/** Identity's decisions, asked over HTTP. Rejects when they do not come, or not one for each record: fail closed. */
export function createHttpGrants(options: HttpClientOptions & { readonly signer: Signer }): HttpGrants {
  const client = createHttpClient(options);
  return {
    async grants(records, { requestId, audience, signal }) {
      if (records.length === 0) return [];
      const { data } = answer.safeParse(await client.post(client.path, { records, requestId, audience }, { signal }));
      if (data?.grants.length !== records.length) {
        throw new CivigraphError("SUBGRAPH_INVALID_ANSWER", { department: options.department });
      }
      return data.grants;
    },
    close: client.close,
  };
}
