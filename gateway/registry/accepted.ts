import { createHash } from "node:crypto";
import { z } from "zod";
import type { Config } from "../config.ts";
import { type Journal, journal } from "./journal.ts";

const acceptedForm = z.object({
  department: z.string(),
  /** RFC 3339, UTC. */
  at: z.iso.datetime(),
  actor: z.string(),
  reason: z.string(),
  /** SHA-256 of the schema, in hexadecimal. */
  digest: z.string(),
  /** The published SDL: no table or column name is in it. */
  sdl: z.string(),
});

/** A published schema that somebody promised to clients. */
export type AcceptedSchema = z.output<typeof acceptedForm>;

type RegistryConfig = Pick<Config, "dataDirectory">;

/** Every schema of a department that was accepted, the oldest first; the last one is what `check` compares with. */
export function acceptedSchemas(config: RegistryConfig, department: string): readonly AcceptedSchema[] {
  return journalOf(config)
    .entries()
    .filter((entry) => entry.department === department);
}

/** Adds a schema to the record; one that is the same as the last is not recorded again. */
export function acceptSchema(
  config: RegistryConfig,
  schema: Omit<AcceptedSchema, "digest">,
): "recorded" | "accepted before" {
  const digest = digestOf(schema.sdl);
  if (acceptedSchemas(config, schema.department).at(-1)?.digest === digest) return "accepted before";
  journalOf(config).add({ ...schema, digest });
  return "recorded";
}

export function digestOf(sdl: string): string {
  return createHash("sha256").update(sdl).digest("hex");
}

function journalOf({ dataDirectory }: RegistryConfig): Journal<AcceptedSchema> {
  return journal(dataDirectory, "accepted.jsonl", acceptedForm);
}
