import { storedDecimal, unscaledText } from "../backend/decimals.ts";
import { type EngineType, engineType } from "../backend/engine-types.ts";
import { type Moment, momentOfDay, shift, writeMoment } from "../backend/moments.ts";
import type { BoundValue } from "../backend/results.ts";
import { ByteReader } from "../bytes.ts";
import type { Collation } from "./collation.ts";
import { DAY_1900, TDS_TYPE } from "./tds-values.ts";

export interface RpcRequest {
  /** Lower case; the well-known procedures by name whether called by name or number. */
  readonly procedure: string;
  readonly parameters: readonly RpcParameter[];
}

export interface RpcParameter extends BoundValue {
  /** Without the `@`; empty when given by position. */
  readonly name: string;
}

const WELL_KNOWN: Readonly<Record<number, string>> = {
  10: "sp_executesql",
  11: "sp_prepare",
  12: "sp_execute",
  13: "sp_prepexec",
  15: "sp_unprepare",
};

const NAMED = 0xffff;
const MAX = 0xffff;
const PLP_NULL = 0xffff_ffff_ffff_ffffn;

/** Skips the headers (MS-TDS 2.2.5.3) that open a batch, a call and a transaction request. */
export function afterHeaders(payload: Buffer): Buffer {
  return payload.subarray(payload.readUInt32LE(0));
}

export function readRpc(payload: Buffer, collation: Collation): RpcRequest {
  const reader = new TdsReader(afterHeaders(payload));
  const length = reader.u16();
  const procedure = length === NAMED ? (WELL_KNOWN[reader.u16()] ?? "unknown") : reader.text(length).toLowerCase();
  reader.u16(); // options
  const parameters: RpcParameter[] = [];
  while (!reader.done) {
    const name = reader.text(reader.u8()).replace(/^@/, "");
    reader.u8(); // by reference, default
    parameters.push({ name, ...readTyped(reader, collation) });
  }
  return { procedure: procedure.replace(/^.*\./, ""), parameters };
}

function readTyped(reader: TdsReader, collation: Collation): BoundValue {
  const number = reader.u8();
  switch (number) {
    case TDS_TYPE.null:
      return { value: null, type: undefined };
    case TDS_TYPE.integer:
      return fixed(
        reader,
        engineType("mssql", ["", "TINYINT", "SMALLINT", "", "INT", "", "", "", "BIGINT"][reader.u8()] || "INT"),
        readInteger,
      );
    case TDS_TYPE.bit:
      reader.u8();
      return fixed(reader, engineType("mssql", "BIT"), (bytes) => BigInt(bytes[0] as number));
    case TDS_TYPE.float:
      return fixed(reader, engineType("mssql", reader.u8() === 4 ? "REAL" : "FLOAT"), (bytes) =>
        bytes.length === 4 ? bytes.readFloatLE() : bytes.readDoubleLE(),
      );
    case TDS_TYPE.money:
      return fixed(reader, engineType("mssql", reader.u8() === 4 ? "SMALLMONEY" : "MONEY"), readMoney);
    case TDS_TYPE.guid:
      reader.u8();
      return fixed(reader, engineType("mssql", "UNIQUEIDENTIFIER"), readGuid);
    case TDS_TYPE.decimal:
    case TDS_TYPE.numeric: {
      reader.u8();
      const type = engineType("mssql", `DECIMAL(${reader.u8()},${reader.u8()})`);
      return fixed(reader, type, (bytes) => {
        const size = BigInt(`0x${Buffer.from(bytes.subarray(1)).reverse().toString("hex")}`);
        return storedDecimal(unscaledText(bytes[0] === 0 ? -size : size, type.scale));
      });
    }
    case TDS_TYPE.date:
      return fixed(reader, engineType("mssql", "DATE"), (bytes) => writeMoment(momentOfDay(bytes.readUIntLE(0, 3))));
    case TDS_TYPE.datetime:
      return fixed(reader, engineType("mssql", reader.u8() === 4 ? "SMALLDATETIME" : "DATETIME"), readDatetime);
    case TDS_TYPE.time:
    case TDS_TYPE.datetime2:
    case TDS_TYPE.datetimeOffset:
      return readScaledMoment(reader, number);
    case TDS_TYPE.nvarchar:
    case TDS_TYPE.nchar:
      return variable(reader, number === TDS_TYPE.nchar ? "NCHAR" : "NVARCHAR", true, (bytes) =>
        bytes.toString("utf16le"),
      );
    case TDS_TYPE.varchar:
    case TDS_TYPE.char:
      return variable(reader, number === TDS_TYPE.char ? "CHAR" : "VARCHAR", true, collation.decode);
    case TDS_TYPE.varbinary:
    case TDS_TYPE.binary:
      return variable(reader, "VARBINARY", false, (bytes) => Buffer.from(bytes));
    default:
      throw new Error(`The SQL Server double does not know parameter type 0x${number.toString(16)}.`);
  }
}

function fixed(reader: TdsReader, type: EngineType, read: (bytes: Buffer) => BoundValue["value"]): BoundValue {
  const length = reader.u8();
  return { type, value: length === 0 ? null : read(reader.raw(length)) };
}

function variable(
  reader: TdsReader,
  name: string,
  text: boolean,
  read: (bytes: Buffer) => BoundValue["value"],
): BoundValue {
  const longest = reader.u16();
  if (text) reader.raw(5); // collation
  const bytes = longest === MAX ? reader.chunks() : reader.shortBytes();
  return {
    type: engineType("mssql", `${name}(${longest === MAX ? "max" : 4000})`),
    value: bytes === null ? null : read(bytes),
  };
}

function readScaledMoment(reader: TdsReader, number: number): BoundValue {
  const scale = reader.u8();
  const name = number === TDS_TYPE.time ? "TIME" : number === TDS_TYPE.datetime2 ? "DATETIME2" : "DATETIMEOFFSET";
  const tail = number === TDS_TYPE.time ? 0 : number === TDS_TYPE.datetime2 ? 3 : 5;
  return fixed(reader, engineType("mssql", `${name}(${scale})`), (bytes) => {
    const clock = bytes.length - tail;
    const ticks = bytes.readUIntLE(0, clock);
    const seconds = Math.trunc(ticks / 10 ** scale);
    const day = momentOfDay(tail === 0 ? DAY_1900 : bytes.readUIntLE(clock, 3));
    const moment = { ...at(day, seconds), nanosecond: Math.round((ticks % 10 ** scale) * 10 ** (9 - scale)) };
    if (tail < 5) return writeMoment(moment);
    const offset = bytes.readInt16LE(clock + 3);
    return writeMoment({ ...shift(moment, offset), offset }); // the wire carries UTC
  });
}

function readInteger(bytes: Buffer): bigint {
  return bytes.length === 1
    ? BigInt(bytes[0] as number)
    : bytes.length === 8
      ? bytes.readBigInt64LE()
      : BigInt(bytes.readIntLE(0, bytes.length));
}

function readMoney(bytes: Buffer): BoundValue["value"] {
  const scaled =
    bytes.length === 4
      ? BigInt(bytes.readInt32LE())
      : (BigInt(bytes.readInt32LE(0)) << 32n) | BigInt(bytes.readUInt32LE(4));
  return storedDecimal(unscaledText(scaled, 4));
}

function readDatetime(bytes: Buffer): string {
  if (bytes.length === 4)
    return writeMoment(at(momentOfDay(bytes.readUInt16LE(0) + DAY_1900), bytes.readUInt16LE(2) * 60));
  const ticks = bytes.readUInt32LE(4);
  const milliseconds = Math.round(((ticks % 300) * 10) / 3);
  return writeMoment({
    ...at(momentOfDay(bytes.readInt32LE(0) + DAY_1900), Math.trunc(ticks / 300)),
    nanosecond: milliseconds * 1_000_000,
  });
}

function readGuid(bytes: Buffer): string {
  const part = (from: number, to: number, turned: boolean) => {
    const slice = Buffer.from(bytes.subarray(from, to));
    return (turned ? slice.reverse() : slice).toString("hex").toUpperCase();
  };
  return [part(0, 4, true), part(4, 6, true), part(6, 8, true), part(8, 10, false), part(10, 16, false)].join("-");
}

function at(day: Moment, seconds: number): Moment {
  return { ...day, hour: Math.trunc(seconds / 3600), minute: Math.trunc(seconds / 60) % 60, second: seconds % 60 };
}

class TdsReader extends ByteReader {
  u16(): number {
    return this.raw(2).readUInt16LE();
  }

  text(characters: number): string {
    return this.raw(characters * 2).toString("utf16le");
  }

  shortBytes(): Buffer | null {
    const length = this.u16();
    return length === MAX ? null : this.raw(length);
  }

  chunks(): Buffer | null {
    if (this.raw(8).readBigUInt64LE() === PLP_NULL) return null;
    const chunks: Buffer[] = [];
    for (let length = this.raw(4).readUInt32LE(); length > 0; length = this.raw(4).readUInt32LE())
      chunks.push(this.raw(length));
    return Buffer.concat(chunks);
  }
}
