import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CivigraphError } from "../../shared/errors.ts";
import { makeFolder } from "../../shared/make-folder.ts";

/**
 * Identity's secret: what `CIVIGRAPH_IDENTITY_SECRET` holds (at least 32 characters), or, in the demo city only, 256
 * random bits kept in `identity.key` in the data folder. Losing it changes every citizen id.
 * @throws CivigraphError CONFIGURATION_INVALID when it is unset outside the demo, or short.
 */
export function identitySecret(options: {
  readonly given: string | undefined;
  readonly dataFolder: string;
  readonly demo: boolean;
}): Buffer {
  const { given } = options;
  if (given !== undefined && given !== "") {
    if (given.length >= 32) return Buffer.from(given, "utf8");
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: `CIVIGRAPH_IDENTITY_SECRET must have at least 32 characters, it has ${given.length}.`,
    });
  }
  if (options.demo) return demoSecret(options.dataFolder);
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail:
      "CIVIGRAPH_IDENTITY_SECRET is not set. Set it to at least 32 random characters and keep a copy: losing it changes every citizen id.",
  });
}

/** Made once: the file appears whole under its name, so that two processes starting together end with one secret. */
function demoSecret(dataFolder: string): Buffer {
  const file = join(dataFolder, "identity.key");
  makeFolder(dataFolder);
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    return readSecret(file);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
  }
  writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    unlinkSync(draft);
  }
  return readSecret(file);
}

function readSecret(file: string): Buffer {
  const secret = Buffer.from(readFileSync(file, "utf8").trim(), "base64url");
  if (secret.length === 32) return secret;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: "identity.key in the data folder is damaged. Restore it from a backup.",
  });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
