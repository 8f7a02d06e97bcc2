import type { Engine } from "../department/model.ts";
import { CivigraphError } from "../errors.ts";
import type { Dialect } from "../sql/dialect.ts";
import { dialects } from "../sql/dialects.ts";

/** A database to onboard: its URL, and the engine that its scheme names. */
export interface Source {
  readonly url: string;
  readonly dialect: Dialect;
  readonly engine: Engine;
}

/**
 * Finds the engine of a database URL.
 *
 * @throws CivigraphError CONFIGURATION_INVALID for what is no URL of a known engine; the message never repeats the URL,
 * which may hold a password.
 */
export function readSource(url: string): Source {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url.trim())?.[1]?.toLowerCase();
  const known = dialects.flatMap(({ schemes }) => schemes).map((each) => `${each}:`);
  const expected = `Expected a database URL that starts with ${known.join(", ")}`;
  const example = "Write e.g. `postgres://user:password@host:5432/database` or `sqlite:path/to/file.sqlite`.";
  if (scheme === undefined) throw invalid(`${expected}, but found none. ${example}`);
  const dialect = dialects.find(({ schemes }) => schemes.includes(scheme));
  if (!dialect) throw invalid(`${expected}, but found \`${scheme}:\`. ${example}`);
  return { url: url.trim(), dialect, engine: engineOf(dialect) };
}

/** `engine:` of a mapping is the dialect's name in capitals. */
function engineOf({ name }: Dialect): Engine {
  return name.toUpperCase() as Engine;
}

function invalid(detail: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail });
}
