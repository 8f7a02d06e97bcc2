import { EngineError } from "../backend/engine-error.ts";
import { DONE, ENVIRONMENT, type TokenWriter } from "./token-writer.ts";

const REQUEST = { begin: 5, commit: 7, rollback: 8, save: 9 } as const;
const NOTHING = Buffer.alloc(0);

/** The transaction of one session; the doubles only read, so that nothing but its state is kept. */
export class Transactions {
  private readonly events: string[];
  private readonly savepoints = new Set<string>();
  private descriptor: Buffer | undefined;
  private last = 0;

  constructor(events: string[]) {
    this.events = events;
  }

  get open(): boolean {
    return this.descriptor !== undefined;
  }

  /** The bit of DONE that says so. */
  get status(): number {
    return this.open ? DONE.inTransaction : 0;
  }

  /** Message 0x0E. */
  request(payload: Buffer, writer: TokenWriter): void {
    const kind = payload.readUInt16LE(0);
    const at = kind === REQUEST.begin ? 3 : 2;
    const name = payload.toString("utf16le", at + 1, at + 1 + payload.readUInt8(at));
    if (kind === REQUEST.begin) this.begin(writer);
    else if (kind === REQUEST.commit) this.commit(writer);
    else if (kind === REQUEST.rollback) this.rollback(name, writer);
    else if (kind === REQUEST.save) this.savepoints.add(name);
    else throw new Error(`The SQL Server double does not know transaction request ${kind}.`);
    writer.done(this.status);
  }

  begin(writer: TokenWriter): void {
    this.events.push("begin");
    this.descriptor = Buffer.alloc(8);
    this.descriptor.writeUInt32LE(++this.last);
    writer.environmentBytes(ENVIRONMENT.beginTransaction, this.descriptor, NOTHING);
  }

  /** @throws EngineError 3902 */
  commit(writer: TokenWriter): void {
    if (!this.descriptor) {
      throw new EngineError(3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.");
    }
    this.events.push("commit");
    this.finish(ENVIRONMENT.commitTransaction, writer);
  }

  /** Rolls back to a savepoint of that name, or the whole transaction.
   * @throws EngineError 3903 */
  rollback(name: string, writer: TokenWriter): void {
    if (!this.descriptor) {
      throw new EngineError(3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.");
    }
    this.events.push("rollback");
    if (!this.savepoints.has(name)) this.finish(ENVIRONMENT.rollbackTransaction, writer);
  }

  /** The connection goes to somebody else: an open transaction is rolled back. */
  reset(writer: TokenWriter): void {
    this.events.push("reset");
    if (this.descriptor) this.finish(ENVIRONMENT.rollbackTransaction, writer);
    writer.environmentBytes(ENVIRONMENT.resetConnection, NOTHING, NOTHING);
  }

  private finish(kind: number, writer: TokenWriter): void {
    writer.environmentBytes(kind, NOTHING, this.descriptor ?? NOTHING);
    this.descriptor = undefined;
    this.savepoints.clear();
  }
}
