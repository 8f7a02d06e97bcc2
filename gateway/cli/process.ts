import { reportFailure } from "./failure.ts";

/** Closes what runs on SIGINT or SIGTERM, then ends the process; a second signal does not wait. */
export function closeOnSignal(close: () => Promise<void>): void {
  let closing = false;
  const stop = () => {
    if (closing) process.exit(1);
    closing = true;
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        reportFailure(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
}

/** Writes a line for people. */
export function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a line for people beside the output. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`);
}
