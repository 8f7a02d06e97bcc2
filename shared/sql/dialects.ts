import type { Dialect } from "./dialect.ts";
import { mssql } from "./mssql/dialect.ts";
import { mysql } from "./mysql/dialect.ts";
import { oracle } from "./oracle/dialect.ts";
import { postgres } from "./postgres/dialect.ts";
import { sqlite } from "./sqlite/dialect.ts";

/**
 * The engines that departments may keep their records in; the scheme of a database's URL picks one. A dialect makes text
 * without its driver, which is loaded with the first connection: a process loads no driver that no department names.
 */
export const dialects: readonly Dialect[] = [sqlite, postgres, mysql, mssql, oracle];
