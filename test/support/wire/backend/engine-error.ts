import type { WireEngine } from "./engine-types.ts";

/** An error as the engine words it: SQL Server's number, severity and state, or Oracle's number. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly number: number;
  readonly severity: number;
  readonly state: number;
  /** SQL Server reports some mistakes in two messages. */
  readonly followedBy: EngineError | undefined;

  constructor(
    number: number,
    message: string,
    details: { severity?: number; state?: number; followedBy?: EngineError } = {},
  ) {
    super(message);
    this.number = number;
    this.severity = details.severity ?? 16;
    this.state = details.state ?? 1;
    this.followedBy = details.followedBy;
  }
}

/** `ORA-00942: table or view does not exist`. */
export function oracleError(number: number, text: string): EngineError {
  return new EngineError(number, `ORA-${String(number).padStart(5, "0")}: ${text}`);
}

/** Severity 15, the one of SQL that cannot be read. */
export function tsqlSyntaxError(near: string): EngineError {
  return new EngineError(102, `Incorrect syntax near '${near}'.`, { severity: 15 });
}

/** What the double itself cannot do, so that the test that asked for it fails with the reason. */
export function doubleError(engine: WireEngine, reason: string): EngineError {
  return engine === "oracle" ? oracleError(600, `internal error code, ${reason}`) : new EngineError(50_000, reason);
}
