import { once } from "node:events";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { asEngineError } from "../backend/as-engine-error.ts";
import { EngineError, tsqlSyntaxError } from "../backend/engine-error.ts";
import { tsqlWriteRefusal } from "../backend/refusals.ts";
import type { BoundValue, ResultRows } from "../backend/results.ts";
import { isWord, type Node } from "../backend/sql-tree.ts";
import { Interrupted } from "../faults.ts";
import type { WireServerState, WireSession } from "../server.ts";
import { type BatchStatement, splitBatch } from "./batch.ts";
import { type Collation, findCollation } from "./collation.ts";
import { encrypt } from "./encryption.ts";
import { asksForEncryption, ENCRYPTION, loginRefusal, readLogin7, writePrelogin, writeWelcome } from "./login.ts";
import { MESSAGE_TYPE, type TdsMessage, TdsMessageReader, writePackets } from "./packets.ts";
import { afterHeaders, type RpcRequest, readRpc } from "./parameters.ts";
import { missingProcedure, PreparedStatements } from "./prepared-statements.ts";
import { DONE, TokenWriter } from "./token-writer.ts";
import { Transactions } from "./transactions.ts";

const DEFAULT_PACKET = 4096;
const MAXIMUM_PARAMETERS = 2100;
/** So much is written before the event loop gets its turn: an attention must find its way in between rows. */
const PORTION = 65_536;

/** One connection of a SQL Server driver. */
export class TdsSession implements WireSession {
  private readonly socket: Socket;
  /** The socket, or what is encrypted over it. */
  private stream: Duplex;
  private readonly state: WireServerState;
  private readonly messages = new TdsMessageReader();
  private readonly collation: Collation;
  private readonly transactions: Transactions;
  private readonly prepared = new PreparedStatements();
  private readonly queue: TdsMessage[] = [];
  private user: string | undefined;
  private packetSize = DEFAULT_PACKET;
  private killedBy: EngineError | undefined;
  private call: AbortController | undefined;
  private attention = false;
  private fresh = true;
  private closed = false;

  constructor(socket: Socket, state: WireServerState) {
    this.socket = socket;
    this.stream = socket;
    this.state = state;
    this.collation = findCollation(state.database.collation);
    this.transactions = new Transactions(state.events);
    socket.on("data", this.read);
    socket.on("close", () => this.end());
  }

  private readonly read = (chunk: Buffer): void => {
    for (const message of this.messages.read(chunk)) this.receive(message);
  };

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

  /** An attention overtakes what is being answered; everything else waits its turn. */
  private receive(message: TdsMessage): void {
    if (message.type === MESSAGE_TYPE.attention) {
      this.state.events.push("cancel");
      this.attention = true;
      if (this.call) this.call.abort();
      else this.acknowledgeAttention();
      return;
    }
    this.queue.push(message);
    if (!this.call) this.work().catch((error: unknown) => this.fail(error));
  }

  private async work(): Promise<void> {
    for (let message = this.queue.shift(); message && !this.closed; message = this.queue.shift()) {
      this.call = new AbortController();
      try {
        await this.answer(message, this.call.signal);
      } finally {
        this.call = undefined;
      }
      if (this.attention) this.acknowledgeAttention();
    }
  }

  /** The second of two replies: the first ended the statement that was cancelled. */
  private acknowledgeAttention(): void {
    this.attention = false;
    this.reply(new TokenWriter().done(DONE.attention));
  }

  private async answer(message: TdsMessage, signal: AbortSignal): Promise<void> {
    if (message.type === MESSAGE_TYPE.prelogin) {
      this.prelogin(message.payload);
    } else if (message.type === MESSAGE_TYPE.login7) {
      this.logIn(message.payload);
    } else if (message.ignored) {
      this.reply(new TokenWriter().done(DONE.final));
    } else {
      await this.request(message, signal);
    }
  }

  private prelogin(payload: Buffer): void {
    const { tls } = this.state;
    const encrypts = tls !== undefined && asksForEncryption(payload);
    const answer = writePrelogin(encrypts ? ENCRYPTION.on : ENCRYPTION.notSupported);
    this.stream.write(writePackets(answer, DEFAULT_PACKET, true));
    if (!encrypts) return;
    this.state.events.push("encrypted");
    this.socket.removeListener("data", this.read);
    this.stream = encrypt(this.socket, tls).on("data", this.read);
  }

  private logIn(payload: Buffer): void {
    const login = readLogin7(payload);
    const refusal = loginRefusal(login, this.state);
    if (refusal) {
      this.stream.end(writePackets(new TokenWriter().error(refusal).done(DONE.error).take(), DEFAULT_PACKET, true));
      return;
    }
    this.user = login.user;
    this.packetSize = Math.min(Math.max(login.packetSize, 512), 32_767);
    this.state.events.push(login.readOnlyIntent ? "login read-only" : "login");
    this.stream.write(
      writePackets(writeWelcome(this.state.database.name, this.packetSize, this.collation), this.packetSize, true),
    );
  }

  private async request(message: TdsMessage, signal: AbortSignal): Promise<void> {
    const writer = new TokenWriter(this.collation, DEFAULT_PACKET);
    if (message.resets) this.transactions.reset(writer);
    const inProcedure = message.type === MESSAGE_TYPE.rpc;
    const end = (status: number) => (inProcedure ? writer.doneProcedure(status) : writer.done(status));
    try {
      if (this.user === undefined) throw new EngineError(18456, "Login failed.", { severity: 14 });
      if (this.killedBy) throw this.killedBy;
      if (message.type === MESSAGE_TYPE.sqlBatch) {
        await this.runBatch(afterHeaders(message.payload).toString("utf16le"), new Map(), writer, signal, false);
      } else if (inProcedure) {
        await this.callProcedure(readRpc(message.payload, this.collation), writer, signal);
      } else if (message.type === MESSAGE_TYPE.transactionManager) {
        this.transactions.request(afterHeaders(message.payload), writer);
      } else {
        throw new Error(`The SQL Server double does not know message 0x${message.type.toString(16)}.`);
      }
    } catch (error) {
      if (this.closed) return;
      if (error instanceof Interrupted && !this.killedBy) {
        end(DONE.error);
      } else {
        writer.error(this.killedBy ?? asEngineError(error, "mssql"));
        end(DONE.error | this.transactions.status);
      }
    }
    this.reply(writer);
    if (this.killedBy) this.stream.end();
  }

  private async callProcedure(request: RpcRequest, writer: TokenWriter, signal: AbortSignal): Promise<void> {
    if (request.parameters.length > MAXIMUM_PARAMETERS) {
      throw new EngineError(
        8003,
        `The incoming request has too many parameters. The server supports a maximum of ${MAXIMUM_PARAMETERS} parameters. Reduce the number of parameters and resend the request.`,
      );
    }
    const { sql, binds, handle } = this.prepared.resolve(request);
    if (sql !== undefined) await this.runBatch(sql, binds, writer, signal, true);
    writer.returnStatus(0);
    if (handle !== undefined) writer.returnHandle("handle", handle);
    writer.doneProcedure(this.transactions.status);
  }

  private async runBatch(
    sql: string,
    binds: ReadonlyMap<string, BoundValue>,
    writer: TokenWriter,
    signal: AbortSignal,
    inProcedure: boolean,
  ): Promise<void> {
    const statements = splitBatch(sql);
    // The settings that the driver makes right after the login are no statements of anybody.
    if (!(this.fresh && statements.every(({ nodes }) => isWord(nodes[0], "SET")))) this.state.statements.push(sql);
    this.fresh = false;
    const last = statements.length - 1;
    if (statements.length === 0 && !inProcedure) writer.done(DONE.final);
    for (const [at, statement] of statements.entries()) {
      const more = inProcedure || at < last ? DONE.more : 0;
      const count = await this.runStatement(statement, binds, writer, signal);
      const status = more | this.transactions.status;
      if (inProcedure) writer.doneInProcedure(status, count);
      else writer.done(status, count);
    }
  }

  private async runStatement(
    { nodes, sql }: BatchStatement,
    binds: ReadonlyMap<string, BoundValue>,
    writer: TokenWriter,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const refusal = tsqlWriteRefusal(nodes, this.state.database.name, this.state.faults.readOnly);
    const query = isWord(nodes[0], "SELECT", "WITH") || nodes[0]?.kind === "group";
    if (!query && !refusal) {
      this.control(nodes, writer);
      return undefined;
    }
    await this.state.faults.beforeReply(signal);
    if (refusal) throw refusal;
    const facts = { user: this.user ?? "", database: this.state.database.name, inTransaction: this.transactions.open };
    const result = this.state.database.query(sql, binds, facts);
    await this.sendRows(result, writer, signal);
    return result.rows.length;
  }

  private async sendRows({ columns, rows }: ResultRows, writer: TokenWriter, signal: AbortSignal): Promise<void> {
    const { dropAfterRows, stallMidPacket } = this.state.faults;
    writer.columns(columns);
    for (const [at, row] of rows.entries()) {
      const start = writer.length;
      writer.row(columns, row);
      if (at === dropAfterRows) return this.breakDown(writer.take().subarray(0, start + 2), true);
      if (writer.length < PORTION) continue;
      if (stallMidPacket) break;
      await this.flush(writer);
      if (signal.aborted) throw new Interrupted("interrupted");
    }
    if (stallMidPacket) this.breakDown(writer.take(), false);
  }

  /** A fault takes the connection's life, or its voice, in the middle of an answer. */
  private breakDown(part: Buffer, dies: boolean): never {
    const packets = writePackets(part, this.packetSize, false);
    if (dies) this.stream.write(packets, () => this.socket.destroy());
    else this.stream.write(packets.subarray(0, Math.ceil(Math.min(packets.length, this.packetSize) / 2)));
    this.closed = true;
    throw new Interrupted("the double broke the connection");
  }

  /** Statements that are no query: they change the session, or mean nothing to the double. */
  private control(nodes: readonly Node[], writer: TokenWriter): void {
    if (isWord(nodes[0], "BEGIN") && isWord(nodes[1], "TRAN", "TRANSACTION")) this.transactions.begin(writer);
    else if (isWord(nodes[0], "COMMIT")) this.transactions.commit(writer);
    else if (isWord(nodes[0], "ROLLBACK")) this.transactions.rollback("", writer);
    else if (isWord(nodes[0], "EXEC", "EXECUTE"))
      throw missingProcedure(nodes[1]?.kind === "group" ? "" : (nodes[1]?.value ?? ""));
    else if (!isWord(nodes[0], "SET", "USE", "IF", "PRINT", "SAVE", "DECLARE")) {
      throw tsqlSyntaxError(nodes[0]?.kind === "group" ? "(" : (nodes[0]?.value ?? ""));
    }
  }

  private async flush(writer: TokenWriter): Promise<void> {
    const pending = writer.length - (writer.length % (this.packetSize - 8));
    const whole = writer.take();
    writer.raw(whole.subarray(pending));
    if (!this.stream.write(writePackets(whole.subarray(0, pending), this.packetSize, false))) {
      await Promise.race([once(this.stream, "drain"), once(this.socket, "close")]);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  private reply(writer: TokenWriter): void {
    if (!this.closed) this.stream.write(writePackets(writer.take(), this.packetSize, true));
  }

  /** A message that the double cannot read ends the connection, and says so. */
  private fail(error: unknown): void {
    if (this.closed) return;
    process.emitWarning(`The SQL Server double gave up a connection: ${error}`);
    this.socket.destroy();
  }
}
