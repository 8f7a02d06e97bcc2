import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { acceptCommand } from "../../../gateway/cli/accept.ts";
import { checkCommand } from "../../../gateway/cli/check.ts";
import { reportFailure } from "../../../gateway/cli/failure.ts";
import { phaseCommand } from "../../../gateway/cli/phase.ts";
import { runCivigraph } from "../../support/civigraph-process.ts";
import { sqlite } from "../../support/engines/sqlite.ts";
import { libraryRows, libraryTables, writeCheckedLibrary } from "./library.ts";

const commands = { check: checkCommand, accept: acceptCommand, phase: phaseCommand };

export type LibraryCommands = Awaited<ReturnType<typeof openLibraryCommands>>;

/** The library in a SQLite file and a folder of its own, and the commands that look after it. */
export async function openLibraryCommands() {
  const folder = mkdtempSync(join(tmpdir(), "civigraph-check-command-"));
  const running = await sqlite.start();
  const { url } = await running.load("library", libraryTables, libraryRows());
  const environment = { LIBRARY_DATABASE_URL: url };
  return {
    /** Where the commands keep their records. */
    registry: join(folder, "data", "registry"),
    write(edit: (sdl: string) => string = (sdl) => sdl): void {
      writeCheckedLibrary(folder, { engine: "sqlite", edit });
    },
    /** The command in a process of its own, as a pipeline runs it. */
    runApart: (...words: readonly string[]) =>
      runCivigraph([...words, "--departments", folder], { folder, environment }),
    /** The same command in this process, which is sooner there. */
    run: (name: keyof typeof commands, ...words: readonly string[]) =>
      run(name, [...words, "--departments", folder], { ...environment, CIVIGRAPH_DATA: join(folder, "data") }),
    /** What `use` does while the library's database is said to be elsewhere. */
    async withDatabase<T>(elsewhere: string, use: () => Promise<T>): Promise<T> {
      environment.LIBRARY_DATABASE_URL = elsewhere;
      try {
        return await use();
      } finally {
        environment.LIBRARY_DATABASE_URL = url;
      }
    },
    async close() {
      rmSync(folder, { recursive: true, force: true });
      await running.stop();
    },
  };
}

async function run(name: keyof typeof commands, words: readonly string[], environment: Record<string, string>) {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  process.exitCode = 0;
  try {
    await commands[name]().parseAsync(words, { from: "user" });
  } catch (error) {
    reportFailure(error);
    process.exitCode = 1;
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
  const status = process.exitCode;
  process.exitCode = 0;
  return { status, ...written };
}

/** The schema that the library has released. */
export function released(sdl: string): string {
  return sdl
    .replace(/ {2}oldShelf.*\n/, "")
    .replace("first: Int = 20", "first: Int = 50")
    .replace("  fine:", '  fee: Decimal @column(name: "FINE")\n  fine:');
}
