import { CivigraphError } from "../../errors.ts";

/** What is used of the driver, which brings no types. */
export interface Driver {
  readonly OUT_FORMAT_ARRAY: number;
  readonly DB_TYPE_BLOB: unknown;
  readonly DB_TYPE_CHAR: unknown;
  readonly DB_TYPE_CLOB: unknown;
  readonly DB_TYPE_BINARY_FLOAT: unknown;
  readonly DB_TYPE_NCLOB: unknown;
  readonly DB_TYPE_NUMBER: unknown;
  readonly DB_TYPE_NVARCHAR: unknown;
  readonly DB_TYPE_RAW: unknown;
  readonly DB_TYPE_VARCHAR: unknown;
  readonly thin: boolean;
  initOracleClient(options: { readonly libDir?: string }): void;
  getConnection(login: Login): Promise<DriverConnection>;
}

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly connectString: string;
  readonly walletLocation?: string;
  readonly walletPassword?: string;
  readonly walletContent?: string;
}

export interface DriverConnection {
  /** Milliseconds that one round trip may take. */
  callTimeout: number;
  on?(event: string, listener: (error: Error) => void): unknown;
  execute(sql: string, binds: readonly unknown[], options: ExecuteOptions): Promise<{ readonly rows?: unknown[][] }>;
  commit(): Promise<void>;
  break(): Promise<void>;
  close(options?: { readonly drop: boolean }): Promise<void>;
}

export interface ExecuteOptions {
  readonly outFormat: number;
  readonly fetchArraySize: number;
  readonly prefetchRows: number;
  readonly fetchTypeHandler: (column: ColumnFacts) => FetchType | undefined;
}

export interface ColumnFacts {
  readonly dbType: unknown;
}

export interface FetchType {
  readonly type?: unknown;
  readonly converter?: (value: never) => unknown;
}

let loaded: { readonly driver: Driver; readonly libraries: string | undefined } | undefined;

/**
 * Loads the driver, with Oracle's client libraries of that folder. The driver takes them for the whole process or not at
 * all, so every Oracle department of a process names the same folder, or none.
 */
export async function loadDriver(libraries: string | undefined, department: string): Promise<Driver> {
  const driver = loaded?.driver ?? ((await import("oracledb" as string)) as { readonly default: Driver }).default;
  if (loaded === undefined) {
    if (libraries !== undefined) driver.initOracleClient(libraries === "" ? {} : { libDir: libraries });
    loaded = { driver, libraries };
  }
  if (loaded.libraries === libraries) return driver;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `The database URL of ${department} differs from that of another Oracle department of the same process in \`thick\`. Give all of them the same, or run them in processes of their own.`,
  });
}
