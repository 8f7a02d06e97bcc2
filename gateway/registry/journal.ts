import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { z } from "zod";
import { CivigraphError } from "../../shared/errors.ts";
import { makeFolder } from "../../shared/make-folder.ts";

/**
 * A file of the registry to which lines are added and never changed: one JSON object a line, the oldest first. A line is
 * appended in one write, so that two commands at once leave two whole lines.
 */
export interface Journal<Entry> {
  /** @throws CivigraphError CONFIGURATION_INVALID that names the first line which is damaged. */
  entries(): readonly Entry[];
  add(entry: Entry): void;
}

/** `name` is the file's name in the folder `registry` of the data folder; `form` is what each line must be. */
export function journal<Form extends z.ZodType>(
  dataDirectory: string,
  name: string,
  form: Form,
): Journal<z.output<Form>> {
  const file = journalFile(dataDirectory, name);
  return {
    entries() {
      if (!existsSync(file)) return [];
      const lines = readFileSync(file, "utf8").split("\n");
      return lines.flatMap((line, index) => (line.trim() === "" ? [] : [readLine(line, index + 1, name, form)]));
    },
    add(entry) {
      makeFolder(dirname(file));
      appendFileSync(file, `${JSON.stringify(form.parse(entry))}\n`);
    },
  };
}

export function journalFile(dataDirectory: string, name: string): string {
  return join(dataDirectory, "registry", name);
}

function readLine<Form extends z.ZodType>(line: string, number: number, name: string, form: Form): z.output<Form> {
  const read = form.safeParse(parseJson(line));
  if (read.success) return read.data;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `registry/${name} in the data folder is damaged: expected one whole JSON entry in line ${number}, found something else. Restore the file from a backup, or take that line out.`,
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
