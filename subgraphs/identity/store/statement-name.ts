import { createHash } from "node:crypto";

/**
 * The name under which PostgreSQL keeps a statement prepared, which saves planning it again. Other databases ignore it.
 * Behind a pool of connections that several clients share, that pool must know prepared statements (PgBouncer 1.21).
 */
export function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash("sha256").update(text).digest("base64url").slice(0, 22);
    names.set(text, name);
  }
  return name;
}

/** The store has a few dozen texts. */
const names = new Map<string, string>();
