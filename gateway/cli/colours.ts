import type { WriteStream } from "node:tty";
import pc from "picocolors";

/** Colours for what is written to a stream: none where it is no terminal, or where NO_COLOR says so. */
export function coloursFor(
  stream: Pick<WriteStream, "isTTY">,
  environment: NodeJS.ProcessEnv = process.env,
): ReturnType<typeof pc.createColors> {
  return pc.createColors(Boolean(stream.isTTY) && !environment.NO_COLOR && environment.TERM !== "dumb");
}
