export type { Database, Statement } from "better-sqlite3";
export { default } from "better-sqlite3";
