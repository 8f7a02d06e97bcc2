import { CivigraphError } from "../../shared/errors.ts";
import { faultOf } from "../pipeline/log.ts";

/** Says on standard error why a command failed, in a sentence and without a stack. */
export function reportFailure(error: unknown): void {
  process.stderr.write(`civigraph: ${sentenceOf(error)}\n`);
}

function sentenceOf(error: unknown): string {
  if (process.env.LOG_LEVEL === "debug" && error instanceof Error) return error.stack ?? error.message;
  if (error instanceof CivigraphError) return error.message;
  const { code, port, address, path } = error as Partial<Record<"code" | "port" | "address" | "path", unknown>>;
  if (code === "EADDRINUSE") return `port ${port} is taken. Stop what listens there, or set PORT to another one.`;
  if (code === "EACCES" && port !== undefined)
    return `port ${port} needs rights that this user lacks. Set PORT to another one.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `this machine has no address ${address}. Correct HOST.`;
  const fault = typeof code === "string" ? fileFaults.get(code) : undefined;
  if (fault && path !== undefined) return `${path}: ${fault}.`;
  const { class: name, at } = faultOf(error);
  return `unexpected ${name}${at ? ` ${at}` : ""}. LOG_LEVEL=debug shows more.`;
}

const fileFaults = new Map([
  ["ENOENT", "there is no such file, or no such folder to put it in"],
  ["ENOTDIR", "what should be a folder in this path is a file"],
  ["EISDIR", "this is a folder, where a file is expected"],
  ["EEXIST", "exists already. Name another file, or move this one away"],
  ["EACCES", "this user has no right to it"],
  ["EPERM", "this user has no right to it"],
  ["EROFS", "this can only be read"],
  ["ENOSPC", "the disk is full"],
]);
