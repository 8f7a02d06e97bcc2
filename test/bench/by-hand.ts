/**
 * What somebody would write who needs the bench's two answers and nothing else: SQL on the departments' files and joins
 * in code, in one process, without federation, GraphQL, threads, limits or deadlines. Formats and the choice of names
 * are the project's own, so that answers are equal. It is the floor below which no gateway can be.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { parseLocalKey } from "../../shared/department/local-key.ts";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { formatOfType } from "../../shared/sql/formats/by-type.ts";
import { before } from "../../shared/sql/formats/calendar.ts";
import type { Format, FormatContext } from "../../shared/sql/formats/format.ts";
import { formats } from "../../shared/sql/formats/index.ts";
import { todayIn } from "../../shared/sql/formats/time-zone.ts";
import { citizenIds } from "../../subgraphs/identity/citizen-id.ts";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { defaultSurvivorship, survivorAmong } from "../../subgraphs/person/survivorship.ts";
import { type LiveRecord, names } from "../../subgraphs/person/values.ts";

type Row = readonly (string | number | Buffer | null)[];
type Key = string | number;

const { CIVIGRAPH_DATA = "", CIVIGRAPH_IDENTITY_SECRET = "" } = process.env;
const timeZone = "Europe/Tallinn";
const context: FormatContext = { timeZone, today: todayIn(timeZone), encoding: "latin1" };
const keys = identityKeys(Buffer.from(CIVIGRAPH_IDENTITY_SECRET, "utf8"));
const ids = citizenIds(keys, "citizen id");
const cursors = citizenIds(keys, "cursor");
const audience = "city";

function open(name: string, schema?: string) {
  const file = join(CIVIGRAPH_DATA, `${name}.sqlite`);
  const database = new Database(file, { readonly: true });
  if (schema) database.prepare(`ATTACH ? AS "${schema}"`).run(file);
  return (sql: string) => {
    const statement = database.prepare(sql).raw(true);
    return (...values: unknown[]) => statement.all(...values) as Row[];
  };
}

/** The first five rows of each asker: `[asker, ...columns]`. */
function firstFive(table: string, columns: string, on: readonly string[], order: string, where = "1 = 1"): string {
  const equal = on.map((column, index) => `t.${column} = k.value ->> ${index + 1}`).join(" AND ");
  return `SELECT * FROM (SELECT k.value ->> 0 AS p, ${columns},
      ROW_NUMBER() OVER (PARTITION BY k.value ->> 0 ORDER BY ${order}) AS n
    FROM json_each(?) k CROSS JOIN ${table} t ON ${equal} WHERE ${where}) WHERE n <= 5 ORDER BY p, n`;
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

const sql = {
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
  readings: water(firstFive("utility.meter_reading", "read_on, litres", ["account_no"], "period DESC, account_no")),
};

const civilStatus: Codes = { S: "SINGLE", M: "MARRIED", D: "DIVORCED", W: "WIDOWED" };
const eventKind: Codes = { BI: "BIRTH", MA: "MARRIAGE", DI: "DIVORCE", NC: "CHANGE_OF_NAME", DE: "DEATH" };
const benefitStatus: Codes = { A: "ACTIVE", 1: "ACTIVE", S: "SUSPENDED", C: "CLOSED" };
const permitKind: Codes = { BU: "BUILDING", EL: "ELECTRICAL", DE: "DEMOLITION", SI: "SIGN", EV: "EVENT" };
const permitStatus = codes({ OPEN: ["RC", "RV", "AP", "IS"], CLOSED: ["CL", "DN", "WD"] });
const caseStatus = codes({ OPEN: ["N", "O", "W"], CLOSED: ["F", "X", "D"] });

type Codes = Readonly<Record<string, string>>;

function codes(byName: Readonly<Record<string, readonly string[]>>): Codes {
  return Object.fromEntries(Object.entries(byName).flatMap(([name, each]) => each.map((code) => [code, name])));
}

function decoded(table: Codes, code: Row[number] | undefined, other: string | null = "UNRECOGNISED"): string | null {
  const text = code == null ? "" : String(code).trim();
  return text === "" ? null : (table[text] ?? other);
}

function read(format: Format, raw: Row[number] | undefined) {
  if (raw == null) return null;
  const value = format.read(raw, context);
  return typeof value === "symbol" ? null : value;
}

/** One citizen's local keys by department, and what is answered of it. */
interface Citizen {
  readonly ref: string;
  readonly keys: Map<string, string[]>;
}

function citizensOf(refs: readonly string[]) {
  const byRef = new Map<string, Citizen>(refs.map((ref) => [ref, { ref, keys: new Map() }]));
  for (const [ref, department, lookupKey, sealedKey] of sql.links(JSON.stringify(refs))) {
    const own = byRef.get(String(ref))?.keys;
    const key = sealedKey === null ? String(lookupKey) : keys.open(String(sealedKey));
    const list = own?.get(String(department));
    if (list) list.push(key);
    else own?.set(String(department), [key]);
  }
  const citizens = [...byRef.values()];
  const name = namesOf(citizens);
  const statuses = new Map(name.persons.map((row) => [String(row[0]), decoded(civilStatus, row[5])]));
  const events = rowsOf(citizens, "civil-registry", sql.events, Number);
  const benefits = rowsOf(citizens, "social-services", sql.awards, Number);
  const programmes = new Map(sql.programmes().map(([code, text]) => [code, String(text).trim()]));
  const accounts = rowsOf(citizens, "revenue", sql.accounts, Number, String);
  const bills = below(accounts, sql.bills, 1, 2);
  const ownPermits = rowsOf(citizens, "permits", sql.permits, String);
  const cases = rowsOf(citizens, "contact-centre", sql.cases, String);
  const supplies = rowsOf(citizens, "water-utility", sql.supplies, Number);
  const readings = below(supplies, sql.readings, 1);

  return citizens.map(({ ref, keys: own }, index) => ({
    id: ids.encode(ref, audience),
    name: name.of(index),
    civilStatus: (own.get("civil-registry") ?? []).map((key) => statuses.get(key)).find((status) => status) ?? null,
    civilEvents: nodes(events[index], ([, kind, date, place]) => ({
      kind: decoded(eventKind, kind),
      date: read(formatOfType.Date, date),
      place: read(formats.TITLE_CASE, place),
    })),
    benefits: nodes(benefits[index], ([, awardNo, programme, status, amount, started]) => ({
      awardNo: String(awardNo),
      programme: programmes.get(programme as string) ?? null,
      status: decoded(benefitStatus, status),
      monthlyAmount: read(formats.CENTS, amount),
      startedOn: read(formats.YYYYMMDD, started),
    })),
    taxAccounts: nodes(accounts[index], (account) => ({
      accountNo: read(formats.TRIM, account[2]),
      bills: nodes(bills.get(account), ([, year, amount, balance, due]) => ({
        year,
        amount: read(formats.CENTS, amount),
        balance: read(formats.CENTS, balance),
        dueOn: read(formats.YYYYMMDD, due),
      })),
    })),
    permits: nodes(ownPermits[index], ([, permitNo, kind, issued, status]) => ({
      permitNo: read(formats.TRIM, permitNo),
      kind: decoded(permitKind, kind),
      status: decoded(permitStatus, status, null),
      issuedOn: read(formats.YYMMDD, issued),
    })),
    contactCentreCases: nodes(cases[index], ([, caseId, status]) => ({
      id: Buffer.from(`contact-centre:ContactCentreCase:${caseId}`).toString("base64url"),
      status: decoded(caseStatus, status, null),
    })),
    waterAccounts: nodes(supplies[index], (supply) => ({
      accountNo: String(supply[1]),
      readings: nodes(readings.get(supply), ([, readOn, litres]) => ({
        readOn: read(formatOfType.Date, readOn),
        cubicMetres: read(formats.IMPLIED_DECIMALS_3, litres),
      })),
    })),
  }));
}

function nodes<Node>(rows: readonly Row[] | undefined, shape: (row: Row) => Node): { nodes: Node[] } {
  return { nodes: (rows ?? []).map(shape) };
}

type Read = (...values: unknown[]) => Row[];

/** Key columns of a local key, each as the column's type. */
function columnsOf(key: string, types: readonly ((text: string) => Key)[]): Key[] {
  return (parseLocalKey(key)?.values ?? []).map((value, index) => (types[index] ?? String)(value));
}

/** Rows of each citizen; two persons of one row (`7#1`, `7#2`) are one key. */
function rowsOf(citizens: readonly Citizen[], department: string, ask: Read, ...types: ((text: string) => Key)[]) {
  const asked = citizens.flatMap(({ keys: own }, index) => {
    const distinct = new Set(
      (own.get(department) ?? []).map((key) => JSON.stringify([index, ...columnsOf(key, types)])),
    );
    return [...distinct];
  });
  return grouped(asked, ask, citizens.length);
}

/** Rows that hang on rows, by the values in these places of theirs. */
function below(parents: readonly (readonly Row[])[], ask: Read, ...places: number[]): Map<Row, readonly Row[]> {
  const flat = parents.flat();
  const asked = flat.map((row, index) => JSON.stringify([index, ...places.map((place) => row[place])]));
  const found = grouped(asked, ask, flat.length);
  return new Map(flat.map((row, index) => [row, found[index] ?? []]));
}

function grouped(asked: readonly string[], ask: Read, count: number): Row[][] {
  const rows: Row[][] = Array.from({ length: count }, () => []);
  if (asked.length > 0) for (const row of ask(`[${asked.join()}]`)) rows[Number(row[0])]?.push(row);
  return rows;
}

function namesOf(citizens: readonly Citizen[]) {
  const records = new Map<string, Map<string, PersonRecord>>();
  const keysIn = (department: string, types: ((text: string) => Key)[]) => {
    const own = new Set(citizens.flatMap(({ keys: all }) => all.get(department) ?? []));
    return JSON.stringify([...own].map((key) => columnsOf(key, types)).map((key) => (key.length > 1 ? key : key[0])));
  };
  const add = (department: string, key: string, parts: Partial<Record<keyof PersonRecord, unknown>>) => {
    const given = Object.entries(parts).filter(([, value]) => value !== null);
    let own = records.get(department);
    if (!own) {
      own = new Map();
      records.set(department, own);
    }
    if (!own.has(key)) own.set(key, { key, ...Object.fromEntries(given) });
  };
  const instant = (raw: Row[number] | undefined) => read(formatOfType.DateTime, raw);
  const title = (raw: Row[number] | undefined) => read(formats.TITLE_CASE, raw);

  const persons = sql.persons(keysIn("civil-registry", [Number]));
  for (const [key, family, given, birth, father, , changed] of persons) {
    add("civil-registry", String(key), {
      familyName: title(family),
      givenName: title(given),
      birthName: title(birth),
      patronymicName: title(father),
      changed: instant(changed),
    });
  }
  for (const [key, name, changed] of sql.callers(keysIn("contact-centre", [String]))) {
    const fullName = read(formats.FREE_TEXT_NAME, name);
    add("contact-centre", String(key), { fullName, changed: read(formats.EPOCH_SECONDS, changed) });
  }
  for (const [key, type1, last1, first1, type2, last2, first2, changed] of sql.applicants(
    keysIn("permits", [String]),
  )) {
    const [text, at] = [encodeURIComponent(String(key).trimEnd()), instant(changed)];
    if (type1 === "P") add("permits", `${text}#1`, { familyName: title(last1), givenName: title(first1), changed: at });
    if (type2 === "P") add("permits", `${text}#2`, { familyName: title(last2), givenName: title(first2), changed: at });
  }
  for (const [year, account, name, changed] of sql.owners(keysIn("revenue", [Number, String]))) {
    const fullName = read(formats.LAST_COMMA_FIRST, name);
    add("revenue", `${year},${encodeURIComponent(String(account).trimEnd())}`, { fullName, changed: instant(changed) });
  }
  for (const [key, name, changed] of sql.clients(keysIn("social-services", [Number]))) {
    const fullName = read(formats.LAST_COMMA_FIRST, name);
    add("social-services", String(key), { fullName, changed: instant(changed) });
  }
  for (const [key, kind, holder, occupant, changed] of sql.holders(keysIn("water-utility", [Number]))) {
    const at = instant(changed);
    if (kind === "P") add("water-utility", `${key}#holder`, { fullName: read(formats.TRIM, holder), changed: at });
    if (occupant !== null)
      add("water-utility", `${key}#occupant`, { fullName: read(formats.TRIM, occupant), changed: at });
  }

  const departments = [...records.keys()].sort();
  const found = citizens.map(({ keys: own }) => {
    const live = departments.flatMap((department): LiveRecord[] =>
      (own.get(department) ?? []).flatMap((key) => {
        const record = records.get(department)?.get(key);
        return record ? [{ department, record }] : [];
      }),
    );
    const survivor = survivorAmong(live, names, defaultSurvivorship.name);
    return survivor ? { fullName: survivor.candidate.value.fullName } : null;
  });
  return { persons, of: (index: number) => found[index] ?? null };
}

function answer({ id, after }: { readonly id?: string; readonly after?: string | null }) {
  if (id !== undefined) {
    const [row] = sql.one(ids.decode(id, audience));
    return { citizen: row ? citizensOf([String(row[0])])[0] : null };
  }
  const refs = sql.page(after ? cursors.decode(after, audience) : "").map(([ref]) => String(ref));
  return { citizens: { nodes: citizensOf(refs.slice(0, 50)), pageInfo: { hasNextPage: refs.length > 50 } } };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { variables } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const body = Buffer.from(JSON.stringify({ data: answer(variables) }));
    response.writeHead(200, { "content-type": "application/json; charset=utf-8", "content-length": body.length });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
