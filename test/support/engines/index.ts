import type { Engine, EngineName } from "./engine.ts";
import { mssql } from "./mssql.ts";
import { mysql } from "./mysql.ts";
import { oracle } from "./oracle.ts";
import { postgres } from "./postgres.ts";
import { sqlite } from "./sqlite.ts";

export const engines: Readonly<Record<EngineName, Engine>> = { mssql, oracle, postgres, mysql, sqlite };
