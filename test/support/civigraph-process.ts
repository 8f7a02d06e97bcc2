import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../gateway/cli/civigraph.js", import.meta.url));

export interface ProcessOptions {
  /** Working folder; nothing of the clone's is read from it. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** For Node itself, before the program. */
  readonly nodeOptions?: readonly string[];
}

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CivigraphProcess {
  readonly child: ChildProcess;
  /** All that it has written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly finished: Promise<Finished>;
  /** Waits for what a pattern finds in its output. Rejects when the process ends without it. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks it to end, as an operator would. */
  stop(): Promise<Finished>;
}

/** Starts the program in a process of its own, in an environment that holds only what is given. */
export function startCivigraph(
  parts: readonly string[],
  { folder, environment, nodeOptions = [] }: ProcessOptions,
): CivigraphProcess {
  const child = spawn(process.execPath, [...nodeOptions, program, ...parts], {
    cwd: folder,
    env: { PATH: process.env.PATH, CIVIGRAPH_DATA: `${folder}/data`, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  const watchers = new Set<() => void>();
  const tell = () => {
    for (const look of watchers) look();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    tell();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    tell();
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once("error", reject).once("close", (status) => resolve({ status, stdout, stderr }));
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    finished,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (!found) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        finished.then(() => reject(new Error(`It ended without ${pattern}:\n${stdout}\n${stderr}`)), reject);
        look();
      }),
    stop() {
      child.kill("SIGTERM");
      return finished;
    },
  };
}

/** Runs a command to its end. */
export function runCivigraph(parts: readonly string[], options: ProcessOptions): Promise<Finished> {
  return startCivigraph(parts, options).finished;
}
