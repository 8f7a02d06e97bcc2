import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** An in-memory database for one run; it is closed, and with it the data are gone, when the run ends. */
export interface BatchDatabase {
  readonly connection: DuckDBConnection;
  run(sql: string): Promise<void>;
  /** Rows as plain objects; for small answers. */
  rows<Row>(sql: string): Promise<Row[]>;
  /** Columns of 32-bit integers, for large answers. */
  integers(sql: string): Promise<Int32Array[]>;
  close(): void;
}

/**
 * Opens DuckDB in memory. The empty `temp_directory` forbids spilling: personal data must not reach a disk in clear,
 * so a run that outgrows 3 GB fails instead. External access is off: the engine reads no files.
 */
export async function openBatchDatabase(): Promise<BatchDatabase> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "2",
    memory_limit: "3072MB",
    temp_directory: "",
    enable_external_access: "false",
    preserve_insertion_order: "false",
  });
  const connection = await instance.connect();
  let closed = false;
  return {
    connection,
    async run(sql) {
      await connection.run(sql);
    },
    async rows<Row>(sql: string) {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowObjectsJS() as Row[];
    },
    async integers(sql) {
      const result = await connection.stream(sql);
      const chunks: Int32Array[][] = [];
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        const rows = chunk.rowCount;
        const vectors = Array.from({ length: result.columnCount }, (_, index) => chunk?.getColumnVector(index));
        chunks.push(
          vectors.map((vector) => Int32Array.from({ length: rows }, (_, row) => vector?.getItem(row) as number)),
        );
      }
      const length = chunks.reduce((sum, [first]) => sum + (first?.length ?? 0), 0);
      return Array.from({ length: result.columnCount }, (_, index) => {
        const column = new Int32Array(length);
        let at = 0;
        for (const chunk of chunks) {
          const part = chunk[index] ?? new Int32Array(0);
          column.set(part, at);
          at += part.length;
        }
        return column;
      });
    },
    close() {
      if (closed) return;
      closed = true;
      connection.closeSync();
      instance.closeSync();
    },
  };
}
