import { citizenIds } from "./citizen-id.ts";
import type { IdentityKeys } from "./keys.ts";

/** Names rows of the crosswalk in the caller's namespace, as `citizenIds` names citizens. */
export function numberIds(keys: IdentityKeys, use: "review" | "link" | "decision") {
  const ids = citizenIds(keys, use);
  return {
    encode([one, other]: readonly [number, number], audience: string): string {
      const block = Buffer.alloc(16);
      block.writeUIntBE(one, 2, 6);
      block.writeUIntBE(other, 10, 6);
      return ids.encode(block.toString("base64url"), audience);
    },
    /** What was made up reads as numbers that nothing has. */
    decode(id: string, audience: string): readonly [number, number] {
      const block = Buffer.from(ids.decode(id, audience), "base64url");
      const real = block.length === 16 && block.readUInt16BE(0) === 0 && block.readUInt16BE(8) === 0;
      if (!real) return [0, 0];
      const pair = [block.readUIntBE(2, 6), block.readUIntBE(10, 6)] as const;
      return pair.every((number) => number < 2 ** 31) ? pair : [0, 0];
    },
  };
}
