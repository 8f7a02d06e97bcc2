import { createRequire } from "node:module";
import type { WireServer } from "../../support/wire/server.ts";

/** The drivers as they are published; neither brings types, so what the tests use is written down here. */
const require = createRequire(import.meta.url);

export interface OracleResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly metaData: readonly { readonly name: string; readonly dbTypeName: string; readonly nullable: boolean }[];
}

export interface OracleConnection {
  callTimeout: number;
  execute(sql: string, binds?: unknown, options?: object): Promise<OracleResult>;
  break(): Promise<void>;
  ping(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  close(): Promise<void>;
}

export interface OraclePool {
  getConnection(): Promise<OracleConnection>;
  close(drainTime?: number): Promise<void>;
}

interface OracleDriver {
  readonly OUT_FORMAT_OBJECT: number;
  readonly STRING: unknown;
  readonly DB_TYPE_CHAR: unknown;
  getConnection(options: object): Promise<OracleConnection>;
  createPool(options: object): Promise<OraclePool>;
}

export const oracledb = require("oracledb") as OracleDriver;

export interface MssqlRequest {
  input(name: string, type: unknown, value?: unknown): MssqlRequest;
  query(sql: string): Promise<{ readonly recordset: readonly Readonly<Record<string, unknown>>[] }>;
  cancel(): boolean;
}

export interface MssqlTransaction {
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  request(): MssqlRequest;
}

export interface MssqlPool {
  /** Errors of idle connections; without a listener they end the process. */
  on(event: "error", listener: (error: Error) => void): MssqlPool;
  connect(): Promise<MssqlPool>;
  request(): MssqlRequest;
  transaction(): MssqlTransaction;
  close(): Promise<void>;
}

export interface MssqlPreparedStatement {
  input(name: string, type: unknown): MssqlPreparedStatement;
  prepare(sql: string): Promise<void>;
  execute(values: object): Promise<{ readonly recordset: readonly Readonly<Record<string, unknown>>[] }>;
  unprepare(): Promise<void>;
}

type SqlType = (...parameters: number[]) => unknown;

interface MssqlDriver {
  readonly ConnectionPool: new (options: object) => MssqlPool;
  readonly PreparedStatement: new (pool: MssqlPool) => MssqlPreparedStatement;
  readonly MAX: number;
  readonly Int: unknown;
  readonly BigInt: unknown;
  readonly VarChar: SqlType;
  readonly NVarChar: SqlType;
  readonly Decimal: SqlType;
  readonly Date: unknown;
  readonly DateTime2: SqlType;
  readonly DateTimeOffset: SqlType;
  readonly UniqueIdentifier: unknown;
  readonly VarBinary: SqlType;
  readonly Money: unknown;
  readonly Bit: unknown;
  readonly Float: unknown;
}

export const mssql = require("mssql") as MssqlDriver;

/** What a client needs to log in to an Oracle double. */
export function oracleLogin(server: WireServer, password = "secret") {
  return { user: "PORTAL", password, connectString: `127.0.0.1:${server.port}/${server.database.name}` };
}

export function mssqlLogin(server: WireServer, password = "secret") {
  return {
    user: "portal",
    password,
    server: "127.0.0.1",
    port: server.port,
    database: server.database.name,
    options: { encrypt: false },
    pool: { min: 0, max: 4 },
  };
}

/** The number of an engine's error, wherever the driver puts it. */
export async function errorOf(promise: Promise<unknown>): Promise<{ number: number | undefined; message: string }> {
  try {
    await promise;
  } catch (error) {
    const failed = error as { errorNum?: number; number?: number; message: string };
    return { number: failed.errorNum ?? failed.number, message: failed.message };
  }
  return { number: undefined, message: "nothing went wrong" };
}
