import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../gateway/cli/civigraph.js", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly output: string;
  readonly remarks: string;
}

/** Runs a command of the program in a process of its own; `onRemark` sees standard error and may interrupt it. */
export function civigraph(
  folder: string,
  parts: readonly string[],
  options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly onOutput?: (text: string, interrupt: () => void) => void;
  } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [program, ...parts], {
    env: { PATH: process.env.PATH, CIVIGRAPH_DATA: folder, CITY_SIZE: "60", LOG_LEVEL: "warn", ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, remarks] = ["", ""];
  const seen = (text: string) => options.onOutput?.(text, () => child.kill("SIGINT"));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    seen(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    remarks += text;
    seen(text);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve({ code, output, remarks }));
  });
}
