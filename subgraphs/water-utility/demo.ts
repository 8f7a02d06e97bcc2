import { type Day, dayOf, isoDay, partsOf, sqlDateTime } from "../../shared/demo-city/calendar.ts";
import type { City } from "../../shared/demo-city/city.ts";
import { Clerk, type Entry } from "../../shared/demo-city/clerk.ts";
import type { DemoDepartment, DemoPerson, DemoRow } from "../../shared/demo-city/department.ts";
import { type LegacyValue, legacyTable } from "../../shared/demo-city/legacy-table.ts";
import { ageOf, type Household, isAlive, type Person } from "../../shared/demo-city/person.ts";
import type { Random } from "../../shared/demo-city/random.ts";

const premise = legacyTable(
  "utility.premise",
  ["premise_id INTEGER", "street VARCHAR(60)", "house_no VARCHAR(10)", "town VARCHAR(40)", "postcode VARCHAR(10)"],
  { primaryKey: ["premise_id"] },
);

const supply_account = legacyTable(
  "utility.supply_account",
  [
    "account_no INTEGER",
    "premise_id INTEGER",
    "tariff VARCHAR(4)",
    "holder_kind CHAR(1) -- P person, C company",
    "holder_name VARCHAR(80)",
    "holder_born DATE null",
    "holder_phone VARCHAR(20) null",
    "holder_email VARCHAR(80) null",
    "holder_street VARCHAR(60) null",
    "holder_house VARCHAR(10) null",
    "holder_town VARCHAR(40) null",
    "holder_postcode VARCHAR(10) null",
    "occupant_name VARCHAR(80) null -- where the holder does not live there",
    "occupant_born DATE null",
    "occupant_phone VARCHAR(20) null",
    "occupant_email VARCHAR(80) null",
    "occupant_address VARCHAR(120) null",
    "opened DATE",
    "closed DATE null",
    "updated_at TIMESTAMP",
  ],
  {
    primaryKey: ["account_no"],
    indexes: [
      { name: "supply_account_premise", columns: ["premise_id"] },
      { name: "supply_account_updated", columns: ["updated_at", "account_no"] },
    ],
  },
);

const meter_reading = legacyTable(
  "utility.meter_reading",
  [
    "account_no INTEGER",
    "period INTEGER -- YYYYMM",
    "read_on DATE",
    "litres INTEGER -- cubic metres with three implied decimals",
    "quality CHAR(1) -- A actual, E estimated",
  ],
  { primaryKey: ["account_no", "period"] },
);

const months = 24;

/** A utility's PostgreSQL database, tidy but thinking in accounts: who pays is not always who lives there. */
export const demo: DemoDepartment = {
  id: "water-utility",
  tables: [premise, supply_account, meter_reading],
  *rows(city) {
    const utility = new Utility(city);
    let last: Household | undefined;
    for (const { household } of city.people) {
      if (household === last) continue;
      last = household;
      if (utility.random.chance(0.88)) yield* utility.householdRows(household);
    }
  },
};

class Utility {
  readonly random: Random;
  private readonly city: City;
  private readonly clerk: Clerk;
  private readonly readingDays: readonly { period: number; day: Day }[];
  private premises = 0;
  private accounts = 70_000_000;

  constructor(city: City) {
    this.city = city;
    this.random = city.random("water-utility/rows");
    this.clerk = new Clerk(city, "water-utility", { identifier: false });
    const { year, month } = partsOf(city.today);
    this.readingDays = Array.from({ length: months }, (_, i) => {
      const { year: readYear, month: readMonth } = partsOf(dayOf(year, month - months + i, 15));
      return { period: readYear * 100 + readMonth, day: dayOf(readYear, readMonth + 1, 0) };
    });
  }

  *householdRows({ address, members, index }: Household): Generator<DemoRow> {
    const { city, random } = this;
    const adults = members.filter((member) => ageOf(member, city.today) >= 18);
    const occupants = adults.filter((member) => isAlive(member, city.today));
    if (adults.length === 0) return;
    const occupant = random.pick(occupants.length > 0 ? occupants : adults);
    const premiseId = ++this.premises;
    yield { table: premise, values: [premiseId, address.street, address.number, address.town, address.postCode] };
    const kind = random.weighted([76, 10, 5, 5, 4]);
    // Landlord, housing company, parents who pay for a student, or somebody who died and whose account was never moved.
    if (kind === 1) yield* this.accountRows(premiseId, this.landlord(index), occupant);
    else if (kind === 2) yield* this.accountRows(premiseId, random.pick(city.organisations), occupant);
    else if (kind === 3) yield* this.accountRows(premiseId, random.pick(adults), occupant);
    else yield* this.accountRows(premiseId, occupant);
    if (kind === 4) yield* this.accountRows(premiseId, occupant);
  }

  private landlord(household: number): Person {
    for (;;) {
      const person = this.random.pick(this.city.people);
      if (person.household.index !== household && ageOf(person, this.city.today) >= 25) return person;
    }
  }

  private *accountRows(premiseId: number, holder: Person | string, occupant?: Person): Generator<DemoRow> {
    const { city, random } = this;
    const accountNo = ++this.accounts;
    const key = [accountNo];
    const persons: DemoPerson[] = [];
    const holderEntry = typeof holder === "string" ? undefined : this.clerk.write(holder);
    if (holderEntry) persons.push({ key, suffix: "holder", entry: holderEntry });
    const occupantEntry = occupant && occupant !== holder ? this.clerk.write(occupant) : undefined;
    if (occupantEntry) persons.push({ key, suffix: "occupant", entry: occupantEntry });
    const opened = city.today - 40 - random.waiting(2500);
    const closed = random.chance(0.05) ? random.between(opened, city.today - 1) : undefined;
    const changed = random.between(opened, closed ?? city.today - 1);
    const values = [
      accountNo,
      premiseId,
      random.pick(["H1", "H1", "H2", "G"]),
      ...holderValues(typeof holder === "string" ? holder : (holderEntry as Entry)),
      ...occupantValues(occupantEntry),
      isoDay(opened),
      closed === undefined ? null : isoDay(closed),
      sqlDateTime(changed, random.between(0, 86_399)),
    ];
    yield { table: supply_account, values, persons };
    yield* this.readingRows(accountNo, opened, closed ?? city.today);
  }

  private *readingRows(accountNo: number, from: Day, to: Day): Generator<DemoRow> {
    const { random } = this;
    const usual = random.between(2500, 22_000);
    for (const { period, day } of this.readingDays) {
      if (day < from || day > to || random.chance(0.02)) continue;
      const litres = Math.round((usual * random.between(60, 150)) / 100);
      const values = [accountNo, period, isoDay(day - random.between(0, 3)), litres, random.chance(0.1) ? "E" : "A"];
      yield { table: meter_reading, values };
    }
  }
}

function holderValues(holder: Entry | string): LegacyValue[] {
  if (typeof holder === "string") return ["C", holder, null, null, null, null, null, null, null];
  const { street, number, town, postCode } = holder.address;
  return ["P", ...personValues(holder), street, number, town, postCode];
}

function occupantValues(occupant: Entry | undefined): LegacyValue[] {
  if (!occupant) return [null, null, null, null, null];
  const { street, number, town, postCode } = occupant.address;
  return [...personValues(occupant), `${number} ${street}, ${town} ${postCode}`];
}

function personValues({ givenName, middleName, familyName, born, telephone, email }: Entry): LegacyValue[] {
  const name = `${givenName}${middleName ? ` ${middleName}` : ""} ${familyName}`;
  return [name, born === undefined ? "1900-01-01" : isoDay(born), telephone ?? null, email ?? null];
}
