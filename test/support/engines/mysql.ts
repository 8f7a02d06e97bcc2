import { connectMysql } from "../../../shared/demo-city/engines/mysql.ts";
import { mysql as dialect } from "../../../shared/sql/mysql/dialect.ts";
import { onServer } from "./on-server.ts";

/** A user who may create databases and users. */
export const mysqlUrl = process.env.CIVIGRAPH_TEST_MYSQL_URL ?? "mysql://root@127.0.0.1:3306/test";

export const mysql = onServer({
  name: "mysql",
  dialect,
  url: mysqlUrl,
  absent: "no MySQL or MariaDB at CIVIGRAPH_TEST_MYSQL_URL",
  connect: connectMysql,
});
