import { createHmac } from "node:crypto";
import { CivigraphError } from "../../shared/errors.ts";
import { citizenIds, isWellFormed } from "./citizen-id.ts";
import type { IdentityKeys } from "./keys.ts";

/** Places in lists of citizens: the citizen's ref, enciphered as in its id, and a tag of the list and the audience. */
export interface CitizenCursors {
  encode(ref: string, list: string, audience: string): string;
  /** The ref that the list goes on behind; @throws CivigraphError CURSOR_INVALID where no page of this list gave it. */
  decode(cursor: string, list: string, audience: string): string;
}

/** As many characters as a ref has in base64url. */
const refLength = 22;

export function citizenCursors(keys: IdentityKeys): CitizenCursors {
  const ids = citizenIds(keys, "cursor");
  const tagKey = keys.derive("cursor tags");
  const tagOf = (ref: string, list: string, audience: string) =>
    createHmac("sha256", tagKey)
      .update(JSON.stringify([audience, list, ref]))
      .digest("base64url")
      .slice(0, 11);
  return {
    encode: (ref, list, audience) => ids.encode(ref, audience) + tagOf(ref, list, audience),
    decode(cursor, list, audience) {
      const [id, tag] = [cursor.slice(0, refLength), cursor.slice(refLength)];
      const ref = ids.decode(id, audience);
      if (isWellFormed(id) && tag === tagOf(ref, list, audience)) return ref;
      throw new CivigraphError("CURSOR_INVALID", { argument: "after" });
    },
  };
}
