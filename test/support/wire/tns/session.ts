import type { Socket } from "node:net";
import { asEngineError } from "../backend/as-engine-error.ts";
import { type EngineError, oracleError } from "../backend/engine-error.ts";
import { Interrupted } from "../faults.ts";
import type { WireServerState, WireSession } from "../server.ts";
import { OracleCalls } from "./calls.ts";
import { Logon, readAuthMessage, sessionFacts } from "./login.ts";
import { FUNCTION, MESSAGE, writeDataTypes, writeEnd, writeProtocol } from "./messages.ts";
import {
  dataFlags,
  dataOf,
  MARKER,
  PACKET,
  readConnect,
  type TnsPacket,
  TnsPacketReader,
  writeAccept,
  writeDataPackets,
  writeMarker,
  writeRefuse,
} from "./packets.ts";
import { readPiggyback } from "./piggybacks.ts";
import { TtcReader, TtcWriter } from "./ttc-buffer.ts";

const DEFAULT_UNIT = 8192;

/** One connection of a thin driver: listener handshake, logon, then one call after the other. */
export class TnsSession implements WireSession {
  private readonly socket: Socket;
  private readonly state: WireServerState;
  private readonly packets = new TnsPacketReader();
  private connectDataLength = 0;
  private unit = DEFAULT_UNIT;
  private request: Buffer[] = [];
  private logon: Logon | undefined;
  /** Once the logon succeeded. */
  private calls: OracleCalls | undefined;
  private killedBy: EngineError | undefined;
  private call: AbortController | undefined;
  private closed = false;

  constructor(socket: Socket, state: WireServerState) {
    this.socket = socket;
    this.state = state;
    socket.on("data", (chunk) => {
      for (const packet of this.packets.read(chunk)) this.receive(packet);
    });
    socket.on("close", () => this.end());
  }

  kill(error: EngineError): void {
    this.killedBy = error;
    this.call?.abort();
  }

  destroy(): void {
    this.socket.destroy();
    this.end();
  }

  private end(): void {
    this.closed = true;
    this.call?.abort();
  }

  private receive(packet: TnsPacket): void {
    if (this.closed) return;
    if (packet.type === PACKET.connect) this.connect(packet.body);
    else if (packet.type === PACKET.marker) this.mark(packet.body.readUInt8(2));
    else if (packet.type === PACKET.data && this.connectDataLength > 0)
      this.accept(dataOf(packet.body).toString("latin1"));
    else if (packet.type === PACKET.data) this.collect(packet.body);
  }

  private connect(body: Buffer): void {
    const request = readConnect(body);
    this.unit = request.unit > 0 ? Math.min(request.unit, 2_097_152) : DEFAULT_UNIT;
    this.connectDataLength = request.dataLength;
    if (request.data.length === request.dataLength) this.accept(request.data);
  }

  private accept(descriptor: string): void {
    this.connectDataLength = 0;
    const service = /\((?:SERVICE_NAME|SID)=([^)]*)\)/i.exec(descriptor)?.[1] ?? "";
    const known = service.toUpperCase() === this.state.database.name.toUpperCase();
    if (this.state.faults.refuseConnections || !known) {
      this.socket.end(writeRefuse(known ? 12_528 : 12_514));
      return;
    }
    this.packets.large = true;
    this.socket.write(writeAccept(this.unit, this.state.faults.oldListener ? 314 : 318));
  }

  /** A break is answered with a marker, and the reset that follows it with the end of the call. */
  private mark(kind: number): void {
    if (kind === MARKER.reset) {
      this.socket.write(writeMarker(MARKER.reset));
      return void this.sendError(oracleError(1013, "user requested cancel of current operation"));
    }
    this.state.events.push("cancel");
    this.request = [];
    this.call?.abort();
    this.socket.write(writeMarker(MARKER.break));
  }

  private collect(body: Buffer): void {
    const { last, goodbye } = dataFlags(body);
    if (goodbye) return void this.socket.end();
    this.request.push(dataOf(body));
    if (!last) return;
    const message = Buffer.concat(this.request);
    this.request = [];
    this.answer(new TtcReader(message)).catch((error: unknown) => {
      if (error instanceof Interrupted || this.closed) return;
      // A message that the double cannot read ends the connection, and says so.
      process.emitWarning(`The Oracle double gave up a connection: ${error}`);
      this.socket.destroy();
    });
  }

  private async answer(reader: TtcReader): Promise<void> {
    const writer = new TtcWriter();
    for (let type = reader.u8(); ; type = reader.u8()) {
      if (type === MESSAGE.protocol) {
        writeProtocol(writer);
      } else if (type === MESSAGE.dataTypes) {
        writeDataTypes(writer);
      } else if (type === MESSAGE.piggyback) {
        readPiggyback(reader, (id) => this.calls?.closeCursor(id));
        continue;
      } else if (type === MESSAGE.function) {
        const code = reader.u8();
        reader.skip(); // sequence number
        return await this.callFunction(code, reader, writer);
      } else {
        throw new Error(`The Oracle double does not know message ${type}.`);
      }
      return this.send(writer.done());
    }
  }

  private async callFunction(code: number, reader: TtcReader, writer: TtcWriter): Promise<void> {
    if (code === FUNCTION.authPhaseOne || code === FUNCTION.authPhaseTwo) return this.authenticate(code, reader);
    const call = new AbortController();
    this.call = call;
    try {
      if (!this.calls) throw oracleError(1012, "not logged on");
      if (this.killedBy) throw this.killedBy;
      const rows = await this.calls.run(code, reader, writer, call.signal);
      if (rows !== undefined && this.breakDown(writer, rows)) return;
    } catch (error) {
      if (error instanceof Interrupted && !this.killedBy) return;
      this.sendError(this.killedBy ?? asEngineError(error, "oracle"));
      if (this.killedBy) this.socket.end();
      return;
    }
    if (call.signal.aborted) return;
    this.send(writer.done());
    if (code === FUNCTION.logoff) this.socket.end();
  }

  private authenticate(code: number, reader: TtcReader): void {
    const { user, parameters } = readAuthMessage(reader);
    if (code === FUNCTION.authPhaseOne) {
      const known = [...this.state.users].find(([name]) => name.toUpperCase() === user.toUpperCase());
      this.logon = new Logon(known?.[0] ?? user, known?.[1]);
      return void this.send(this.logon.challenge());
    }
    const accepted = this.logon?.verify(parameters, sessionFacts(this.state.database.name));
    if (!this.logon || !accepted)
      return void this.sendError(oracleError(1017, "invalid username/password; logon denied"));
    const timeZone = readTimeZone(parameters.get("AUTH_ALTER_SESSION") ?? "");
    this.calls = new OracleCalls(this.state, this.logon.user.toUpperCase(), timeZone);
    this.state.events.push("login");
    this.send(accepted);
  }

  private send(message: Buffer): void {
    this.socket.write(writeDataPackets(message, this.unit));
  }

  private sendError(error: EngineError): void {
    const end = new TtcWriter();
    writeEnd(end, { inTransaction: this.calls?.inTransaction ?? false, error });
    this.send(end.done());
  }

  /** Whether a fault took the connection's life, or its voice, in the middle of this answer. */
  private breakDown(writer: TtcWriter, rows: readonly number[]): boolean {
    const { dropAfterRows, stallMidPacket } = this.state.faults;
    const broken = dropAfterRows === undefined ? undefined : rows[dropAfterRows];
    if (broken === undefined && !stallMidPacket) return false;
    this.closed = true;
    const answer = writer.done();
    if (broken !== undefined) {
      this.socket.write(writeDataPackets(answer.subarray(0, broken + 2), this.unit), () => this.socket.destroy());
    } else {
      const packets = writeDataPackets(answer, this.unit);
      this.socket.write(packets.subarray(0, Math.ceil(Math.min(packets.length, this.unit) / 2)));
    }
    return true;
  }
}

/** Minutes east of UTC out of `ALTER SESSION SET TIME_ZONE='+02:00'`. */
function readTimeZone(alterSession: string): number {
  const zone = /([+-])(\d+):(\d+)/.exec(alterSession);
  if (!zone) return 0;
  return (Number(zone[2]) * 60 + Number(zone[3])) * (zone[1] === "-" ? -1 : 1);
}
