import { oracleError } from "../backend/engine-error.ts";
import { oracleWriteRefusal } from "../backend/refusals.ts";
import { isWord, readTree } from "../backend/sql-tree.ts";
import type { WireServerState } from "../server.ts";
import { Cursors, type OracleCursor } from "./cursors.ts";
import {
  type CallEnd,
  FUNCTION,
  isLob,
  readBinds,
  readExecute,
  writeDescribe,
  writeEnd,
  writeRow,
  writeRowHeader,
  writeStatus,
} from "./messages.ts";
import type { TtcReader, TtcWriter } from "./ttc-buffer.ts";

/** What a session that has logged on can call. */
export class OracleCalls {
  inTransaction = false;
  private readonly state: WireServerState;
  private readonly user: string;
  /** Minutes east of UTC. */
  private readonly timeZone: number;
  private readonly cursors = new Cursors();
  private readOnlyTransaction = false;

  constructor(state: WireServerState, user: string, timeZone: number) {
    this.state = state;
    this.user = user;
    this.timeZone = timeZone;
  }

  closeCursor(id: number): void {
    this.cursors.close(id);
  }

  /** Runs one call into `writer`; gives where in it each row begins when it answered with rows. */
  async run(code: number, reader: TtcReader, writer: TtcWriter, signal: AbortSignal): Promise<number[] | undefined> {
    switch (code) {
      case FUNCTION.execute: {
        const request = readExecute(reader, this.timeZone);
        const cursor = request.cursor === 0 ? this.cursors.open(request.sql) : this.cursors.get(request.cursor);
        cursor.slots = request.slots.length > 0 ? request.slots : cursor.slots;
        if (request.defines.length > 0) cursor.defines = request.defines;
        else cursor.binds = request.binds;
        return this.execute(cursor, request.rows, writer, signal, request.commits);
      }
      case FUNCTION.reexecute:
      case FUNCTION.reexecuteAndFetch: {
        const cursor = this.cursors.get(reader.integer());
        const rows = reader.integer();
        reader.integer();
        const commits = reader.integer() === 1;
        cursor.binds = cursor.slots.length > 0 ? readBinds(reader, cursor.slots, this.timeZone) : new Map();
        return this.execute(cursor, code === FUNCTION.reexecute ? 0 : rows, writer, signal, commits);
      }
      case FUNCTION.fetch: {
        const cursor = this.cursors.get(reader.integer());
        await this.state.faults.beforeReply(signal);
        return this.fetch(cursor, reader.integer(), writer);
      }
      case FUNCTION.lob:
        this.cursors.readLob(reader, writer);
        writeEnd(writer, { inTransaction: this.inTransaction });
        return undefined;
      case FUNCTION.commit:
      case FUNCTION.rollback:
        this.endTransaction(code === FUNCTION.commit ? "commit" : "rollback");
        writeStatus(writer, false);
        return undefined;
      case FUNCTION.logoff:
        this.state.events.push("logoff");
        writeStatus(writer, false);
        return undefined;
      case FUNCTION.ping:
        await this.state.faults.beforeReply(signal);
        writeStatus(writer, this.inTransaction);
        return undefined;
      default:
        throw new Error(`The Oracle double does not know function ${code}.`);
    }
  }

  private async execute(
    cursor: OracleCursor,
    rows: number,
    writer: TtcWriter,
    signal: AbortSignal,
    commits: boolean,
  ): Promise<number[] | undefined> {
    this.state.statements.push(cursor.sql);
    await this.state.faults.beforeReply(signal);
    const tree = readTree(cursor.sql.replace(/\0$/, ""), "oracle");
    const refusal = oracleWriteRefusal(tree, this.readOnlyTransaction, this.state.faults.readOnly);
    if (refusal) throw refusal;
    if (!isWord(tree[0], "SELECT", "WITH") && tree[0]?.kind !== "group") {
      this.control(tree.map((node) => (node.kind === "group" ? "()" : node.value.toUpperCase())));
      if (commits) this.endTransaction("commit");
      writeEnd(writer, { cursor: cursor.id, inTransaction: this.inTransaction });
      return undefined;
    }
    const facts = { user: this.user, database: this.state.database.name, inTransaction: this.inTransaction };
    const described = cursor.result;
    cursor.result = this.state.database.query(cursor.sql, cursor.binds, facts);
    cursor.position = 0;
    if (!described) writeDescribe(writer, cursor.result.columns);
    // Rows with LOBs are sent once the client has said how it wants them.
    const undefinedLobs = cursor.defines.length === 0 && cursor.result.columns.some(({ type }) => isLob(type));
    return this.fetch(cursor, undefinedLobs ? 0 : rows, writer);
  }

  private fetch(cursor: OracleCursor, count: number, writer: TtcWriter): number[] {
    if (!cursor.result) throw oracleError(1002, "fetch out of sequence");
    const { columns, rows } = cursor.result;
    const page = rows.slice(cursor.position, cursor.position + count);
    const starts: number[] = [];
    if (page.length > 0) writeRowHeader(writer);
    for (const row of page) {
      starts.push(writer.length);
      writeRow(writer, columns, row, cursor.defines, (value, type) => this.cursors.keepLob(value, type));
    }
    cursor.position += page.length;
    // Oracle learns that there are no more rows only by reaching past the last one.
    const exhausted = count > 0 && page.length < count;
    const end: CallEnd = { cursor: cursor.id, rowCount: cursor.position, inTransaction: this.inTransaction, exhausted };
    writeEnd(writer, end);
    return starts;
  }

  /** Statements that are no query: they change the session, or mean nothing to the double. */
  private control(words: readonly string[]): void {
    const text = words.join(" ");
    if (text.startsWith("COMMIT")) this.endTransaction("commit");
    else if (text.startsWith("ROLLBACK")) this.endTransaction("rollback");
    else if (text.startsWith("SET TRANSACTION")) {
      if (this.inTransaction) throw oracleError(1453, "SET TRANSACTION must be first statement of transaction");
      this.inTransaction = true;
      this.readOnlyTransaction = text.includes("READ ONLY");
    } else if (!/^(ALTER SESSION|BEGIN|DECLARE|CALL|SAVEPOINT|SET ROLE)/.test(text)) {
      throw oracleError(900, "invalid SQL statement");
    }
  }

  private endTransaction(event: "commit" | "rollback"): void {
    this.state.events.push(event);
    this.inTransaction = false;
    this.readOnlyTransaction = false;
  }
}
