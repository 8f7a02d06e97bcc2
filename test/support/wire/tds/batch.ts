import { isSymbol, isWord, type Node, readTree, splitAt, writeTree } from "../backend/sql-tree.ts";

/** One statement of a batch. */
export interface BatchStatement {
  readonly nodes: readonly Node[];
  readonly sql: string;
}

const STARTS = [
  "SET",
  "SELECT",
  "WITH",
  "BEGIN",
  "COMMIT",
  "ROLLBACK",
  "IF",
  "DECLARE",
  "EXEC",
  "EXECUTE",
  "USE",
  "PRINT",
];
/** Statements that go on until the next one begins, semicolon or not. */
const SHORT = ["SET", "BEGIN", "COMMIT", "ROLLBACK", "USE", "PRINT"];

/** T-SQL needs no semicolons: `SET NOCOUNT ON SELECT 1` is two statements. */
export function splitBatch(sql: string): BatchStatement[] {
  const statements: Node[][] = [];
  for (const part of splitAt(readTree(sql, "mssql"), ";")) {
    let current: Node[] = [];
    for (const node of part) {
      if (
        current.length > 0 &&
        isWord(node, ...STARTS) &&
        isWord(current[0], ...SHORT) &&
        !isSymbol(current.at(-1), "=")
      ) {
        statements.push(current);
        current = [];
      }
      current.push(node);
    }
    if (current.length > 0) statements.push(current);
  }
  // A statement that stands alone keeps its own text: that is what the log of statements shows.
  return statements.map((nodes) => ({ nodes, sql: statements.length === 1 ? sql : writeTree(nodes) }));
}
