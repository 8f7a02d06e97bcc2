import { randomUUID } from "node:crypto";
import type { Knex } from "knex";
import type { IdentityStore } from "../store/index.ts";
import { writeSetting } from "./scoring.ts";

/**
 * Has the store's files rewritten once the transaction is done: what it overwrites can be read in free pages until then.
 * The store itself keeps that in mind, so that the next run does it where the program ends in between.
 */
export async function askForCompaction(transaction: Knex.Transaction): Promise<void> {
  await writeSetting(transaction, askedSetting, randomUUID());
}

/** Rewrites the store's files if somebody has asked for it. */
export async function compactWhereAsked(store: Pick<IdentityStore, "setting" | "compact" | "write">): Promise<void> {
  const asked = await store.setting(askedSetting);
  if (asked === null) return;
  await store.compact();
  // What was asked for meanwhile is to be done yet.
  await store.write((transaction) => transaction("setting").where({ name: askedSetting, value: asked }).delete());
}

const askedSetting = "compaction asked";
