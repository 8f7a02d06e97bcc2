import { oracleError } from "../backend/engine-error.ts";
import type { EngineType } from "../backend/engine-types.ts";
import type { BoundValue, ResultRows } from "../backend/results.ts";
import type { Stored } from "../backend/stored-values.ts";
import { MESSAGE, type WireSlot } from "./messages.ts";
import { encodeValue } from "./oracle-values.ts";
import type { TtcReader, TtcWriter } from "./ttc-buffer.ts";

const LOCATOR_LENGTH = 40;
const READ = 0x0002;

/** A parsed statement that the client may execute and fetch from again. */
export interface OracleCursor {
  readonly id: number;
  readonly sql: string;
  slots: readonly WireSlot[];
  binds: ReadonlyMap<string, BoundValue>;
  defines: readonly WireSlot[];
  result: ResultRows | undefined;
  position: number;
}

/** The cursors and LOBs of one session. */
export class Cursors {
  private readonly byId = new Map<number, OracleCursor>();
  private readonly lobs: { readonly value: Stored; readonly type: EngineType }[] = [];
  private lastId = 0;

  open(sql: string): OracleCursor {
    const cursor = { id: ++this.lastId, sql, slots: [], binds: new Map(), defines: [], result: undefined, position: 0 };
    this.byId.set(cursor.id, cursor);
    return cursor;
  }

  /** @throws EngineError ORA-01001 */
  get(id: number): OracleCursor {
    const cursor = this.byId.get(id);
    if (!cursor) throw oracleError(1001, "invalid cursor");
    return cursor;
  }

  close(id: number): void {
    this.byId.delete(id);
  }

  keepLob(value: Stored, type: EngineType): Buffer {
    const locator = Buffer.alloc(LOCATOR_LENGTH);
    locator.writeUInt32BE(this.lobs.push({ value, type }), 10);
    return locator;
  }

  /** Function 96, as far as reading goes. Offset and amount count characters of a CLOB and bytes of a BLOB. */
  readLob(reader: TtcReader, writer: TtcWriter): void {
    reader.skip();
    const locatorLength = reader.integer();
    reader.skip();
    reader.integer();
    reader.integer();
    reader.integer();
    reader.skip(3);
    const operation = reader.integer();
    reader.skip(2);
    const offset = reader.integer();
    reader.integer();
    const sendsAmount = reader.u8() === 1;
    reader.skip(6);
    const locator = reader.raw(locatorLength);
    const amount = sendsAmount ? reader.integer() : 0;
    const lob = this.lobs[locator.readUInt32BE(10) - 1];
    if (operation !== READ || !lob) throw new Error(`The Oracle double does not know LOB operation ${operation}.`);
    const { value, type } = lob;
    const part = Buffer.isBuffer(value)
      ? value.subarray(offset - 1, offset - 1 + amount)
      : String(value).slice(offset - 1, offset - 1 + amount);
    if (part.length > 0) writer.u8(MESSAGE.lobData).value(encodeValue(part, type));
    writer.u8(MESSAGE.parameter).raw(locator).integer(part.length);
  }
}
