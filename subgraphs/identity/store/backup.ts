import { createReadStream } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";
import { CivigraphError } from "../../../shared/errors.ts";
import { breathe } from "../linking/engine.ts";
import { inserts, type Table, tables } from "./backup-tables.ts";
import { runBulk } from "./bulk.ts";
import type { IdentityStore } from "./index.ts";
import { isSealed, openedLines, sealedLines } from "./sealed-lines.ts";

/** What identity's links and ids depend on besides its store. */
export interface BackedUpSecret {
  /** `ENVIRONMENT`: the text of CIVIGRAPH_IDENTITY_SECRET; `FILE`: the content of identity.key. */
  readonly kept: "ENVIRONMENT" | "FILE";
  readonly value: string;
}

/** How a backup is kept from others: the secret is in none that is not encrypted. */
export type BackupProtection =
  | { readonly passphrase: string; readonly secret: BackedUpSecret | null }
  | { readonly passphrase: null; readonly secret: null };

export interface BackupHeader {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Null where it was left out. */
  readonly secret: BackedUpSecret | null;
}

const secretForm = z.strictObject({ kept: z.enum(["ENVIRONMENT", "FILE"]), value: z.string() });
const header = z.union([
  // Before backups could be encrypted.
  z.strictObject({ civigraph: z.literal("identity"), version: z.literal(1), at: z.string(), secret: secretForm }),
  z.strictObject({
    civigraph: z.literal("identity"),
    version: z.literal(2),
    at: z.string(),
    secret: secretForm.nullable(),
  }),
]);
const line = z.tuple([z.string(), z.array(z.array(z.union([z.string(), z.number(), z.null()])))]);

type Row = Record<string, string | number | null>;

const rowsAtOnce = 5_000;

/**
 * Writes the whole store into one compressed file that its owner alone can read: encrypted, with the secret or without
 * it, or as it is, without it. Whoever opens one with the secret can do what identity can. Gives the number of links.
 * The file has its name once it is whole.
 */
export async function backUp(
  store: IdentityStore,
  { passphrase, secret }: BackupProtection,
  file: string,
  signal?: AbortSignal,
): Promise<number> {
  await tryOut(file);
  const draft = `${file}.${process.pid}.tmp`;
  const handle = await open(draft, "wx", 0o600);
  try {
    const links = await store.write(async (transaction) => {
      let links = 0;
      async function* lines() {
        yield `${JSON.stringify({ civigraph: "identity", version: 2, at: new Date().toISOString(), secret })}\n`;
        for (const [name, { key, columns }] of Object.entries(tables)) {
          let last: Row | undefined;
          do {
            const behind = last;
            const rows: Row[] = await transaction(name)
              .select(...columns)
              .modify((query) => {
                if (!behind) return;
                const marks = key.map(() => "?").join(", ");
                query.whereRaw(
                  `(${key.join(", ")}) > (${marks})`,
                  key.map((column) => behind[column] ?? ""),
                );
              })
              .orderBy([...key])
              .limit(rowsAtOnce);
            if (rows.length > 0) yield `${JSON.stringify([name, rows.map((row) => columns.map((one) => row[one]))])}\n`;
            if (name === "link") links += rows.length;
            last = rows.at(-1);
            await breathe(signal);
          } while (last);
        }
      }
      // What has its name is on the disk, whenever the power fails.
      const target = handle.createWriteStream({ flush: true });
      await (passphrase === null
        ? pipeline(Readable.from(lines()), createGzip(), target)
        : pipeline(Readable.from(sealedLines(lines(), passphrase)), target));
      return links;
    });
    await tryOut(file);
    await rename(draft, file);
    return links;
  } catch (error) {
    await handle.close().catch(() => {});
    await unlink(draft);
    throw error;
  }
}

/** @throws Error of the file system where the file cannot be written, or is there already: it is never overwritten. */
async function tryOut(file: string): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  await handle.close();
  await unlink(file);
}

/**
 * Whether a passphrase is needed.
 * @throws CivigraphError CONFIGURATION_INVALID when it is empty; Error of the file system when it cannot be read.
 */
export async function isEncrypted(file: string): Promise<boolean> {
  try {
    for await (const bytes of createReadStream(file, { end: 0 })) return isSealed(bytes[0]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).path !== undefined) throw error;
    throw notABackup(error);
  }
  throw notABackup();
}

/**
 * Reads a backup to its end, and gives what it says of itself; `passphrase` for one that is encrypted.
 * @throws CivigraphError CONFIGURATION_INVALID when it is no whole backup, or the passphrase is another one.
 */
export async function headerOfBackup(file: string, passphrase?: string): Promise<BackupHeader> {
  let found: BackupHeader | undefined;
  for await (const text of linesOf(file, passphrase)) {
    if (found === undefined) found = parsed(header, text);
    else rowsIn(text);
  }
  if (found === undefined) throw notABackup();
  return found;
}

/**
 * Puts back everything that a backup holds, in one transaction; what the store holds is replaced. Gives back the number
 * of links.
 * @throws CivigraphError CONFIGURATION_INVALID when the file is damaged, or of another secret. Nothing is changed then.
 */
export async function restore(
  store: IdentityStore,
  file: string,
  { passphrase, signal }: { readonly passphrase?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const links = await store.write(async (transaction, reads) => {
    const secret = await reads.setting("secret");
    for (const name of Object.keys(tables)) await transaction(name).delete();
    let links = 0;
    let first = true;
    for await (const text of linesOf(file, passphrase)) {
      await breathe(signal);
      if (first) parsed(header, text);
      else {
        const [name, rows] = rowsIn(text);
        await runBulk(transaction, store.engine, inserts[name], rows);
        if (name === "link") links += rows.length;
      }
      first = false;
    }
    if (first) throw notABackup();
    if ((await reads.setting("secret")) === secret) return links;
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: `The backup was made under another secret than the one that is set. Nothing was changed. Set that one. ${sinceReplaced}`,
    });
  });
  await store.vacuum();
  return links;
}

/** What is to be done about a backup from before the secret was replaced. */
export const sinceReplaced =
  "If it was replaced since, put the backup into an empty store under the old secret, and run `civigraph identity rekey` again.";

async function* linesOf(file: string, passphrase: string | undefined): AsyncGenerator<string> {
  const sealed = await isEncrypted(file);
  const source = createReadStream(file);
  try {
    if (!sealed) yield* unpackedLines(source);
    else if (passphrase !== undefined) yield* openedLines(source, passphrase);
    else throw new CivigraphError("CONFIGURATION_INVALID", { detail: "The backup is encrypted: say its passphrase." });
  } catch (error) {
    throw error instanceof CivigraphError ? error : notABackup(error);
  } finally {
    source.destroy();
  }
}

function unpackedLines(source: Readable): AsyncIterable<string> {
  const unpacked = createGunzip();
  // Errors of the source reach the reader, whichever comes first.
  source.on("error", (error) => unpacked.destroy(error));
  return createInterface({ input: source.pipe(unpacked), crlfDelay: Number.POSITIVE_INFINITY });
}

function rowsIn(text: string): readonly [Table, z.output<typeof line>[1]] {
  const [name, rows] = parsed(line, text);
  if (!Object.hasOwn(tables, name)) throw notABackup();
  return [name as Table, rows];
}

function parsed<Value>(form: z.ZodType<Value>, text: string): Value {
  try {
    return form.parse(JSON.parse(text));
  } catch (error) {
    throw notABackup(error);
  }
}

function notABackup(cause?: unknown): CivigraphError {
  const detail =
    "The file is not a whole backup of identity. Name one that `civigraph identity backup` has written. Nothing was changed.";
  return new CivigraphError("CONFIGURATION_INVALID", { detail }, { cause });
}
