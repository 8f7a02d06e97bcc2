// @ts-check
/**
 * Runs the statements of database files, in a thread of their own. Plain JavaScript, so that a thread starts without a
 * TypeScript loader; `thread.ts` is the other end.
 */
import { parentPort, workerData } from "node:worker_threads";
import Database from "./driver.js";

/** @typedef {import("./messages.ts").Statement} Statement */
/** @typedef {import("./messages.ts").Answer} Answer */
/** @typedef {import("./messages.ts").Cell} Cell */
/** @typedef {import("./messages.ts").Bound} Bound */
/** @typedef {import("./messages.ts").FirstTime} FirstTime */
/** @typedef {{ statement: Database.Statement, bigIntegers: boolean, asJson: Database.Statement | undefined }} Prepared */
/** @typedef {{ path: string, schemas: readonly string[], database: Database.Database | undefined, prepared: Map<string, Prepared> }} File */

const keptStatements = 500;
/** Answers wait for the rest of their batch, but not for long. */
const longestWaitMs = 5;

/** @type {import("./messages.ts").Start} */
const { stop } = workerData;
/** @type {Map<number, File>} */
const files = new Map();
/** @type {{ sql: string | null, file: File }[]} */
const texts = [];

parentPort?.on("message", (/** @type {string} */ message) => {
  /** @type {readonly Statement[]} */
  const batch = JSON.parse(message);
  /** @type {string[]} */
  let answers = [];
  let since = performance.now();
  for (const [id, text, parameters, first] of batch) {
    if (isStopped()) break;
    if (first) texts[text] = { sql: first.sql, file: fileOf(first) };
    const { sql, file } = /** @type {{ sql: string | null, file: File }} */ (texts[text]);
    if (sql === null) forget(file);
    answers.push(sql === null ? `[${id},[],null,0]` : answer(id, file, sql, parameters));
    const now = performance.now();
    if (now - since > longestWaitMs) {
      parentPort?.postMessage(`[${answers.join()}]`);
      answers = [];
      since = now;
    }
  }
  if (isStopped()) {
    for (const file of files.values()) forget(file);
    parentPort?.close();
  } else if (answers.length > 0) parentPort?.postMessage(`[${answers.join()}]`);
});

// The time that a statement may take begins when the thread is up.
parentPort?.postMessage("[]");

/** Ended from outside in the middle of a statement, the driver can take the whole process with it. */
function isStopped() {
  return Atomics.load(stop, 0) === 1;
}

/**
 * @param {FirstTime} first
 * @returns {File}
 */
function fileOf({ file: { number, path, schemas } }) {
  const known = files.get(number);
  if (known) return known;
  const file = { path, schemas, database: undefined, prepared: new Map() };
  files.set(number, file);
  return file;
}

/**
 * An `Answer` as JSON.
 *
 * @param {number} id
 * @param {File} file
 * @param {string} sql
 * @param {Statement[2]} parameters
 */
function answer(id, file, sql, parameters) {
  try {
    const kept = prepare(file, sql);
    const values = parameters.map(boundOf);
    return plainRows(id, kept, values) ?? JSON.stringify(exactRows(id, kept, values));
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : "SQLITE_ERROR";
    if (/^SQLITE_(NOTADB|CORRUPT|CANTOPEN|IOERR|READONLY)/.test(code)) forget(file);
    return JSON.stringify([id, null, { code, message: error instanceof Error ? error.message : String(error) }, 0]);
  }
}

/**
 * Rows that SQLite itself writes as JSON: making a JavaScript value of every cell, only to write it as JSON, takes
 * several times as long. Undefined where one holds bytes, which JSON has no form for, or seems to hold a number that is
 * more than a small whole one: those are read as they are, from then on.
 *
 * @param {number} id
 * @param {Prepared} kept
 * @param {readonly Bound[]} values
 */
function plainRows(id, kept, values) {
  if (!kept.asJson) return undefined;
  try {
    const [rows] = /** @type {[string]} */ (kept.asJson.get(values));
    if (!mayHoldLargeNumber(rows) && !mayHoldFraction(rows)) return `[${id},${rows},null,0]`;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("BLOB")) throw error;
  }
  kept.asJson = undefined;
  return undefined;
}

/**
 * True where 16 digits stand in a row; whole numbers up to 2^53 have fewer. One of each 16 characters is enough to see.
 *
 * @param {string} text
 */
function mayHoldLargeNumber(text) {
  for (let at = 15; at < text.length; at += 16) {
    if (!isDigit(text, at)) continue;
    let [from, to] = [at, at + 1];
    while (isDigit(text, from - 1)) from -= 1;
    while (isDigit(text, to)) to += 1;
    if (to - from >= 16) return true;
  }
  return false;
}

/**
 * @param {string} text
 * @param {number} at
 */
function isDigit(text, at) {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** @param {string} text */
function mayHoldFraction(text) {
  return text.includes(".") && /\d\.\d/.test(text);
}

/**
 * @param {number} id
 * @param {Prepared} kept
 * @param {readonly Bound[]} values
 * @returns {Answer}
 */
function exactRows(id, kept, values) {
  const rows = run(kept, values);
  const special = rows.some((row) => row.some(isSpecial));
  return [id, special ? rows.map((row) => row.map(cellOf)) : /** @type {Cell[][]} */ (rows), null, special ? 1 : 0];
}

/**
 * @param {Prepared} kept
 * @param {readonly Bound[]} values
 * @returns {Bound[][]}
 */
function run(kept, values) {
  const rows = /** @type {Bound[][]} */ (kept.statement.all(values));
  if (kept.bigIntegers) return rows.map((row) => row.map(smallest));
  if (!rows.some((row) => row.some(tooLarge))) return rows;
  kept.statement.safeIntegers(true);
  kept.bigIntegers = true;
  return run(kept, values);
}

/**
 * @param {File} file
 * @param {string} sql
 */
function prepare(file, sql) {
  const { prepared } = file;
  const found = prepared.get(sql);
  if (found) return found;
  const database = open(file);
  const statement = database.prepare(sql).raw(true);
  if (prepared.size >= keptStatements) prepared.delete(/** @type {string} */ (prepared.keys().next().value));
  const kept = { statement, bigIntegers: false, asJson: jsonOf(database, sql, statement.columns()) };
  prepared.set(sql, kept);
  return kept;
}

/** A function of SQLite takes so many arguments. */
const mostArguments = 100;

/**
 * The same rows as one JSON text; undefined for what is no plain SELECT. Where a column can be what SQLite knows to be
 * JSON, `json_array` would write that as an object: materialized first, it is text again. That takes a multiple of the
 * time of a small statement, so it is done for such columns only.
 *
 * @param {Database.Database} database
 * @param {string} sql
 * @param {readonly Database.ColumnDefinition[]} columns
 */
function jsonOf(database, sql, columns) {
  if (columns.length > mostArguments) return undefined;
  const names = Array.from(columns, (_, index) => `x${index}`).join();
  const first = startsWithPosition.test(sql) ? 1 : 0;
  try {
    const materialized = columns.slice(first).every((column) => isStored(database, column))
      ? "NOT MATERIALIZED"
      : "MATERIALIZED";
    return database
      .prepare(
        `WITH answer(${names}) AS ${materialized} (${sql}) SELECT json_group_array(json_array(${names})) FROM answer`,
      )
      .raw(true);
  } catch {
    return undefined;
  }
}

/** How our statements begin: the asker's position comes first, which is a number. A table's own `p` would be quoted. */
const startsWithPosition = /^select (?:p|k\.p|k\.p AS p|0 AS p), /i;

/**
 * True for a column of a table as it was stored: that is never more than text. Views and generated columns can compute
 * JSON, virtual tables can hand it over.
 *
 * @param {Database.Database} database
 * @param {Database.ColumnDefinition} column
 */
function isStored(database, { database: schema, table, column }) {
  if (schema === null || table === null || column === null) return false;
  const kind = database
    .prepare(
      `SELECT 1 FROM pragma_table_list AS t, pragma_table_xinfo(t.name, t.schema) AS x
        WHERE t.schema = ? AND t.name = ? AND t.type = 'table' AND x.name = ? AND x.hidden = 0`,
    )
    .raw(true);
  return kind.get(schema, table, column) !== undefined;
}

/** @param {File} file */
function open(file) {
  if (file.database) return file.database;
  const { path, schemas } = file;
  const opened = new Database(path, { readonly: true, fileMustExist: true });
  try {
    opened.pragma("query_only = 1");
    opened.pragma("busy_timeout = 2000");
    // The legacy names' schemas are this same file under another name; attached files are as read-only as the first.
    for (const schema of schemas) opened.prepare(`ATTACH ? AS "${schema.replaceAll('"', '""')}"`).run(path);
  } catch (error) {
    opened.close();
    throw error;
  }
  file.database = opened;
  return opened;
}

/**
 * The next statement opens the file anew.
 *
 * @param {File} file
 */
function forget(file) {
  file.prepared.clear();
  file.database?.close();
  file.database = undefined;
}

/**
 * The driver would bind the number 42 as `42.0`, which no text equals.
 *
 * @param {Cell} cell
 * @returns {Bound}
 */
function boundOf(cell) {
  if (typeof cell === "number") return Number.isSafeInteger(cell) ? BigInt(cell) : cell;
  if (cell === null || typeof cell !== "object") return cell;
  const [kind, text] = cell;
  if (kind === "bytes") return Buffer.from(text, "latin1");
  return kind === "integer" ? BigInt(text) : Number(text);
}

/** @param {unknown} value */
function isSpecial(value) {
  return value !== null && typeof value !== "string" && !Number.isFinite(value);
}

/**
 * @param {Bound} value
 * @returns {Cell}
 */
function cellOf(value) {
  if (typeof value === "bigint") return ["integer", String(value)];
  if (typeof value === "number" && !Number.isFinite(value)) return ["real", String(value)];
  return value instanceof Uint8Array ? ["bytes", Buffer.from(value).toString("latin1")] : value;
}

/** @param {unknown} value */
function tooLarge(value) {
  return typeof value === "number" && !Number.isSafeInteger(value) && Number.isInteger(value);
}

/** @param {Bound} value */
function smallest(value) {
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
