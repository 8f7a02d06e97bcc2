import { formatOfType } from "../../../shared/sql/formats/by-type.ts";
import { formats } from "../../../shared/sql/formats/index.ts";
import { citizenIds } from "../../../subgraphs/identity/citizen-id.ts";
import { identityKeys } from "../../../subgraphs/identity/keys.ts";
import { type Citizen, columnsOf, type KeyType } from "./keys.ts";
import { namesOf } from "./names.ts";
import { type Read, type Row, sql } from "./statements.ts";
import {
  benefitStatus,
  caseStatus,
  civilStatus,
  decoded,
  eventKind,
  permitKind,
  permitStatus,
  read,
} from "./values.ts";

const { CIVIGRAPH_IDENTITY_SECRET = "" } = process.env;
const keys = identityKeys(Buffer.from(CIVIGRAPH_IDENTITY_SECRET, "utf8"));
const ids = citizenIds(keys, "citizen id");
const cursors = citizenIds(keys, "cursor");
const audience = "city";

/** What is answered to the question for one citizen, or for a page of 50. */
export function answer({ id, after }: { readonly id?: string; readonly after?: string | null }) {
  if (id !== undefined) {
    const [row] = sql.one(ids.decode(id, audience));
    return { citizen: row ? citizensOf([String(row[0])])[0] : null };
  }
  // The rest of a cursor only tells whether this list gave it.
  const behind = after ? cursors.decode(after.slice(0, 22), audience) : "";
  const refs = sql.page(behind).map(([ref]) => String(ref));
  return { citizens: { nodes: citizensOf(refs.slice(0, 50)), pageInfo: { hasNextPage: refs.length > 50 } } };
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

/** Rows of each citizen; two persons of one row (`7#1`, `7#2`) are one key. */
function rowsOf(citizens: readonly Citizen[], department: string, ask: Read, ...types: KeyType[]) {
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
