import { compactDay, type Day, sqlDateTime } from "../../shared/demo-city/calendar.ts";
import type { City } from "../../shared/demo-city/city.ts";
import { Clerk, type Entry } from "../../shared/demo-city/clerk.ts";
import type { DemoDepartment, DemoRow } from "../../shared/demo-city/department.ts";
import { type LegacyValue, legacyTable } from "../../shared/demo-city/legacy-table.ts";
import { ageOf } from "../../shared/demo-city/person.ts";
import type { Random } from "../../shared/demo-city/random.ts";

const tblClient = legacyTable(
  "dbo.tblClient",
  [
    "ClientNo INT",
    "CltName VARCHAR(40) -- LAST, FIRST M",
    "DOB INT null -- YYYYMMDD, 19000101 unknown",
    "Sex CHAR(1) null",
    "NatId VARCHAR(14) null",
    "Addr1 VARCHAR(50) null",
    "HouseNo VARCHAR(10) null",
    "Town VARCHAR(30) null",
    "PostCd VARCHAR(10) null",
    "TelNo VARCHAR(20) null",
    "Email VARCHAR(80) null",
    "CreatedOn INT -- YYYYMMDD",
    "ModifiedOn DATETIME",
    "Deleted CHAR(1)",
  ],
  {
    primaryKey: ["ClientNo"],
    indexes: [
      { name: "IX_tblClient_CltName", columns: ["CltName"] },
      { name: "IX_tblClient_ModifiedOn", columns: ["ModifiedOn", "ClientNo"] },
    ],
  },
);

const tblAward = legacyTable(
  "dbo.tblAward",
  [
    "AwardNo INT",
    "ClientNo INT -- tblClient, not enforced",
    "PrgCd CHAR(3)",
    "St CHAR(1)",
    "MthAmtCents INT null",
    "StartDt INT -- YYYYMMDD",
    "EndDt INT null -- YYYYMMDD, null while it runs",
    "CaseWkr VARCHAR(8) null",
  ],
  {
    primaryKey: ["AwardNo"],
    indexes: [
      { name: "IX_tblAward_ClientNo", columns: ["ClientNo", "StartDt", "AwardNo"] },
      { name: "IX_tblAward_St", columns: ["St", "StartDt"] },
    ],
  },
);

const lkpProgramme = legacyTable("dbo.lkpProgramme", ["Cd CHAR(3)", "Descr VARCHAR(40)"], { primaryKey: ["Cd"] });

/** With the youngest and the oldest who may receive it, and the usual amount a month. */
const programmes = [
  ["CHB", "Child benefit", 18, 60, 12_500],
  ["HSG", "Housing allowance", 18, 99, 34_000],
  ["PEN", "Pension supplement", 65, 120, 21_500],
  ["DIS", "Disability allowance", 0, 120, 46_000],
  ["UNE", "Unemployment assistance", 18, 65, 78_000],
  ["CAR", "Carer's allowance", 18, 80, 28_000],
] as const;

/** A SQL Server application of the nineties: one name field, dates as numbers, rows never deleted but flagged. */
export const demo: DemoDepartment = {
  id: "social-services",
  tables: [lkpProgramme, tblClient, tblAward],
  *rows(city) {
    for (const [code, description] of programmes) yield { table: lkpProgramme, values: [code, description] };
    const random = city.random("social-services/rows");
    const clients: Client[] = [];
    yield* clientRows(city, random, clients);
    yield* awardRows(city, random, clients);
  },
};

interface Client {
  readonly clientNo: number;
  readonly age: number;
  readonly since: Day;
  readonly until: Day;
}

function* clientRows(city: City, random: Random, clients: Client[]): Generator<DemoRow> {
  const clerk = new Clerk(city, "social-services");
  const clerkOfMistakes = new Clerk(city, "social-services/mistakes");
  let clientNo = 10_000;
  for (const person of city.people) {
    const age = ageOf(person, city.today);
    if (!random.chance(age >= 65 ? 0.5 : age < 18 ? 0.12 : 0.32)) continue;
    // Some come back years later and are taken in again as if they were new.
    const records = random.chance(0.06) ? 2 : 1;
    const until = person.died ?? city.today;
    for (let i = 0; i < records; i++) {
      const since = Math.max(person.born, until - 30 - random.waiting(2500));
      const client = { clientNo: ++clientNo, age, since, until };
      const entry = clerk.write(person);
      clients.push(client);
      const persons = [{ key: [client.clientNo], entry }];
      yield { table: tblClient, values: clientValues(entry, client, "N", random), persons };
    }
    // Taken in twice by mistake, noticed, and flagged: the row stays, but counts no longer.
    if (!random.chance(0.03)) continue;
    const mistake = { clientNo: ++clientNo, age, since: until - random.between(1, 900), until };
    yield { table: tblClient, values: clientValues(clerkOfMistakes.write(person), mistake, "Y", random) };
  }
}

function clientValues(entry: Entry, client: Client, deleted: "Y" | "N", random: Random): LegacyValue[] {
  const { person, givenName, middleName, familyName, born, identifier, address, telephone, email } = entry;
  const initial = middleName ? ` ${middleName.charAt(0)}` : "";
  const changed = random.between(client.since, client.until);
  return [
    client.clientNo,
    `${familyName}, ${givenName}${initial}`.toUpperCase(),
    born === undefined ? 19_000_101 : compactDay(born),
    person.gender,
    identifier ? `${identifier.slice(0, 4)}-${identifier.slice(4, 8)}-${identifier.slice(8)}` : null,
    address.street,
    address.number,
    address.town,
    address.postCode,
    telephone ? random.pick([telephone, telephone.slice(4), `${telephone.slice(4, 7)} ${telephone.slice(7)}`]) : null,
    email ? random.pick([email, email.toUpperCase()]) : null,
    compactDay(client.since),
    sqlDateTime(changed, random.between(8 * 3600, 17 * 3600)),
    deleted,
  ];
}

function* awardRows(city: City, random: Random, clients: readonly Client[]): Generator<DemoRow> {
  let awardNo = 500_000;
  for (const { clientNo, age, since, until } of clients) {
    for (let count = random.weighted([15, 45, 25, 10, 5]); count > 0; count--) {
      const suitable = programmes.filter(([, , youngest, oldest]) => age >= youngest && age <= oldest);
      const [code, , , , usual] = random.pick(suitable);
      const start = random.between(since, until);
      const end = start + 60 + random.waiting(1400);
      const ended = end < until;
      const caseWorker = `cw${random.between(1, 40)}`;
      const amount = Math.round((usual * random.between(60, 160)) / 100);
      const status = ended ? "C" : random.pick(["A", "A", "A", "1", "S"]);
      const unsure = random.chance(0.005) ? "?" : status;
      const values = [
        ++awardNo,
        clientNo,
        code,
        unsure,
        amount,
        compactDay(start),
        ended ? compactDay(end) : null,
        caseWorker,
      ];
      yield { table: tblAward, values };
    }
  }
  // Left over from a purge of clients in another decade.
  for (let i = 0; i < city.size / 500; i++) {
    const start = city.today - random.between(6000, 9000);
    const values = [
      ++awardNo,
      random.between(100, 9000),
      "HSG",
      "C",
      9900,
      compactDay(start),
      compactDay(start + 300),
      null,
    ];
    yield { table: tblAward, values };
  }
}
