// @ts-check
/**
 * better-sqlite3 for the Node that runs. Version 13 stands on Node-API and needs Node 22. Version 12 runs on Node 20, but
 * where it was compiled for Node 24.19 or later it ends the process when a statement is garbage-collected outside of any
 * JavaScript (`Assertion failed: (env) != nullptr`). Plain JavaScript, because threads start without a TypeScript loader.
 */
import { createRequire } from "node:module";

const onNodeApi = Number(process.versions.node.split(".")[0]) >= 22;

/** @type {typeof import("better-sqlite3")} */
const Database = load(onNodeApi ? "better-sqlite3-napi" : "better-sqlite3");

export default Database;

function load(/** @type {string} */ name) {
  try {
    return createRequire(import.meta.url)(name);
  } catch (cause) {
    const message = `${name} is not there or was not built. Install Python 3, make and a C++ compiler, then run npm ci again.`;
    throw new Error(message, { cause });
  }
}
