import { CivigraphError } from "../errors.ts";

/**
 * What to do about a database that does not let itself be read, in a sentence for whoever onboards it. Names neither
 * host, account nor database: the message can end in a log.
 */
export function explainFailure(error: unknown): CivigraphError {
  if (error instanceof CivigraphError) {
    if (error.code !== "DEPARTMENT_UNAVAILABLE") return error;
    if (error.cause instanceof CivigraphError) return explainFailure(error.cause);
  }
  const said = wordsOf(error);
  const [, detail] = explanations.find(([pattern]) => pattern.test(said)) ?? [];
  return new CivigraphError(
    "CONFIGURATION_INVALID",
    {
      detail:
        detail ??
        "The database does not answer. Check its URL with the engine's own client from this machine, then try again.",
    },
    { cause: error },
  );
}

/** PostgreSQL, MySQL and MariaDB, SQL Server, Oracle: a table's or a column's right to SELECT is not there. */
const deniedWords =
  /\b42501\b|ER_(?:DB|TABLE|COLUMN)ACCESS_DENIED|command denied to user|permission denied|permission was denied|ORA-01031|ORA-41900/i;
const denied =
  "The account may log in, but not read. Ask the database's administrator to grant it SELECT on the tables to publish, and nothing else.";
const untrusted =
  "The server's certificate cannot be verified. Name the authority that signed it in the URL, as the README's page on database URLs shows.";

/** Codes and texts of the drivers, by what they mean. The order counts: the first that fits is said. */
const explanations: readonly (readonly [RegExp, string])[] = [
  [
    /NJS-138/,
    "The server is older than Oracle 12.1 and answers to Oracle's own client libraries only. Install the Instant Client, and name its folder as `thick` in the URL.",
  ],
  [
    /DPI-1047/,
    "Oracle's client libraries cannot be loaded from the folder that `thick` names in the URL. Correct it, and check that they are for this system and processor.",
  ],
  [deniedWords, denied],
  [
    /SQLITE_CANTOPEN|unable to open|directory does not exist|SQLITE_CANT/i,
    "There is no SQLite file at the path of the URL, or this user may not read it. Correct the path; it is relative to where the command is started.",
  ],
  [
    /28P01|28000|ER_ACCESS_DENIED|ELOGIN|ORA-01017|ORA-28000|ORA-1017|password authentication failed|login failed/i,
    "The database refuses this user or password. Check both in the URL (characters such as `@`, `:`, `/` must be percent-encoded there), and whether the account is locked.",
  ],
  [
    /3D000|ER_BAD_DB|ORA-12514|ORA-12505|NJS-518|NJS-517|database .* does not exist|Cannot open database "/i,
    "The server answers, but has no database of that name. Correct the last part of the URL.",
  ],
  [/ORA-00942|SQLITE_READONLY/i, denied],
  [
    /EENCRYPT|HANDSHAKE_NO_SSL_SUPPORT|does not support SSL/i,
    "The server does not encrypt, and the URL asks for it. Have TLS set up on the server, or say in the URL that the way to it is safe without.",
  ],
  [/\bcertificates?\b|CERT_|self.signed|UNABLE_TO_VERIFY|altnames/i, untrusted],
  [
    /wrong version number|disconnected before secure TLS/i,
    "The server breaks off where the URL asks for TLS. Give the port that has it, and a client's certificate if the server wants one; or say in the URL that the way to it is safe without, for Oracle as `protocol=tcp`.",
  ],
  [
    /ENOTFOUND|EAI_AGAIN|getaddrinfo/i,
    "The host of the URL is not known here. Correct its name, or ask for the name that this machine's network uses.",
  ],
  [
    /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ESOCKET|NJS-503|NJS-511|ORA-12541/i,
    "Nothing answers at the host and port of the URL. Check both, whether the database runs, and whether a firewall stands between.",
  ],
  [
    /NJS-510/,
    "The host of the URL did not answer in time. Check host and port, and whether a firewall drops what comes from this machine. Oracle is asked for TLS beyond this machine: if its listener has none and the way to it is safe without, say `protocol=tcp` in the URL.",
  ],
  [
    /ETIMEDOUT|ETIMEOUT|ESOCKETTIMEDOUT|NJS-040|timeout|timed out|too long/i,
    "The host of the URL did not answer in time. Check host and port, and whether a firewall drops what comes from this machine.",
  ],
  [
    /SQLITE_NOTADB|not a database/i,
    "The file of the URL is no SQLite database. Correct the path, or use the URL of the engine that wrote it.",
  ],
  [/\b(?:SSL|TLS)|_(?:SSL|TLS)/i, untrusted],
];

/** True where the database answers, but does not let the account read what was asked for. */
export function isDenied(error: unknown): boolean {
  return deniedWords.test(wordsOf(error));
}

/** Codes and messages of an error and all its causes; what a message quotes is the name of a thing, and says nothing. */
function wordsOf(error: unknown): string {
  const words: string[] = [];
  let at: unknown = error;
  for (let depth = 0; depth < 8 && typeof at === "object" && at !== null; depth++) {
    const { code, message, cause, errors } = at as {
      code?: unknown;
      message?: unknown;
      cause?: unknown;
      errors?: readonly unknown[];
    };
    words.push(String(code ?? ""), String(message ?? "").replace(/(["'`])[^\s"'`]*\1/g, "$1$1"));
    at = cause ?? errors?.[0];
  }
  return words.join(" ");
}
