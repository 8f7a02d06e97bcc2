import { compactDay, type Day, partsOf, sqlDateTime } from "../../shared/demo-city/calendar.ts";
import type { City } from "../../shared/demo-city/city.ts";
import { Clerk, type Entry } from "../../shared/demo-city/clerk.ts";
import type { DemoDepartment, DemoRow } from "../../shared/demo-city/department.ts";
import { legacyTable } from "../../shared/demo-city/legacy-table.ts";
import { ageOf } from "../../shared/demo-city/person.ts";
import type { Random } from "../../shared/demo-city/random.ts";

const CodeTab = legacyTable("dbo.CodeTab", ["TabCd VARCHAR(8)", "Cd VARCHAR(4)", "Descr VARCHAR(40)"], {
  primaryKey: ["TabCd", "Cd"],
  comment: "All code lists of the system",
});

const AcctMast = legacyTable(
  "dbo.AcctMast",
  [
    "RegYr SMALLINT",
    "AcctNo CHAR(7) -- starts again at 0000001 every year",
    "AcctTyp CHAR(2)",
    "OwnTyp CHAR(1) -- P person, O organisation",
    "Own1 CHAR(40)",
    "Cur CHAR(1) -- Y, N or blank",
    "Deactivat CHAR(1)",
    "Who CHAR(8)",
    "Wen DATETIME",
  ],
  {
    primaryKey: ["RegYr", "AcctNo"],
    indexes: [
      { name: "ix_acctmast_own1", columns: ["Own1"] },
      { name: "ix_acctmast_wen", columns: ["Wen", "RegYr", "AcctNo"] },
    ],
  },
);

const AcctAttr = legacyTable(
  "dbo.AcctAttr",
  ["RegYr SMALLINT", "AcctNo CHAR(7)", "AttrCd VARCHAR(8)", "AttrVal VARCHAR(80) null"],
  { primaryKey: ["RegYr", "AcctNo", "AttrCd"], comment: "Whatever AcctMast had no column for" },
);

const BillHdr = legacyTable(
  "dbo.BillHdr",
  [
    "RegYr SMALLINT",
    "AcctNo CHAR(7)",
    "BillYr SMALLINT",
    "Seq TINYINT",
    "AmtCents BIGINT",
    "BalCents BIGINT",
    "DueDt INT -- YYYYMMDD",
    "St CHAR(1)",
  ],
  {
    primaryKey: ["RegYr", "AcctNo", "BillYr", "Seq"],
    indexes: [{ name: "ix_billhdr_duedt", columns: ["DueDt", "St"] }],
  },
);

const accountTypes = [
  ["PR", "Property tax"],
  ["VE", "Vehicle tax"],
  ["IN", "Local income tax"],
  ["BU", "Business tax"],
] as const;

/** A SQL Server system grown over decades: compound keys without foreign keys, attributes in rows, amounts in cents. */
export const demo: DemoDepartment = {
  id: "revenue",
  tables: [CodeTab, AcctMast, AcctAttr, BillHdr],
  *rows(city) {
    for (const [code, description] of accountTypes) yield { table: CodeTab, values: ["ACCTTYP", code, description] };
    yield { table: CodeTab, values: ["BILLST", "O", "Open"] };
    yield { table: CodeTab, values: ["BILLST", "P", "Paid"] };
    const ledger = new Ledger(city);
    const clerk = new Clerk(city, "revenue");
    for (const person of city.people) {
      if (ageOf(person, city.today) < 19) continue;
      for (const type of ledger.accountsOf(person.household.members[0] === person)) {
        const account = ledger.open(type, person.born + 18 * 366, person.died ?? city.today);
        yield* ledger.accountRows(account, clerk.write(person));
        yield* ledger.billRows(account);
      }
    }
    for (const organisation of city.organisations) {
      const account = ledger.open("BU", city.today - 9000, city.today);
      yield ledger.organisationRow(account, organisation);
      yield* ledger.billRows(account);
    }
    yield* ledger.orphanRows();
  },
};

type AccountType = (typeof accountTypes)[number][0];

interface Account {
  readonly regYr: number;
  readonly acctNo: string;
  readonly type: AccountType;
  readonly opened: Day;
  readonly until: Day;
}

class Ledger {
  private readonly city: City;
  private readonly random: Random;
  private readonly lastNo = new Map<number, number>();

  constructor(city: City) {
    this.city = city;
    this.random = city.random("revenue/rows");
  }

  accountsOf(headOfHousehold: boolean): AccountType[] {
    const { random } = this;
    const accounts: AccountType[] = [];
    if (random.chance(0.75)) accounts.push("IN");
    if (headOfHousehold && random.chance(0.55)) accounts.push("PR");
    if (random.chance(0.15)) accounts.push("VE");
    return accounts;
  }

  /** An account that was opened on some day from `earliest` on. */
  open(type: AccountType, earliest: Day, until: Day): Account {
    const opened = Math.min(until - 1, Math.max(earliest, until - 30 - this.random.waiting(2600)));
    const regYr = partsOf(opened).year;
    const number = (this.lastNo.get(regYr) ?? 0) + 1;
    this.lastNo.set(regYr, number);
    return { regYr, acctNo: String(number).padStart(7, "0"), type, opened, until };
  }

  *accountRows(account: Account, entry: Entry): Generator<DemoRow> {
    const { regYr, acctNo } = account;
    const { givenName, middleName, familyName, born, identifier, address, telephone, email } = entry;
    const name = `${familyName}, ${givenName}${middleName ? ` ${middleName.charAt(0)}` : ""}`.toUpperCase();
    yield { ...this.masterRow(account, "P", name), persons: [{ key: [regYr, acctNo], entry }] };
    const attributes: readonly (readonly [string, string | undefined])[] = [
      ["ADRNO", address.number],
      ["ADRPCD", address.postCode],
      ["ADRSTR", address.street.toUpperCase()],
      ["ADRTWN", address.town.toUpperCase()],
      ["BIRTHDT", born === undefined ? "18991231" : String(compactDay(born))],
      ["EMAIL", email],
      ["NATID", identifier],
      ["PHONE", telephone],
    ];
    for (const [code, value] of attributes) {
      if (value !== undefined) yield { table: AcctAttr, values: [regYr, acctNo, code, value] };
    }
  }

  organisationRow(account: Account, organisation: string): DemoRow {
    return this.masterRow(account, "O", organisation.toUpperCase());
  }

  *billRows({ regYr, acctNo, type, opened, until }: Account): Generator<DemoRow> {
    const { random } = this;
    const lastYear = partsOf(until).year;
    const usual = { PR: 64_000, VE: 9500, IN: 142_000, BU: 480_000 }[type];
    for (let year = Math.max(partsOf(opened).year, lastYear - 7); year <= lastYear; year++) {
      const bills = random.chance(0.06) ? 2 : 1;
      for (let seq = 1; seq <= bills; seq++) {
        const amount = Math.round((usual * random.between(40, 210)) / 100);
        const paid = year < lastYear ? random.chance(0.94) : random.chance(0.6);
        const balance = paid ? 0 : random.chance(0.4) ? Math.round(amount / 2) : amount;
        const due = year * 10_000 + random.pick([331, 630, 930]);
        yield { table: BillHdr, values: [regYr, acctNo, year, seq, amount, balance, due, balance === 0 ? "P" : "O"] };
      }
    }
  }

  /** Bills and attributes of accounts that were deleted by hand. */
  *orphanRows(): Generator<DemoRow> {
    for (let i = 1; i <= this.city.size / 250; i++) {
      const acctNo = String(9_900_000 + i);
      const year = partsOf(this.city.today).year - 3;
      yield { table: AcctAttr, values: [1998, acctNo, "PHONE", "555-0000"] };
      yield { table: BillHdr, values: [1998, acctNo, year, 1, 12_000, 12_000, year * 10_000 + 630, "O"] };
    }
  }

  private masterRow({ regYr, acctNo, type, opened, until }: Account, ownTyp: "P" | "O", own1: string): DemoRow {
    const { random } = this;
    const changed = sqlDateTime(random.between(opened, until), random.between(7 * 3600, 18 * 3600));
    const current = until < this.city.today ? "N" : random.pick(["Y", "Y", "Y", ""]);
    const who = `rev${random.between(1, 60)}`;
    return { table: AcctMast, values: [regYr, acctNo, type, ownTyp, own1, current, "N", who, changed] };
  }
}
