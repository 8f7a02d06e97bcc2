import { EngineError, oracleError } from "./engine-error.ts";
import { isWord, type Node, type Token } from "./sql-tree.ts";
import { nameChain } from "./table-references.ts";

const WRITES = ["INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "CREATE", "ALTER", "DROP", "GRANT", "REVOKE"];

/** The doubles hold what a wrapper may read and nothing else: the error that the engine gives such a user. */
export function tsqlWriteRefusal(nodes: readonly Node[], database: string, readOnly: boolean): EngineError | undefined {
  const verb = nodes[0]?.kind === "word" ? nodes[0].value.toUpperCase() : "";
  const intoTable = (verb === "SELECT" || verb === "WITH") && nodes.some((node) => isWord(node, "INTO"));
  if (!WRITES.includes(verb) && !intoTable) return undefined;
  if (readOnly)
    return new EngineError(3906, `Failed to update database "${database}" because the database is read-only.`, {
      state: 2,
    });
  if (intoTable || verb === "CREATE") {
    return new EngineError(262, `CREATE TABLE permission denied in database '${database}'.`, { severity: 14 });
  }
  const names = targetNames(nodes);
  const object = names.at(-1) ?? "";
  if (verb === "TRUNCATE" || verb === "ALTER") {
    return new EngineError(
      1088,
      `Cannot find the object "${object}" because it does not exist or you do not have permissions.`,
      { state: 7 },
    );
  }
  if (verb === "DROP") {
    return new EngineError(
      3701,
      `Cannot drop the table '${object}', because it does not exist or you do not have permission.`,
      { severity: 11, state: 20 },
    );
  }
  if (verb === "GRANT" || verb === "REVOKE") {
    return new EngineError(4613, "Grantor does not have GRANT permission.", { severity: 16 });
  }
  const right = verb === "MERGE" ? "UPDATE" : verb;
  const schema = names.length > 1 ? names.at(-2) : "dbo";
  return new EngineError(
    229,
    `The ${right} permission was denied on the object '${object}', database '${database}', schema '${schema}'.`,
    { severity: 14, state: 5 },
  );
}

/** As above, for Oracle; `readOnlyTransaction` is what SET TRANSACTION READ ONLY began. */
export function oracleWriteRefusal(
  nodes: readonly Node[],
  readOnlyTransaction: boolean,
  readOnly: boolean,
): EngineError | undefined {
  const verb = nodes[0]?.kind === "word" ? nodes[0].value.toUpperCase() : "";
  const locks = nodes.some((node, at) => isWord(node, "FOR") && isWord(nodes[at + 1], "UPDATE"));
  if (!WRITES.includes(verb) && verb !== "LOCK" && !locks) return undefined;
  if (verb === "ALTER" && isWord(nodes[1], "SESSION")) return undefined;
  if (readOnly) return oracleError(16000, "database or pluggable database open for read-only access");
  if (readOnlyTransaction) {
    return oracleError(1456, "may not perform insert, delete, update operation inside a READ ONLY transaction");
  }
  return oracleError(1031, "insufficient privileges");
}

function targetNames(nodes: readonly Node[]): string[] {
  const skipped = ["INTO", "FROM", "TABLE", "VIEW", "IF", "EXISTS", "TOP"];
  let at = 1;
  while (isWord(nodes[at], ...skipped) || nodes[at]?.kind === "group") at++;
  return nameChain(nodes, at).names.map((name: Token) => name.value);
}
