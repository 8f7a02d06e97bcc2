import type { EngineError } from "./backend/engine-error.ts";

/** The client gave up on the statement, or its connection is gone. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/**
 * What a double does wrong on purpose. Each switch stays as it is set until `clear()`; all but the first three
 * strike the answers to statements, never the login.
 */
export class Faults {
  /** New connections get the engine's own refusal. */
  refuseConnections = false;
  /** New connections are taken and never answered, as by a firewall that swallows packets. */
  ignoreConnections = false;
  /** The listener answers as that of Oracle 11g does, which the thin driver does not talk to. */
  oldListener = false;
  /** Every statement fails so: a deadlock, a lock that was waited for too long, a snapshot that is too old ... */
  failWith: EngineError | undefined;
  /** The database was set read-only: its refusal of a write has another number. */
  readOnly = false;
  /** Milliseconds before each answer. */
  replyDelay = 0;
  /** No answer at all until the statement is cancelled, or `release()`. */
  holdReplies = false;
  /** The connection breaks in the middle of the row after so many rows of an answer. */
  dropAfterRows: number | undefined;
  /** Half of an answer's first packet arrives, and nothing more. */
  stallMidPacket = false;
  private readonly held = new Set<() => void>();

  /** How many statements are held back now. */
  get holding(): number {
    return this.held.size;
  }

  clear(): void {
    this.refuseConnections = false;
    this.ignoreConnections = false;
    this.oldListener = false;
    this.failWith = undefined;
    this.readOnly = false;
    this.replyDelay = 0;
    this.dropAfterRows = undefined;
    this.stallMidPacket = false;
    this.release();
  }

  release(): void {
    this.holdReplies = false;
    for (const resume of this.held) resume();
  }

  /**
   * Waits as long as the switches say.
   * @throws Interrupted when `signal` is aborted meanwhile, and what `failWith` says.
   */
  async beforeReply(signal: AbortSignal): Promise<void> {
    if (this.holdReplies || this.replyDelay > 0) await this.wait(signal);
    if (this.failWith) throw this.failWith;
  }

  private async wait(signal: AbortSignal): Promise<void> {
    let resume = () => {};
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      resume = resolve;
      signal.addEventListener("abort", resume, { once: true });
      if (this.holdReplies) this.held.add(resume);
      else timer = setTimeout(resume, this.replyDelay);
    });
    clearTimeout(timer);
    this.held.delete(resume);
    signal.removeEventListener("abort", resume);
    if (signal.aborted) throw new Interrupted("interrupted");
  }
}
