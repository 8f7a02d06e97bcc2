import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";
import { CivigraphError } from "../../../shared/errors.ts";
import { type BulkStatement, bulkInsert, runBulk } from "./bulk.ts";
import type { IdentityStore } from "./index.ts";

/** What identity's links and ids depend on besides its store. */
export interface BackedUpSecret {
  /** `ENVIRONMENT`: the text of CIVIGRAPH_IDENTITY_SECRET; `FILE`: the content of identity.key. */
  readonly kept: "ENVIRONMENT" | "FILE";
  readonly value: string;
}

const header = z.strictObject({
  civigraph: z.literal("identity"),
  version: z.literal(1),
  at: z.string(),
  secret: z.strictObject({ kept: z.enum(["ENVIRONMENT", "FILE"]), value: z.string() }),
});
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
 * Writes the whole store and its secret into one compressed file that its owner alone can read. Whoever has it can do
 * what identity can: it belongs where the secret belongs. Gives back the number of links.
 */
export async function backUp(store: IdentityStore, secret: BackedUpSecret, file: string): Promise<number> {
  return await store.write(async (transaction) => {
    let links = 0;
    async function* lines() {
      yield `${JSON.stringify({ civigraph: "identity", version: 1, at: new Date().toISOString(), secret })}\n`;
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
        } while (last);
      }
    }
    await pipeline(Readable.from(lines()), createGzip(), createWriteStream(file, { mode: 0o600, flags: "wx" }));
    return links;
  });
}

/** Reads the secret that a backup belongs to. @throws CivigraphError CONFIGURATION_INVALID when it is no backup. */
export async function secretOfBackup(file: string): Promise<BackedUpSecret> {
  for await (const text of linesOf(file)) return parsed(header, text).secret;
  throw notABackup();
}

/**
 * Puts back everything that a backup holds, in one transaction; what the store holds is replaced. Gives back the number
 * of links.
 */
export async function restore(store: IdentityStore, file: string): Promise<number> {
  return await store.write(async (transaction) => {
    for (const name of Object.keys(tables)) await transaction(name).delete();
    let links = 0;
    let first = true;
    for await (const text of linesOf(file)) {
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
    return links;
  });
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

async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  const unpacked = createGunzip();
  // Errors of the source reach the reader, whichever comes first.
  source.on("error", (error) => unpacked.destroy(error));
  try {
    yield* createInterface({ input: source.pipe(unpacked), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw notABackup(error);
  } finally {
    source.destroy();
  }
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
