import type { EngineError } from "../backend/engine-error.ts";
import type { EngineType } from "../backend/engine-types.ts";
import type { BoundValue, ResultColumn } from "../backend/results.ts";
import type { Stored } from "../backend/stored-values.ts";
import { decodeBind, encodeValue, ORACLE_TYPE, wireType } from "./oracle-values.ts";
import type { TtcReader, TtcWriter } from "./ttc-buffer.ts";

/** Field version 12 is Oracle 19c: the newest that asks for nothing of 23ai. */
const FIELD_VERSION = 12;

export const MESSAGE = {
  protocol: 1,
  dataTypes: 2,
  function: 3,
  error: 4,
  rowHeader: 6,
  rowData: 7,
  parameter: 8,
  status: 9,
  lobData: 14,
  describe: 16,
  piggyback: 17,
} as const;

export const FUNCTION = {
  reexecute: 4,
  fetch: 5,
  logoff: 9,
  commit: 14,
  rollback: 15,
  reexecuteAndFetch: 78,
  execute: 94,
  lob: 96,
  closeCursors: 105,
  cancelCursors: 120,
  authPhaseTwo: 115,
  authPhaseOne: 118,
  endToEnd: 135,
  ping: 147,
  setSchema: 152,
} as const;

const EXECUTE_OPTION = { bind: 0x08, define: 0x10, fetch: 0x40, commit: 0x100 } as const;
const TRANSACTION_IN_PROGRESS = 0x02;
const NO_DATA_FOUND = 1403;
const LONGEST_TEXT = 32_767;
const BOOLEAN_ESCAPE = 253;

/** The type of a bind or of a column that the client wants defined otherwise. */
export interface WireSlot {
  readonly number: number;
  readonly form: number;
  readonly size: number;
}

export interface ExecuteRequest {
  /** Empty when the cursor is executed again. */
  readonly sql: string;
  readonly cursor: number;
  /** Rows wanted with the answer; 0 when none are fetched. */
  readonly rows: number;
  readonly commits: boolean;
  readonly defines: readonly WireSlot[];
  readonly slots: readonly WireSlot[];
  readonly binds: ReadonlyMap<string, BoundValue>;
}

/** Function 94. */
export function readExecute(reader: TtcReader, timeZone: number): ExecuteRequest {
  const options = reader.integer();
  const cursor = reader.integer();
  reader.skip();
  const sqlLength = reader.integer();
  reader.skip();
  reader.integer(); // length of the vector
  reader.skip(3);
  const rows = reader.integer();
  reader.integer(); // longest LONG
  reader.skip();
  const bindCount = reader.integer();
  reader.skip(6);
  const defineCount = reader.integer();
  reader.integer(); // registration
  reader.skip(3);
  reader.integer();
  reader.skip();
  reader.integer();
  reader.integer(); // registration
  reader.skip();
  reader.integer();
  reader.skip(2);
  reader.integer(); // length of the SQL signature
  reader.skip();
  reader.integer();
  reader.skip(2);
  reader.integer(); // chunk ids
  const sql = sqlLength > 0 ? (reader.value()?.toString() ?? "") : "";
  for (let at = 0; at < 13; at++) reader.integer(); // the vector: nothing that the flags do not say
  const defines = (options & EXECUTE_OPTION.define) !== 0 ? readSlots(reader, defineCount) : [];
  const slots = (options & EXECUTE_OPTION.bind) !== 0 ? readSlots(reader, bindCount) : [];
  const binds = slots.length > 0 && !reader.done ? readBinds(reader, slots, timeZone) : new Map<string, BoundValue>();
  const fetches = (options & EXECUTE_OPTION.fetch) !== 0;
  return {
    sql,
    cursor,
    rows: fetches ? rows : 0,
    commits: (options & EXECUTE_OPTION.commit) !== 0,
    defines,
    slots,
    binds,
  };
}

function readSlots(reader: TtcReader, count: number): WireSlot[] {
  return Array.from({ length: count }, () => {
    const number = reader.u8();
    reader.skip(3);
    const size = reader.integer();
    reader.integer(); // elements of an array
    reader.integer(); // flags
    reader.sized(); // object type
    reader.integer(); // version
    reader.integer(); // character set
    const form = reader.u8();
    reader.integer(); // prefetch of a LOB
    reader.integer();
    return { number, form, size };
  });
}

/** One row of binds, in the order of their occurrence; those that may be very long come last. */
export function readBinds(reader: TtcReader, slots: readonly WireSlot[], timeZone: number): Map<string, BoundValue> {
  reader.skip(); // ROW_DATA
  const binds = new Map<string, BoundValue>();
  const order = slots.map((slot, at) => ({ slot, at }));
  const sorted = [
    ...order.filter(({ slot }) => slot.size <= LONGEST_TEXT),
    ...order.filter(({ slot }) => slot.size > LONGEST_TEXT),
  ];
  for (const { slot, at } of sorted) {
    const bytes = slot.number === ORACLE_TYPE.boolean ? readBoolean(reader) : reader.value();
    binds.set(`b${at + 1}`, decodeBind(slot.number, slot.form, bytes, timeZone));
  }
  return binds;
}

function readBoolean(reader: TtcReader): Buffer | null {
  const length = reader.u8();
  if (length === BOOLEAN_ESCAPE) {
    reader.skip();
    return null;
  }
  return Buffer.from([length === 2 ? (reader.raw(2)[0] as number) : 0]);
}

/** Names and types of the columns of a query. */
export function writeDescribe(writer: TtcWriter, columns: readonly ResultColumn[]): void {
  writer.u8(MESSAGE.describe).u8(0).integers(0, columns.length);
  if (columns.length > 0) writer.u8(0);
  columns.forEach((column, at) => {
    const type = wireType(column.type);
    const name = Buffer.from(column.name);
    writer.u8(type.number).u8(0).u8(type.precision).u8(type.scale).integers(type.size, 0, 0, 0, 0, type.charset);
    writer.u8(type.form).integers(type.form === 0 ? 0 : type.size, 0);
    writer
      .u8(column.nullable ? 1 : 0)
      .u8(name.length)
      .sized(name)
      .integers(0, 0, at + 1, 0);
  });
  writer.integers(0, 0, 0, 0, 0, 0);
}

export function writeRowHeader(writer: TtcWriter): void {
  writer.u8(MESSAGE.rowHeader).u8(0).integers(0, 0, 0, 0, 0, 0);
}

/** `locate` keeps a LOB and gives the locator that the client reads it by. */
export function writeRow(
  writer: TtcWriter,
  columns: readonly ResultColumn[],
  row: readonly Stored[],
  defines: readonly WireSlot[],
  locate: (value: Stored, type: EngineType) => Buffer,
): void {
  writer.u8(MESSAGE.rowData);
  for (const [at, { type }] of columns.entries()) {
    const value = row[at] ?? null;
    const asked = defines[at]?.number;
    if (isLob(type) && asked !== ORACLE_TYPE.long && asked !== ORACLE_TYPE.longRaw) {
      if (value === null) {
        writer.integer(0);
        continue;
      }
      const locator = locate(value, type);
      writer.integer(locator.length).integers(String(value).length, 8132).value(locator);
      continue;
    }
    writer.value(encodeValue(value, type));
    if (isLob(type) || type.name === "LONG") writer.integers(0, 0);
  }
}

export function isLob(type: EngineType): boolean {
  return (type.kind === "text" && type.name !== "LONG") || type.kind === "blob";
}

export interface CallEnd {
  readonly cursor?: number;
  readonly rowCount?: number;
  readonly inTransaction: boolean;
  /** No more rows: Oracle says so with error 1403. */
  readonly exhausted?: boolean;
  readonly error?: EngineError;
}

/** Message 4 ends every call, whether it failed or not. */
export function writeEnd(writer: TtcWriter, end: CallEnd): void {
  const number = end.error?.number ?? (end.exhausted ? NO_DATA_FOUND : 0);
  const text = end.error?.message ?? (end.exhausted ? "ORA-01403: no data found" : "");
  writer
    .u8(MESSAGE.error)
    .integers(end.inTransaction ? TRANSACTION_IN_PROGRESS : 0, 0, 0, number, 0, 0, end.cursor ?? 0, 0);
  writer.raw(Buffer.alloc(6)); // SQL type, fatal, flags, cursor options, UPI parameter, warnings
  writer.integers(0, 0).u8(0).integers(0, 0); // rowid
  writer.integer(0).raw(Buffer.alloc(2)).integers(0, 0, 0); // OS error, statement, call, padding, iterations, logical rowid
  writer.integers(0, 0, 0); // batch errors
  writer.integers(number, end.rowCount ?? 0);
  if (number !== 0) writer.value(Buffer.from(`${text}\n`));
}

export function writeStatus(writer: TtcWriter, inTransaction: boolean): void {
  writer.u8(MESSAGE.status).integers(inTransaction ? TRANSACTION_IN_PROGRESS : 0, 0);
}

/** Character sets and capabilities; the client settles on the lower field version. */
export function writeProtocol(writer: TtcWriter): void {
  const compileTime = Buffer.alloc(53);
  compileTime[7] = FIELD_VERSION;
  const runTime = Buffer.alloc(7);
  runTime[6] = 0x04; // texts up to 32,767 bytes
  const nationalCharacters = Buffer.alloc(11);
  nationalCharacters.writeUInt16BE(2000, 9);
  writer.u8(MESSAGE.protocol).u8(6).u8(0).raw(Buffer.from("x86_64/Linux 2.4.xx\0")).u16le(873).u8(1).u16le(0);
  writer.u16(nationalCharacters.length).raw(nationalCharacters).value(compileTime).value(runTime);
}

export function writeDataTypes(writer: TtcWriter): void {
  writer.u8(MESSAGE.dataTypes).u16(0);
}
