import type { Introspection } from "../introspection.ts";

/** The catalogue itself reads foreign keys and statistics, and comments from the text of `CREATE TABLE`. */
export const introspection: Introspection = {
  async tables(select) {
    const rows = await select(
      "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY 1",
      [],
    );
    return rows.map(([name]) => ({ name: String(name), schema: "main", own: true }));
  },
};
