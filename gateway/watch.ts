import { statSync } from "node:fs";
import { findDepartments } from "../shared/department/load.ts";
import { CivigraphError } from "../shared/errors.ts";
import type { Config } from "./config.ts";
import type { RunningGateway } from "./main.ts";

export interface WatchOptions {
  readonly gateway: Pick<RunningGateway, "reload" | "departments">;
  /** Folders in which departments are looked for. */
  readonly folders: readonly string[];
  /** Other files on which the graph depends, such as `civigraph.yaml`, whether they exist or not. */
  readonly files: readonly string[];
  /** Reads the settings anew. */
  readonly readConfig: () => Config;
  /** Told what is served since a change. */
  readonly onServed: (departments: readonly string[]) => void;
  /** Told, in words for people, why the schema of before stays. */
  readonly onRefused: (why: string) => void;
  /** Between two looks, in milliseconds; 500 by default. */
  readonly interval?: number;
}

export interface Watcher {
  close(): Promise<void>;
}

/**
 * Reloads the gateway when a `department.graphql` is changed, added or removed, or one of the other files is.
 *
 * It looks at the files' times at an interval: notices of the file system get lost on network mounts and in containers,
 * and a department is a handful of files. A change is taken over once two looks in a row find the same, because editors
 * write a file in several steps and a folder is copied file by file.
 */
export function watchDepartments(options: WatchOptions): Watcher {
  let served = stateOf(options);
  let seen = served;
  let reloading = Promise.resolve();
  let busy = false;
  const look = () => {
    if (busy) return;
    const now = stateOf(options);
    const settled = now === seen;
    seen = now;
    if (!settled || now === served) return;
    served = now;
    busy = true;
    reloading = reload(options).finally(() => (busy = false));
  };
  const timer = setInterval(look, options.interval ?? 500).unref();
  return {
    close() {
      clearInterval(timer);
      return reloading;
    },
  };
}

/** The watched files that there are, with what tells a change of one. */
function stateOf({ folders, files }: WatchOptions): string {
  let found: readonly string[] = [];
  try {
    found = findDepartments(folders).map(({ file }) => file);
  } catch {
    // A folder that cannot be read is said by the reload.
  }
  return [...found, ...files].map((file) => `${file} ${timesOf(file)}`).join("\n");
}

function timesOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats ? `${stats.mtimeNs} ${stats.size} ${stats.ino}` : "absent";
}

async function reload({ gateway, readConfig, onServed, onRefused }: WatchOptions): Promise<void> {
  try {
    await gateway.reload(readConfig());
    onServed(gateway.departments);
  } catch (error) {
    // The gateway is closed: nobody is interested any more.
    if (error instanceof Error && error.name === "AbortError") return;
    onRefused(error instanceof CivigraphError ? error.message : `unexpected ${(error as Error).name}`);
  }
}
