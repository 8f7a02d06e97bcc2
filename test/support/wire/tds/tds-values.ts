import { plainDecimal, scaledInteger } from "../backend/decimals.ts";
import type { EngineType } from "../backend/engine-types.ts";
import { dayNumber, inUtc, type Moment, readMoment } from "../backend/moments.ts";
import type { Stored } from "../backend/stored-values.ts";
import { padded } from "../backend/tsql-functions.ts";
import type { Collation } from "./collation.ts";
import type { TokenWriter } from "./token-writer.ts";

/** Types on the wire (MS-TDS 2.2.5.4). */
export const TDS_TYPE = {
  null: 0x1f,
  text: 0x23,
  guid: 0x24,
  integer: 0x26,
  date: 0x28,
  time: 0x29,
  datetime2: 0x2a,
  datetimeOffset: 0x2b,
  ntext: 0x63,
  bit: 0x68,
  decimal: 0x6a,
  numeric: 0x6c,
  float: 0x6d,
  money: 0x6e,
  datetime: 0x6f,
  varbinary: 0xa5,
  varchar: 0xa7,
  binary: 0xad,
  char: 0xaf,
  nvarchar: 0xe7,
  nchar: 0xef,
} as const;

const LONGEST = 8000;
const MAX = 0xffff;
const NULL_LENGTH = 0xffff;
const PLP_NULL = 0xffff_ffff_ffff_ffffn;
const PLP_CHUNK = 8000;
export const DAY_1900 = 693_595;
const POINTER = Buffer.alloc(16, 1);

export function writeTypeInfo(writer: TokenWriter, type: EngineType): void {
  switch (type.kind) {
    case "integer":
      return void writer.u8(TDS_TYPE.integer).u8(type.length);
    case "bit":
      return void writer.u8(TDS_TYPE.bit).u8(1);
    case "float":
      return void writer.u8(TDS_TYPE.float).u8(type.length);
    case "decimal":
      if (isMoney(type)) return void writer.u8(TDS_TYPE.money).u8(type.length);
      writer.u8(type.name === "NUMERIC" ? TDS_TYPE.numeric : TDS_TYPE.decimal);
      return void writer.u8(decimalSize(type)).u8(type.precision).u8(type.scale);
    case "date":
      return void writer.u8(TDS_TYPE.date);
    case "time":
      return void writer.u8(TDS_TYPE.time).u8(type.scale);
    case "datetime":
      if (type.name === "DATETIME2") return void writer.u8(TDS_TYPE.datetime2).u8(type.scale);
      return void writer.u8(TDS_TYPE.datetime).u8(type.length);
    case "zoned":
      return void writer.u8(TDS_TYPE.datetimeOffset).u8(type.scale);
    case "guid":
      return void writer.u8(TDS_TYPE.guid).u8(16);
    case "binary":
      return void writer.u8(type.name === "BINARY" ? TDS_TYPE.binary : TDS_TYPE.varbinary).u16(byteLength(type));
    case "text":
      return void writer
        .u8(type.national ? TDS_TYPE.ntext : TDS_TYPE.text)
        .u32(0x7fff_ffff)
        .raw(writer.collation.bytes);
    default: {
      const fixed = type.kind === "char";
      const national = isNational(type);
      const number = national ? (fixed ? TDS_TYPE.nchar : TDS_TYPE.nvarchar) : fixed ? TDS_TYPE.char : TDS_TYPE.varchar;
      writer.u8(number).u16(byteLength(type)).raw(writer.collation.bytes);
    }
  }
}

export function writeValue(writer: TokenWriter, value: Stored, type: EngineType): void {
  switch (type.kind) {
    case "char":
    case "varchar":
    case "binary":
      return void writeVariable(
        writer,
        value === null ? null : textBytes(value, type, writer.collation),
        byteLength(type) === MAX,
      );
    case "text":
      return void writeTextPointer(writer, value === null ? null : textBytes(value, type, writer.collation));
    default:
      if (value === null) return void writer.u8(0);
      return void writeFixed(writer, value, type);
  }
}

function writeFixed(writer: TokenWriter, value: Exclude<Stored, null>, type: EngineType): void {
  switch (type.kind) {
    case "integer":
      return void writer.u8(type.length).integer(wholeNumber(value), type.length);
    case "bit":
      return void writer.u8(1).u8(Number(value) === 0 ? 0 : 1);
    case "float":
      return void (type.length === 4 ? writer.u8(4).float(Number(value)) : writer.u8(8).double(Number(value)));
    case "decimal":
      return void writeDecimal(writer, value, type);
    case "guid":
      return void writer.u8(16).raw(guidBytes(String(value)));
    default:
      return void writeMomentValue(writer, momentIn(String(value)), type);
  }
}

function writeDecimal(writer: TokenWriter, value: Exclude<Stored, null>, type: EngineType): void {
  const scaled = scaledInteger(Buffer.isBuffer(value) ? value.toString() : value, type.scale);
  if (isMoney(type)) {
    if (type.length === 4) return void writer.u8(4).integer(scaled, 4);
    return void writer
      .u8(8)
      .integer(scaled >> 32n, 4)
      .integer(scaled, 4);
  }
  const size = decimalSize(type);
  writer
    .u8(size)
    .u8(scaled < 0n ? 0 : 1)
    .integer(scaled < 0n ? -scaled : scaled, size - 1);
}

function writeMomentValue(writer: TokenWriter, moment: Moment, type: EngineType): void {
  const stored = type.kind === "zoned" ? inUtc(moment) : moment;
  const days = dayNumber(stored);
  const seconds = stored.hour * 3600 + stored.minute * 60 + stored.second;
  const ticks =
    BigInt(seconds) * 10n ** BigInt(type.scale) + BigInt(Math.trunc(stored.nanosecond / 10 ** (9 - type.scale)));
  const clock = type.scale <= 2 ? 3 : type.scale <= 4 ? 4 : 5;
  if (type.kind === "date") writer.u8(3).integer(BigInt(days), 3);
  else if (type.kind === "time") writer.u8(clock).integer(ticks, clock);
  else if (type.kind === "zoned")
    writer
      .u8(clock + 5)
      .integer(ticks, clock)
      .integer(BigInt(days), 3)
      .i16(moment.offset ?? 0);
  else if (type.name === "DATETIME2")
    writer
      .u8(clock + 3)
      .integer(ticks, clock)
      .integer(BigInt(days), 3);
  else if (type.length === 4)
    writer
      .u8(4)
      .u16(days - DAY_1900)
      .u16(Math.trunc(seconds / 60));
  else
    writer
      .u8(8)
      .i32(days - DAY_1900)
      .u32(seconds * 300 + Math.round((stored.nanosecond / 1e9) * 300));
}

/** A length in two bytes, or chunks when the type is `(max)`. */
function writeVariable(writer: TokenWriter, bytes: Buffer | null, chunked: boolean): void {
  if (!chunked) {
    if (bytes === null) writer.u16(NULL_LENGTH);
    else writer.u16(bytes.length).raw(bytes);
    return;
  }
  if (bytes === null) return void writer.u64(PLP_NULL);
  writer.u64(BigInt(bytes.length));
  for (let from = 0; from < bytes.length; from += PLP_CHUNK) {
    const chunk = bytes.subarray(from, from + PLP_CHUNK);
    writer.u32(chunk.length).raw(chunk);
  }
  writer.u32(0);
}

function writeTextPointer(writer: TokenWriter, bytes: Buffer | null): void {
  if (bytes === null) return void writer.u8(0);
  writer.u8(POINTER.length).raw(POINTER).raw(Buffer.alloc(8)).u32(bytes.length).raw(bytes);
}

function textBytes(value: Exclude<Stored, null>, type: EngineType, collation: Collation): Buffer {
  if (type.kind === "binary") {
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
    return type.name === "BINARY"
      ? Buffer.concat([bytes, Buffer.alloc(Math.max(type.length - bytes.length, 0))])
      : bytes;
  }
  const text = typeof value === "number" ? plainDecimal(value) : String(value);
  const whole = type.kind === "char" ? padded(text, type.length) : text;
  return isNational(type) ? Buffer.from(whole, "utf16le") : collation.encode(whole);
}

/** What a column or parameter may take, in bytes; `(max)` has a mark of its own. */
function byteLength(type: EngineType): number {
  const bytes = type.length * (isNational(type) ? 2 : 1);
  return bytes > LONGEST ? MAX : bytes;
}

function isNational(type: EngineType): boolean {
  return type.national || type.name === "SYSNAME";
}

function isMoney(type: EngineType): boolean {
  return type.name === "MONEY" || type.name === "SMALLMONEY";
}

function decimalSize(type: EngineType): number {
  return type.precision <= 9 ? 5 : type.precision <= 19 ? 9 : type.precision <= 28 ? 13 : 17;
}

function wholeNumber(value: Exclude<Stored, null>): bigint {
  return typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value)));
}

function momentIn(text: string): Moment {
  const moment = readMoment(text);
  if (!moment) throw new Error("The SQL Server double has a date column whose value is no date.");
  return moment;
}

/** The first three groups are little-endian. */
function guidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll("-", ""), "hex");
  return Buffer.concat([
    Buffer.from(bytes.subarray(0, 4)).reverse(),
    Buffer.from(bytes.subarray(4, 6)).reverse(),
    Buffer.from(bytes.subarray(6, 8)).reverse(),
    bytes.subarray(8),
  ]);
}
