import type { CatalogueSelect, ListedTable } from "../introspection.ts";
import { nameOf } from "./names.ts";

/** Tables and views of which the account may read at least a part. A schema is an owner; own is the session's, which a login for reading seldom has tables in. */
export async function listTables(select: CatalogueSelect): Promise<readonly ListedTable[]> {
  const rows = await select(
    `SELECT o.OWNER AS c0, o.OBJECT_NAME AS c1,
            CASE WHEN o.OWNER = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') THEN 1 ELSE 0 END AS c2
       FROM ALL_OBJECTS o
      WHERE o.OBJECT_TYPE IN ('TABLE', 'VIEW') AND o.OWNER NOT IN (${maintained})
        AND o.OWNER NOT LIKE 'APEX|_%' ESCAPE '|' AND o.OBJECT_NAME NOT LIKE 'BIN$%'
      ORDER BY o.OWNER, o.OBJECT_NAME`,
    [],
  );
  return rows.map(([owner, table, own]) => ({
    name: writtenName(String(owner), String(table)),
    schema: String(owner),
    own: Number(own) === 1,
  }));
}

/** Schemas that come with the server. */
const maintained =
  "'SYS','SYSTEM','XDB','MDSYS','CTXSYS','WMSYS','ORDSYS','ORDDATA','OLAPSYS','DBSNMP','APPQOSSYS','GSMADMIN_INTERNAL'," +
  "'LBACSYS','DVSYS','OUTLN','EXFSYS','SYSMAN','AUDSYS','OJVMSYS','DBSFWUSER','REMOTE_SCHEDULER_AGENT','FLOWS_FILES'";

/** As a mapping writes it: in quotation marks where the dictionary has small letters alone. */
export function writtenName(owner: string, table: string): string {
  const part = (name: string) => (nameOf(name) === name && /^[\w$#]+$/.test(name) ? name : `"${name}"`);
  return `${part(owner)}.${part(table)}`;
}
