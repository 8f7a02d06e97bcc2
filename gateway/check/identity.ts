import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LoadedDepartment } from "../../shared/department/load.ts";
import { createWrapper, type Wrapper } from "../../shared/department/wrapper.ts";
import { CivigraphError } from "../../shared/errors.ts";
import { dialects } from "../../shared/sql/dialects.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { type IdentityPreview, previewIdentity } from "../../subgraphs/identity/preview.ts";
import { identitySecret } from "../../subgraphs/identity/secret.ts";
import { storeLocation } from "../../subgraphs/identity/store/open.ts";
import type { Config } from "../config.ts";
import { type CheckedDatabase, statementMs } from "./database.ts";
import type { Finding } from "./findings.ts";

/** A department beside the one that is checked, and where its records are. */
export interface OtherDepartment {
  readonly department: LoadedDepartment;
  readonly url: string;
}

export interface PreviewFinding {
  readonly finding: Finding;
  readonly preview?: IdentityPreview;
}

/** What would become of the department's people if it were linked with these others now. Nothing is written. */
export async function checkIdentity(
  { model, feed }: CheckedDatabase,
  others: readonly OtherDepartment[],
  config: Config,
  most: number,
): Promise<PreviewFinding | undefined> {
  if (model.persons.length === 0) return undefined;
  const keys = keysOf(config);
  const about = { file: model.file, place: model.persons[0]?.place, subject: "Citizen @person" } as const;
  if (!keys) return { finding: { ...about, ...nothingLinked } };
  const wrappers = others.map((other) => [other.department.model.id, open(other)] as const);
  try {
    const preview = await previewIdentity({
      store: storeLocation(config.dataDirectory, config.identityDatabaseUrl),
      keys,
      feed,
      others: new Map<string, Wrapper>(wrappers),
      most,
    });
    if (!preview || others.length === 0) return { finding: { ...about, ...nothingLinked } };
    return { preview, finding: { ...about, ...told(preview) } };
  } catch (error) {
    if (!(error instanceof CivigraphError)) throw error;
    return { finding: { ...about, ...nothingLinked, found: "that it cannot be looked at", next: error.message } };
  } finally {
    await Promise.all(wrappers.map(([, wrapper]) => wrapper.close()));
  }
}

const note = { code: "IDENTITY_PREVIEW", severity: "NOTE" } as const;

const nothingLinked = {
  ...note,
  expected: "citizens of other departments to compare this one's people with",
  found: "none",
  next: "run `civigraph link` first, where identity's database and secret are",
} as const;

function told({ records, looked, join: joined, review }: IdentityPreview): Pick<Finding, "code" | "severity"> & {
  readonly expected: string;
  readonly found: string;
  readonly rows: { readonly count: number; readonly of: number };
} {
  const count = (value: number) => value.toLocaleString("en");
  const percent = looked === 0 ? 0 : Math.floor((100 * joined) / looked);
  const whole = looked < records ? `the first ${count(looked)} of ${count(records)}` : count(records);
  return {
    ...note,
    expected: "people whom other departments know, too",
    found: `that ${percent} % of ${whole} records would join a known citizen, and ${count(review)} would go to review`,
    rows: { count: joined, of: looked },
  };
}

/** Undefined where identity has never run: a check makes no secret. */
function keysOf(config: Config): ReturnType<typeof identityKeys> | undefined {
  const { identitySecret: given, dataDirectory: dataFolder } = config;
  if (given === undefined && !existsSync(join(dataFolder, "identity.key"))) return undefined;
  return identityKeys(identitySecret({ given, dataFolder, demo: true }));
}

function open({ department: { model, resolvers }, url }: OtherDepartment): Wrapper {
  const grants = { grants: async (records: readonly string[]) => records.map(() => false) };
  const rest = { grants, statementTimeoutMs: statementMs, ...(resolvers ? { resolvers } : {}) };
  return createWrapper({ model, url, dialects, ...rest });
}
