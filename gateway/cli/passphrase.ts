import { readFileSync } from "node:fs";
import { CivigraphError } from "../../shared/errors.ts";
import type { Config } from "../config.ts";
import { settings } from "../settings.ts";

export interface PassphraseOption {
  readonly passphraseFile?: string;
}

/**
 * The passphrase of a backup: from the file that is named, else from CIVIGRAPH_BACKUP_PASSPHRASE, else from whoever
 * sits at the terminal, who is asked twice for a new one. Undefined where nobody says one.
 * @throws CivigraphError CONFIGURATION_INVALID when a new one is too short, or the file cannot be read.
 */
export async function passphraseOf(
  config: Pick<Config, "backupPassphrase">,
  { passphraseFile }: PassphraseOption,
  use: "new" | "known",
): Promise<string | undefined> {
  const { backupPassphrase: rule } = settings;
  const text = passphraseFile === undefined ? config.backupPassphrase : contentOf(passphraseFile);
  if (text === undefined) return await asked(use);
  if (use === "known" || rule.form.safeParse(text).success) return text;
  throw invalid(`The passphrase in the file must have ${rule.expected}.`);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw invalid(`The passphrase file cannot be read (${(error as { code?: string }).code}).`);
  }
}

async function asked(use: "new" | "known"): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const { password } = await import("@inquirer/prompts");
  const { expected, form } = settings.backupPassphrase;
  // Standard output may be a file.
  const terminal = { input: process.stdin, output: process.stderr };
  const isLong = (text: string) => use === "known" || form.safeParse(text).success || `Type ${expected}.`;
  const text = await password({ message: "Passphrase of the backup (not shown)", validate: isLong }, terminal);
  if (use === "known") return text;
  const isSame = (again: string) => again === text || "That is another one.";
  return await password({ message: "The same once more", validate: isSame }, terminal);
}

function invalid(detail: string): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", { detail });
}
