import { CivigraphError } from "../../shared/errors.ts";
import { faultOf } from "../pipeline/log.ts";

/** Says on standard error why a command failed, in a sentence and without a stack. */
export function reportFailure(error: unknown): void {
  process.stderr.write(`civigraph: ${sentenceOf(error)}\n`);
}

function sentenceOf(error: unknown): string {
  if (process.env.LOG_LEVEL === "debug" && error instanceof Error) return error.stack ?? error.message;
  if (error instanceof CivigraphError) return error.message;
  const { code, port, address } = error as { code?: unknown; port?: unknown; address?: unknown };
  if (code === "EADDRINUSE") return `port ${port} is taken. Stop what listens there, or set PORT to another one.`;
  if (code === "EACCES" && port !== undefined)
    return `port ${port} needs rights that this user lacks. Set PORT to another one.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `this machine has no address ${address}. Correct HOST.`;
  const { class: name, at } = faultOf(error);
  return `unexpected ${name}${at ? ` ${at}` : ""}. LOG_LEVEL=debug shows more.`;
}
