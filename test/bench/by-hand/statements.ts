import { join } from "node:path";
import { before } from "../../../shared/sql/formats/calendar.ts";
import Database from "../../../shared/sql/sqlite/driver.js";
import { context } from "./values.ts";

export type Row = readonly (string | number | Buffer | null)[];

/** Rows for the values of a statement's placeholders. */
export type Read = (...values: unknown[]) => Row[];

const { CIVIGRAPH_DATA = "" } = process.env;

function open(name: string, schema?: string): (sql: string) => Read {
  const file = join(CIVIGRAPH_DATA, `${name}.sqlite`);
  const database = new Database(file, { readonly: true });
  if (schema) database.prepare(`ATTACH ? AS "${schema}"`).run(file);
  return (sql: string) => {
    const statement = database.prepare(sql).raw(true);
    return (...values: unknown[]) => statement.all(...values) as Row[];
  };
}

/** The askers `[asker, ...key]` as a table `k`, read from their JSON once rather than for each row that is compared. */
function askersOf(on: readonly string[]): string {
  const names = on.map((_, index) => `k${index}`).join();
  const values = on.map((_, index) => `value ->> ${index + 1}`).join();
  return `WITH k(p, ${names}) AS MATERIALIZED (SELECT value ->> 0, ${values} FROM json_each(?))`;
}

function equal(alias: string, on: readonly string[]): string {
  return on.map((column, index) => `${alias}.${column} = k.k${index}`).join(" AND ");
}

/** The first five rows of each asker: `[asker, ...columns]`. */
function firstFive(table: string, columns: string, on: readonly string[], order: string, where = "1 = 1"): string {
  return `${askersOf(on)} SELECT * FROM (
      SELECT k.p, ${columns}, ROW_NUMBER() OVER (PARTITION BY k.p ORDER BY ${order}) AS n
      FROM k CROSS JOIN ${table} t ON ${equal("t", on)} WHERE ${where}
    ) WHERE n <= 5 ORDER BY p, n`;
}

/** The same for one key an asker and many rows a key, which the table's own key has in order: the others are not read. */
function firstFiveOfMany(table: string, columns: string, on: readonly string[], id: string, order: string): string {
  return `${askersOf(on)} SELECT k.p, ${columns} FROM k CROSS JOIN ${table} t ON ${equal("t", on)}
      AND ${id} IN (SELECT ${id} FROM ${table} x WHERE ${equal("x", on)} ORDER BY ${order} LIMIT 5)
    ORDER BY p, ${order}`;
}

const identity = open("identity");
const civil = open("civil-registry", "CIVREG");
const social = open("social-services", "dbo");
const revenue = open("revenue", "dbo");
const permits = open("permits", "PERMIT");
const contact = open("contact-centre");
const water = open("water-utility", "utility");
const day = (years: number) => before(context.today, `P${years}Y`);
const compact = (date: string) => date.replaceAll("-", "");

/** Everything that is asked of the city's databases. */
export const sql = {
  one: identity(
    "SELECT coalesce(redirect_to, ref) FROM citizen WHERE ref = ? AND (retired_by IS NULL OR redirect_to IS NOT NULL)",
  ),
  page: identity("SELECT ref FROM citizen WHERE retired_by IS NULL AND ref > ? ORDER BY ref LIMIT 51"),
  links: identity(`SELECT ref, department, lookup_key, sealed_key FROM link
    WHERE ref IN (SELECT value FROM json_each(?)) ORDER BY ref, department, lookup_key`),
  persons: civil(`SELECT t.PERSNO, SURNAM, GVNNAM, BRTSUR, PATNAM, CIVSTA, WEN FROM json_each(?) k
    CROSS JOIN CIVREG.PERSMST t ON t.PERSNO = k.value WHERE RECSTA = 'A'`),
  events: civil(firstFive("CIVREG.CIVEVT", "EVTCD, EVTDT, EVTPLC", ["PERSNO"], "EVTDT DESC, EVTNO")),
  clients: social(`SELECT t.ClientNo, CltName, ModifiedOn FROM json_each(?) k
    CROSS JOIN dbo.tblClient t ON t.ClientNo = k.value WHERE Deleted = 'N'`),
  awards: social(
    firstFive(
      "dbo.tblAward",
      "AwardNo, PrgCd, St, MthAmtCents, StartDt",
      ["ClientNo"],
      "StartDt DESC, AwardNo",
      `EndDt IS NULL OR EndDt = 0 OR EndDt >= ${compact(day(10))}`,
    ),
  ),
  programmes: social("SELECT Cd, Descr FROM dbo.lkpProgramme"),
  owners: revenue(`SELECT t.RegYr, t.AcctNo, Own1, Wen FROM json_each(?) k
    CROSS JOIN dbo.AcctMast t ON t.RegYr = k.value ->> 0 AND t.AcctNo = k.value ->> 1
    WHERE OwnTyp = 'P' AND (Deactivat IS NULL OR Deactivat <> 'Y')`),
  accounts: revenue(
    firstFive(
      "dbo.AcctMast",
      "RegYr, AcctNo",
      ["RegYr", "AcctNo"],
      "RegYr, AcctNo",
      "Deactivat IS NULL OR Deactivat <> 'Y'",
    ),
  ),
  bills: revenue(
    firstFive(
      "dbo.BillHdr",
      "BillYr, AmtCents, BalCents, DueDt",
      ["RegYr", "AcctNo"],
      "BillYr DESC, Seq DESC",
      `DueDt >= ${compact(day(10))}`,
    ),
  ),
  applicants: permits(`SELECT t.PRMTNO, A1TYP, A1LNM, A1FNM, A2TYP, A2LNM, A2FNM, WEN FROM json_each(?) k
    CROSS JOIN PERMIT.PRMTMST t ON t.PRMTNO = k.value`),
  permits: permits(
    firstFive(
      "PERMIT.PRMTMST",
      `PRMTNO, PRMTTY, ISSUDT,
      (SELECT STACD FROM PERMIT.PRMTSTA s WHERE s.PRMTNO = t.PRMTNO ORDER BY STASEQ DESC LIMIT 1)`,
      ["PRMTNO"],
      "APPLDT DESC, PRMTNO",
      `CLSDDT IS NULL OR CLSDDT >= '${day(30)}'`,
    ),
  ),
  callers: contact("SELECT t.phone, name, last_seen FROM json_each(?) k CROSS JOIN caller t ON t.phone = k.value"),
  cases: contact(
    firstFive(
      "cc_case",
      "case_id, st",
      ["phone"],
      "opened DESC, case_id",
      `closed IS NULL OR closed = 0 OR closed >= ${Date.parse(day(5)) / 1000}`,
    ),
  ),
  holders: water(`SELECT t.account_no, holder_kind, holder_name, occupant_name, updated_at FROM json_each(?) k
    CROSS JOIN utility.supply_account t ON t.account_no = k.value`),
  supplies: water(
    firstFive(
      "utility.supply_account",
      "account_no",
      ["account_no"],
      "opened DESC, account_no",
      `closed IS NULL OR closed >= '${day(10)}'`,
    ),
  ),
  readings: water(firstFiveOfMany("utility.meter_reading", "read_on, litres", ["account_no"], "period", "period DESC")),
};
