import { CivigraphError } from "../errors.ts";
import type { ListedTable } from "../sql/introspection.ts";

/** Schemas with tables that the account may read. */
export interface SchemaChoice {
  readonly chosen: readonly SchemaSize[];
  /** Those that were not looked at. */
  readonly others: readonly SchemaSize[];
}

export interface SchemaSize {
  readonly name: string;
  /** How many tables and views the account may read there. */
  readonly tables: number;
}

/**
 * The tables of the named schemas; without a name those of the account's own, or of the only one that there is.
 *
 * @throws CivigraphError CONFIGURATION_INVALID for a schema that is not there, where none can be chosen without a name,
 * and where there is no table at all.
 */
export function chooseSchemas(
  listed: readonly ListedTable[],
  named: readonly string[],
): SchemaChoice & { readonly looked: readonly ListedTable[] } {
  if (listed.length === 0) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail:
        "The database has no table that this account can see. Check that the URL names the right database, and that the account was granted SELECT on its tables.",
    });
  }
  const schemas = [...new Set(listed.map(({ schema }) => schema))].map((name) => ({
    name,
    tables: listed.filter(({ schema }) => schema === name).length,
  }));
  const chosen =
    named.length > 0 ? new Set(named.map((name) => schemaNamed(name, schemas))) : ownSchemas(listed, schemas);
  return {
    looked: listed.filter(({ schema }) => chosen.has(schema)),
    chosen: schemas.filter(({ name }) => chosen.has(name)),
    others: schemas.filter(({ name }) => !chosen.has(name)),
  };
}

/** `a (12 tables), b (1 table)` */
export function schemaList(schemas: readonly SchemaSize[]): string {
  return schemas.map(({ name, tables }) => `${name} (${tables} ${tables === 1 ? "table" : "tables"})`).join(", ");
}

function ownSchemas(listed: readonly ListedTable[], schemas: readonly SchemaSize[]): ReadonlySet<string> {
  const own = listed.filter((table) => table.own);
  if (own.length > 0) return new Set(own.map(({ schema }) => schema));
  if (schemas.length === 1) return new Set(schemas.map(({ name }) => name));
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `The account's own schema has no table that it may read. Choose with --schema, which may be repeated: ${schemaList(schemas)}.`,
  });
}

/** As it is written, or else in another case. */
function schemaNamed(name: string, schemas: readonly SchemaSize[]): string {
  const found =
    schemas.find((each) => each.name === name) ??
    schemas.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (found) return found.name;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `Expected --schema to name a schema with tables that this account may read, but found \`${name}\`. There are: ${schemaList(schemas)}.`,
  });
}
