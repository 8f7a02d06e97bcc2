import knex from "knex";
import type { Dialect } from "../dialect.ts";
import { createConnection } from "./connection.ts";
import { introspection } from "./introspection.ts";

/** SQLite: the embedded databases of the demo city, and whatever department keeps a file. */
export const sqlite: Dialect = {
  name: "sqlite",
  schemes: ["sqlite"],
  builder: knex({ client: "better-sqlite3", useNullAsDefault: true }),
  limits: { parameters: 32_766, keys: 1_000 },
  ignoresPadding: false,
  quote: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
  // SQLite converts what it compares to the column's affinity, and compares text byte by byte.
  placeholder: () => "?",
  ordered: (name) => name,
  exact: () => undefined,
  // LIKE ignores the case of ASCII letters, GLOB does not.
  startsWith: (name) => `${name} GLOB ?`,
  prefixPattern: (prefix) => `${prefix.replace(/[*?[]/g, "[$&]")}*`,
  keyTable(columns, rows) {
    const names = columns.map((_, index) => `column${index + 2} AS k${index}`);
    const row = `(${Array(columns.length + 1)
      .fill("?")
      .join(", ")})`;
    return `(SELECT ${["column1 AS p", ...names].join(", ")} FROM (VALUES ${Array(rows).fill(row).join(", ")}))`;
  },
  connect: (url, options) => createConnection(pathOf(url), options),
  introspection,
};

/** `sqlite:data/city.sqlite`, `sqlite:/var/city.sqlite` and `sqlite:///var/city.sqlite`. */
export function pathOf(url: string): string {
  return url.replace(/^sqlite:(?:\/\/(?=\/))?/, "");
}
