import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface RunningProcess {
  readonly url: string;
  /** CPU milliseconds that the process has used so far, user and system. */
  cpu(): number;
  stop(): Promise<void>;
}

/** Starts a Node process and waits until it says where it listens. Rejects with what it said when it ends before. */
export function startProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { cwd = process.cwd(), within = 180_000 }: { cwd?: string; within?: number } = {},
): Promise<RunningProcess> {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...environment } });
  let said = "";
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill("SIGKILL");
      reject(new Error(`${args.join(" ")} ${why}:\n${said}`));
    };
    const timer = setTimeout(() => fail(`did not start within ${within} ms`), within);
    const listen = (chunk: Buffer) => {
      said += chunk;
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (!url) return;
      clearTimeout(timer);
      resolve({ url, cpu: () => cpuOf(child), stop: () => stop(child) });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", (code) => fail(`ended with ${code}`));
  });
}

/** Ticks of `/proc/<pid>/stat` are hundredths of a second on Linux. */
function cpuOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
