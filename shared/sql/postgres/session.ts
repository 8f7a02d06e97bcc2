import { Socket } from "node:net";
import type { ClientConfig } from "pg";
import { EngineTime, type Parameter, type RawRow } from "../raw.ts";
import type { Session } from "../session-pool.ts";
import { textTypes } from "./values.ts";

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly options: string | undefined;
  readonly ssl: NonNullable<ClientConfig["ssl"]>;
  readonly timeoutMs: number;
}

/** A served read waits this long for a table that is being rebuilt, at most. */
const lockMs = 2_000;
const connectMs = 5_000;
/** Statements that the server keeps parsed for one session; others are parsed each time. */
const mostKept = 200;

/** Logs in. The driver is loaded by the first session of the process. */
export async function openSession(target: Target): Promise<Session> {
  const { Client } = (await import("pg")).default;
  const { options, timeoutMs, ...login } = target;
  const config: ClientConfig = {
    ...login,
    ...(options === undefined ? {} : { options }),
    application_name: "civigraph",
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
  };
  const socket = new Socket();
  const client = new Client({ ...config, stream: () => socket });
  let alive = true;
  const lost = () => {
    alive = false;
  };
  client.on("error", lost);
  client.on("end", lost);
  const close = async () => {
    alive = false;
    // The driver says goodbye and then waits for the server, which may be gone.
    client.end().catch(() => {});
    socket.destroySoon();
  };

  try {
    await client.connect();
    const backend = await begin(timeoutMs);
    const kept = new Map<string, string>();
    return {
      get alive() {
        return alive;
      },
      run: (sql, parameters) => run(sql, parameters, kept),
      async cancel() {
        const other = new Client({ ...config, query_timeout: connectMs });
        other.on("error", () => {});
        try {
          await other.connect();
          await other.query("SELECT pg_cancel_backend($1)", [backend]);
        } finally {
          await other.end();
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }

  /** Nothing that is read is ever locked against the legacy system: PostgreSQL's readers block no writer. */
  async function begin(timeout: number): Promise<number> {
    const text = [
      "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY",
      `SET statement_timeout = ${Math.ceil(timeout)}`,
      `SET lock_timeout = ${Math.min(lockMs, Math.ceil(timeout))}`,
      "SET client_encoding = 'UTF8'",
      "SET datestyle = 'ISO, YMD'",
      "SET timezone = 'UTC'",
      "SET standard_conforming_strings = on",
    ].join("; ");
    const late = setTimeout(() => socket.destroy(), connectMs);
    try {
      await client.query(text);
      const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      return rows[0]?.pid ?? 0;
    } finally {
      clearTimeout(late);
    }
  }

  async function run(sql: string, parameters: readonly Parameter[], kept: Map<string, string>) {
    let name = kept.get(sql);
    if (name === undefined && kept.size < mostKept) {
      name = `c${kept.size}`;
      kept.set(sql, name);
    }
    try {
      const { rows } = await client.query<RawRow[]>({
        text: sql,
        values: parameters.map(bound),
        rowMode: "array",
        types: textTypes,
        ...(name === undefined ? {} : { name }),
      });
      return rows as unknown as readonly RawRow[];
    } catch (error) {
      if (endsSession(error)) alive = false;
      throw error;
    }
  }
}

/** Classes of errors after which the server ends the session, and a table that changed under a kept statement. */
function endsSession(error: unknown): boolean {
  const { code = "", routine } = error as { code?: string; routine?: string };
  return /^(?:08|57P0|25006)/.test(code) || (code === "0A000" && routine === "RevalidateCachedQuery");
}

function bound(value: Parameter): unknown {
  if (value instanceof EngineTime) return value.text;
  if (value instanceof Date) return value.toISOString();
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}
