import { type Day, shortDay, sqlDateTime } from "../../shared/demo-city/calendar.ts";
import type { City } from "../../shared/demo-city/city.ts";
import { Clerk, type Entry } from "../../shared/demo-city/clerk.ts";
import type { DemoDepartment, DemoPerson, DemoRow } from "../../shared/demo-city/department.ts";
import { type LegacyValue, legacyTable } from "../../shared/demo-city/legacy-table.ts";
import { ageOf, isAlive, type Person } from "../../shared/demo-city/person.ts";
import type { Random } from "../../shared/demo-city/random.ts";
import { withoutAccents } from "../../shared/demo-city/transliteration.ts";

const applicant = (n: 1 | 2): string[] => [
  `A${n}TYP CHAR(1)${n === 2 ? " null" : ""} -- P person, O organisation`,
  `A${n}LNM CHAR(30) null`,
  `A${n}FNM CHAR(20) null`,
  `A${n}DOB CHAR(6) null -- YYMMDD`,
  `A${n}NID CHAR(11) null`,
  `A${n}ADR CHAR(70) null`,
  `A${n}TEL CHAR(16) null`,
  `A${n}EML VARCHAR2(80) null`,
];

const PRMTMST = legacyTable(
  "PERMIT.PRMTMST",
  [
    "PRMTNO CHAR(10)",
    "PRMTTY CHAR(2)",
    "APPLDT DATE",
    "ISSUDT CHAR(6) null -- YYMMDD, 000000 not issued",
    "CLSDDT DATE null",
    "SITADR CHAR(70) null",
    "FEECTS NUMBER(9)",
    ...applicant(1),
    ...applicant(2),
    "WHO CHAR(8)",
    "WEN DATE",
  ],
  {
    primaryKey: ["PRMTNO"],
    indexes: [
      { name: "PRMTMSX1", columns: ["APPLDT", "PRMTNO"] },
      { name: "PRMTMSX2", columns: ["PRMTTY", "APPLDT"] },
      { name: "PRMTMSX3", columns: ["WEN", "PRMTNO"] },
    ],
  },
);

const PRMTSTA = legacyTable(
  "PERMIT.PRMTSTA",
  ["PRMTNO CHAR(10)", "STASEQ NUMBER(3)", "STACD CHAR(2)", "STADT CHAR(6) -- YYMMDD", "STANOT VARCHAR2(60) null"],
  { primaryKey: ["PRMTNO", "STASEQ"] },
);

const INSPMST = legacyTable(
  "PERMIT.INSPMST",
  ["INSPNO NUMBER(9)", "PRMTNO CHAR(10)", "INSPDT CHAR(6) -- YYMMDD", "RSLTCD CHAR(1) null", "INSPCT CHAR(20) null"],
  { primaryKey: ["INSPNO"], indexes: [{ name: "INSPMSX1", columns: ["PRMTNO", "INSPNO"] }] },
);

const CODETAB = legacyTable("PERMIT.CODETAB", ["TABNAM CHAR(8)", "CODE CHAR(4)", "DESCR CHAR(40)"], {
  primaryKey: ["TABNAM", "CODE"],
});

const statuses = [
  ["RC", "RECEIVED"],
  ["RV", "IN TECHNICAL REVIEW"],
  ["AP", "APPROVED"],
  ["IS", "ISSUED"],
  ["CL", "COMPLETED AND CLOSED"],
  ["DN", "DENIED"],
  ["WD", "WITHDRAWN BY APPLICANT"],
] as const;

const kinds = [
  ["BU", "BUILDING", 90_000],
  ["EL", "ELECTRICAL WORK", 12_000],
  ["DE", "DEMOLITION", 45_000],
  ["SI", "SIGN", 8000],
  ["EV", "EVENT ON PUBLIC GROUND", 15_000],
] as const;

/** An Oracle system of the eighties: two-digit years, two applicants in one row, persons and companies alike. */
export const demo: DemoDepartment = {
  id: "permits",
  tables: [CODETAB, PRMTMST, PRMTSTA, INSPMST],
  *rows(city) {
    for (const [code, description] of kinds) yield { table: CODETAB, values: ["PRMTTY", code, description] };
    for (const [code, description] of statuses) yield { table: CODETAB, values: ["STACD", code, description] };
    const office = new PermitOffice(city);
    for (const person of city.people) {
      const age = ageOf(person, city.today);
      if (age < 20 || age > 90 || !isAlive(person, city.today) || !office.random.chance(0.13)) continue;
      for (let count = office.random.weighted([0, 70, 20, 10]); count > 0; count--) yield* office.permitRows(person);
    }
  },
};

class PermitOffice {
  readonly random: Random;
  private readonly city: City;
  private readonly clerk: Clerk;
  private permits = 0;
  private inspections = 0;

  constructor(city: City) {
    this.city = city;
    this.random = city.random("permits/rows");
    this.clerk = new Clerk(city, "permits");
  }

  *permitRows(person: Person): Generator<DemoRow> {
    const { city, random } = this;
    const applied = Math.max(person.born + 20 * 365, city.today - 5 - random.waiting(1600));
    const permitNo = `${shortDay(applied).slice(0, 2)}-${String(++this.permits).padStart(7, "0")}`;
    const [kind, , fee] = kinds[random.weighted([50, 25, 5, 10, 10])] as (typeof kinds)[number];
    const history = this.historyOf(applied);
    const issued = history.find(({ code }) => code === "IS")?.on;
    const last = history[history.length - 1] as StatusChange;
    const closed = ["CL", "DN", "WD"].includes(last.code) ? last.on : undefined;
    const [first, second] = this.applicants(person, permitNo);
    const values = [
      permitNo,
      kind,
      sqlDateTime(applied, random.between(8 * 3600, 13 * 3600)),
      issued === undefined ? "000000" : shortDay(issued),
      closed === undefined ? null : sqlDateTime(closed, random.between(13 * 3600, 15 * 3600)),
      oneLine(person.household.address),
      Math.round((fee * random.between(80, 300)) / 100),
      ...first.values,
      ...second.values,
      `PRM${random.between(1, 20)}`,
      sqlDateTime(last.on, random.between(15 * 3600, 17 * 3600)),
    ];
    yield { table: PRMTMST, values, persons: [...first.persons, ...second.persons] };
    for (const [i, { code, on, note }] of history.entries()) {
      yield { table: PRMTSTA, values: [permitNo, i + 1, code, shortDay(on), note ?? null] };
    }
    if (issued !== undefined) yield* this.inspectionRows(permitNo, issued, closed ?? city.today);
  }

  /** A company with the person behind it, the person alone, or the person with husband, wife or somebody else. */
  private applicants(person: Person, permitNo: string): [Applicant, Applicant] {
    const { random, city } = this;
    const self = (n: 1 | 2): Applicant => this.personApplicant(person, permitNo, n);
    if (random.chance(0.12)) return [organisationApplicant(random.pick(city.organisations)), self(2)];
    const spouse = person.marriage?.divorcedOn ? undefined : person.marriage?.spouse;
    if (spouse && isAlive(spouse, city.today) && random.chance(0.5)) {
      return [self(1), this.personApplicant(spouse, permitNo, 2)];
    }
    if (random.chance(0.06)) return [self(1), organisationApplicant(random.pick(city.organisations))];
    return [self(1), noApplicant];
  }

  private personApplicant(person: Person, permitNo: string, n: 1 | 2): Applicant {
    const entry = this.clerk.write(person);
    return { values: personValues(entry), persons: [{ key: [permitNo], suffix: String(n), entry }] };
  }

  private historyOf(applied: Day): StatusChange[] {
    const { random } = this;
    const { today } = this.city;
    const [end, note] = random.pick([
      ["CL", undefined],
      ["CL", undefined],
      ["CL", "FINAL INSPECTION PASSED"],
      ["DN", "NOT IN ACCORDANCE WITH ZONING PLAN"],
      ["WD", "LETTER OF APPLICANT"],
    ] as const);
    const path = end === "CL" ? ["RC", "RV", "AP", "IS", "CL"] : ["RC", "RV", end];
    const history: StatusChange[] = [];
    let on = applied;
    for (const code of path) {
      if (on > today) break;
      history.push({ code, on, ...(code === end && note ? { note } : {}) });
      on += 2 + random.waiting(code === "IS" ? 300 : 30);
    }
    return history;
  }

  private *inspectionRows(permitNo: string, from: Day, to: Day): Generator<DemoRow> {
    const { random } = this;
    const days = Array.from({ length: random.weighted([20, 40, 25, 15]) }, () => random.between(from, to));
    for (const day of days.sort((one, other) => one - other)) {
      const result = random.pick(["P", "P", "P", "F", "C", null]);
      const inspector = random.pick(["HARGROVE", "OKONKWO", "LINDQVIST", "BAUER"]);
      yield { table: INSPMST, values: [++this.inspections, permitNo, shortDay(day), result, inspector] };
    }
  }
}

interface StatusChange {
  readonly code: string;
  readonly on: Day;
  readonly note?: string;
}

interface Applicant {
  readonly values: readonly LegacyValue[];
  readonly persons: readonly DemoPerson[];
}

const noApplicant: Applicant = { values: [null, null, null, null, null, null, null, null], persons: [] };

function organisationApplicant(name: string): Applicant {
  return { values: ["O", upper(name), null, null, null, null, null, null], persons: [] };
}

function personValues({ familyName, givenName, born, identifier, address, telephone, email }: Entry): LegacyValue[] {
  // The year 2000 was the placeholder of the year 2000.
  const birth = born === undefined ? "000101" : shortDay(born);
  const names = [upper(familyName), upper(givenName)];
  return ["P", ...names, birth, identifier ?? null, oneLine(address), telephone ?? null, email ?? null];
}

function oneLine({ street, number, town, postCode }: Entry["address"]): string {
  return upper(`${number} ${street}, ${town} ${postCode}`);
}

function upper(text: string): string {
  return withoutAccents(text).toUpperCase();
}
