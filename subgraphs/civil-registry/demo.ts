import { type Day, dayOf, isoDay, sqlDateTime } from "../../shared/demo-city/calendar.ts";
import type { City } from "../../shared/demo-city/city.ts";
import { Clerk, type Entry } from "../../shared/demo-city/clerk.ts";
import type { DemoDepartment, DemoRow } from "../../shared/demo-city/department.ts";
import { type LegacyValue, legacyTable } from "../../shared/demo-city/legacy-table.ts";
import { addressOf, type Person } from "../../shared/demo-city/person.ts";
import type { Random } from "../../shared/demo-city/random.ts";
import { withoutAccents } from "../../shared/demo-city/transliteration.ts";

const PERSMST = legacyTable(
  "CIVREG.PERSMST",
  [
    "PERSNO NUMBER(9)",
    "NATLID CHAR(13) null",
    "SURNAM CHAR(30)",
    "GVNNAM CHAR(30)",
    "BRTSUR CHAR(30) null",
    "PATNAM CHAR(30) null",
    "SEXCD CHAR(1)",
    "BRTHDT DATE -- 01-JAN-1800 unknown",
    "DEATDT DATE -- 31-DEC-9999 alive",
    "CIVSTA CHAR(1)",
    "RECSTA CHAR(1) -- A active, X cancelled",
    "WHO CHAR(8)",
    "WEN DATE",
  ],
  {
    primaryKey: ["PERSNO"],
    indexes: [
      { name: "PERSMSX1", columns: ["NATLID"] },
      { name: "PERSMSX2", columns: ["SURNAM", "GVNNAM"] },
      { name: "PERSMSX3", columns: ["WEN", "PERSNO"] },
    ],
  },
);

const ADDRHST = legacyTable(
  "CIVREG.ADDRHST",
  [
    "PERSNO NUMBER(9)",
    "ADRSEQ NUMBER(3)",
    "ADRSTR CHAR(40)",
    "ADRNBR CHAR(10)",
    "ADRTWN CHAR(30)",
    "ADRPCD CHAR(8)",
    "VALFRM DATE",
    "VALTO DATE -- 31-DEC-9999 until further notice",
  ],
  { primaryKey: ["PERSNO", "ADRSEQ"], indexes: [{ name: "ADDRHSX1", columns: ["PERSNO", "VALTO", "VALFRM"] }] },
);

const CIVEVT = legacyTable(
  "CIVREG.CIVEVT",
  ["EVTNO NUMBER(10)", "PERSNO NUMBER(9)", "EVTCD CHAR(2)", "EVTDT DATE", "EVTPLC CHAR(30) null", "REGNO CHAR(12)"],
  {
    primaryKey: ["EVTNO"],
    indexes: [
      { name: "CIVEVTX1", columns: ["PERSNO", "EVTDT", "EVTNO"] },
      { name: "CIVEVTX2", columns: ["EVTCD", "EVTDT"] },
      { name: "CIVEVTX3", columns: ["REGNO"], unique: true },
    ],
  },
);

const endOfTime = sqlDateTime(dayOf(9999, 12, 31));
const unknownBirth = sqlDateTime(dayOf(1800, 1, 1));

/** An Oracle system that came off a mainframe: eight characters a name, blank-padded upper-case text, no open ends. */
export const demo: DemoDepartment = {
  id: "civil-registry",
  tables: [PERSMST, ADDRHST, CIVEVT],
  *rows(city) {
    const clerk = new Clerk(city, "civil-registry", { telephone: false });
    const random = city.random("civil-registry/rows");
    const events = { last: 0 };
    for (const person of city.people) {
      const persNo = 100_001 + person.index * 3;
      const entry = clerk.write(person);
      const values = personValues(entry, persNo, city, random);
      yield { table: PERSMST, values, persons: [{ key: [persNo], entry }] };
      yield* addressRows(entry, persNo, city);
      yield* eventRows(person, persNo, events, random);
    }
    yield* cancelledRows(city, random);
  },
};

function personValues(entry: Entry, persNo: number, city: City, random: Random): LegacyValue[] {
  const { person, identifier, givenName, middleName, familyName, birthName, born } = entry;
  return [
    persNo,
    identifier ? `${identifier.slice(0, 6)} ${identifier.slice(6, 10)}-${identifier.slice(10)}` : null,
    upper(familyName),
    upper(middleName ? `${givenName} ${middleName}` : givenName),
    birthName === familyName ? null : upper(birthName),
    person.patronymicName ? upper(person.patronymicName) : null,
    person.gender,
    born === undefined ? unknownBirth : sqlDateTime(born),
    person.died === undefined ? endOfTime : sqlDateTime(person.died),
    civilStatus(person, city.today),
    "A",
    `REG${random.between(1, 30)}`,
    sqlDateTime(lastChange(person, city.today), random.between(8 * 3600, 17 * 3600)),
  ];
}

function civilStatus({ marriage, died }: Person, today: Day): string {
  if (!marriage) return "S";
  if (marriage.divorcedOn) return "D";
  const spouse = marriage.spouse;
  if (!spouse || (spouse.died && (died === undefined || spouse.died < died) && spouse.died <= today)) return "W";
  return "M";
}

function lastChange({ residences, surnames, died, marriage }: Person, today: Day): Day {
  const moved = residences.at(-1)?.since ?? 0;
  const renamed = surnames.at(-1)?.since ?? 0;
  return Math.min(today, Math.max(moved, renamed, died ?? 0, marriage?.divorcedOn ?? marriage?.on ?? 0));
}

/** The address that the clerk knows of is the last: a move that nobody registered is missing. */
function* addressRows({ person, address }: Entry, persNo: number, city: City): Generator<DemoRow> {
  const known = person.residences.findIndex((residence) => residence.address === address);
  const lived = person.residences.slice(0, known + 1);
  for (const [i, { address: place, since }] of lived.entries()) {
    const next = lived[i + 1]?.since;
    const values = [
      persNo,
      i + 1,
      upper(place.street),
      place.number,
      upper(place.town),
      place.postCode,
      sqlDateTime(since),
      next === undefined ? endOfTime : sqlDateTime(Math.min(next - 1, city.today)),
    ];
    yield { table: ADDRHST, values };
  }
}

function* eventRows(person: Person, persNo: number, events: { last: number }, random: Random): Generator<DemoRow> {
  const { born, marriage, surnames, died } = person;
  const town = upper((person.residences[0] ?? { address: addressOf(person) }).address.town);
  const row = (code: string, on: Day, place: string | null): DemoRow => ({
    table: CIVEVT,
    values: [++events.last, persNo, code, sqlDateTime(on), place, `${isoDay(on).slice(0, 4)}/${events.last}`],
  });
  yield row("BI", born, town);
  if (marriage) yield row("MA", marriage.on, random.chance(0.9) ? "NORTHPORT" : null);
  if (marriage?.divorcedOn) yield row("DI", marriage.divorcedOn, "NORTHPORT");
  for (const { since } of surnames.slice(1)) yield row("NC", since, null);
  if (died !== undefined) yield row("DE", died, random.chance(0.8) ? "NORTHPORT" : null);
}

/** Taken in under a wrong number and cancelled: no persons any more. */
function* cancelledRows(city: City, random: Random): Generator<DemoRow> {
  const clerk = new Clerk(city, "civil-registry/cancelled", { telephone: false });
  for (let i = 0; i < city.size / 400; i++) {
    const persNo = 100_001 + city.size * 3 + i;
    const values = personValues(clerk.write(random.pick(city.people)), persNo, city, random);
    values[10] = "X";
    yield { table: PERSMST, values };
  }
}

function upper(text: string): string {
  return withoutAccents(text, true).toUpperCase();
}
