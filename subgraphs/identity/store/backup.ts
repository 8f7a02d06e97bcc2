import { createReadStream } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";
import { CivigraphError } from "../../../shared/errors.ts";
import { breathe } from "../linking/engine.ts";
import { type BulkStatement, bulkInsert, runBulk } from "./bulk.ts";
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

/** The tables with their keys, in the order in which they are written. */
const tables = {
  assertion: { key: ["id"], columns: ["id", "at", "actor", "model_version", "reason"] },
  citizen: { key: ["ref"], columns: ["ref", "redirect_to", "retired_by", "created_by"] },
  link: {
    key: ["id"],
    columns: [
      ...["id", "department", "lookup_key", "sealed_key", "ref", "status", "method", "rule", "match_probability"],
      ...["evidence", "content_digest", "assertion_id"],
    ],
  },
  token: { key: ["token", "link_id"], columns: ["token", "link_id"] },
  identity_event: {
    key: ["id"],
    columns: ["id", "assertion_id", "kind", "ref", "other_ref", "department", "lookup_key"],
  },
  watermark: { key: ["department"], columns: ["department", "changed_since", "record_count", "assertion_id"] },
  setting: { key: ["name"], columns: ["name", "value"] },
  review: {
    key: ["left_link", "right_link"],
    columns: ["left_link", "right_link", "match_probability", "weight", "evidence", "assertion_id"],
  },
  decision: { key: ["id"], columns: ["id", "kind", "assertion_id", "undone_by"] },
  decision_record: {
    key: ["decision_id", "department", "lookup_key"],
    columns: ["decision_id", "department", "lookup_key", "side"],
  },
  frequency: { key: ["token"], columns: ["token", "share"] },
} as const;

type Table = keyof typeof tables;
type Row = Record<string, string | number | null>;

const integers = new Set(["id", "created_by", "retired_by", "link_id", "assertion_id", "left_link", "right_link"]);
for (const name of ["decision_id", "undone_by", "side", "record_count"]) integers.add(name);
const fractions = new Set(["match_probability", "weight", "share"]);

const rowsAtOnce = 5_000;

/**
 * Writes the whole store into one compressed file that its owner alone can read: encrypted, with the secret or without
 * it, or as it is, without it. Whoever opens one with the secret can do what identity can. Gives the number of links.
 */
export async function backUp(
  store: IdentityStore,
  { passphrase, secret }: BackupProtection,
  file: string,
  signal?: AbortSignal,
): Promise<number> {
  const handle = await open(file, "wx", 0o600);
  try {
    return await store.write(async (transaction) => {
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
      const target = handle.createWriteStream();
      await (passphrase === null
        ? pipeline(Readable.from(lines()), createGzip(), target)
        : pipeline(Readable.from(sealedLines(lines(), passphrase)), target));
      return links;
    });
  } catch (error) {
    await handle.close().catch(() => {});
    await unlink(file);
    throw error;
  }
}

/** Whether a passphrase is needed. @throws CivigraphError CONFIGURATION_INVALID when it cannot be read. */
export async function isEncrypted(file: string): Promise<boolean> {
  try {
    for await (const bytes of createReadStream(file, { end: 0 })) return isSealed(bytes[0]);
  } catch (error) {
    throw notABackup(error);
  }
  throw notABackup();
}

/**
 * Reads what a backup says of itself; `passphrase` for one that is encrypted.
 * @throws CivigraphError CONFIGURATION_INVALID when it is no backup, or the passphrase is another one.
 */
export async function headerOfBackup(file: string, passphrase?: string): Promise<BackupHeader> {
  for await (const text of linesOf(file, passphrase)) return parsed(header, text);
  throw notABackup();
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
        const [name, rows] = parsed(line, text);
        if (!Object.hasOwn(tables, name)) throw notABackup();
        await runBulk(transaction, store.engine, inserts[name as Table], rows);
        if (name === "link") links += rows.length;
      }
      first = false;
    }
    if (first) throw notABackup();
    if ((await reads.setting("secret")) === secret) return links;
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: "The backup was made under another secret than the one that is set. Nothing was changed.",
    });
  });
  await store.vacuum();
  return links;
}

const inserts = Object.fromEntries(
  Object.entries(tables).map(([name, { columns }]) => [
    name,
    bulkInsert(
      name,
      columns.map((column) => [
        column,
        integers.has(column) ? "integer" : fractions.has(column) ? "double precision" : "text",
      ]),
    ),
  ]),
) as Record<Table, BulkStatement>;

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

function parsed<Value>(form: z.ZodType<Value>, text: string): Value {
  try {
    return form.parse(JSON.parse(text));
  } catch (error) {
    throw notABackup(error);
  }
}

function notABackup(cause?: unknown): CivigraphError {
  const detail = "The file is not a whole backup of identity. Name one that `civigraph identity backup` has written.";
  return new CivigraphError("CONFIGURATION_INVALID", { detail }, { cause });
}
