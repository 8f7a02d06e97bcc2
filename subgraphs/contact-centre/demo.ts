import { type Day, epochSeconds, partsOf, twoDigits } from "../../shared/demo-city/calendar.ts";
import type { City } from "../../shared/demo-city/city.ts";
import { Clerk, type Entry } from "../../shared/demo-city/clerk.ts";
import type { DemoDepartment, DemoRow } from "../../shared/demo-city/department.ts";
import { legacyTable } from "../../shared/demo-city/legacy-table.ts";
import { ageOf, isAlive, type Person } from "../../shared/demo-city/person.ts";
import type { Random } from "../../shared/demo-city/random.ts";
import { withoutAccents } from "../../shared/demo-city/transliteration.ts";

const caller = legacyTable(
  "caller",
  [
    "phone VARCHAR(20)",
    "name VARBINARY(120) null -- latin1",
    "born VARCHAR(20) null -- as the caller said it",
    "street VARBINARY(120) null -- latin1",
    "house VARCHAR(10) null",
    "town VARCHAR(40) null",
    "postcode VARCHAR(10) null",
    "email VARCHAR(80) null",
    "first_seen INT UNSIGNED",
    "last_seen INT UNSIGNED",
  ],
  { primaryKey: ["phone"], indexes: [{ name: "caller_last_seen", columns: ["last_seen", "phone"] }] },
);

const cc_case = legacyTable(
  "cc_case",
  [
    "case_id INT UNSIGNED",
    "phone VARCHAR(20)",
    "svc_code VARCHAR(8)",
    "st CHAR(1)",
    "subject VARBINARY(160) null -- latin1",
    "place VARBINARY(160) null -- latin1",
    "channel TINYINT UNSIGNED",
    "opened INT UNSIGNED",
    "touched INT UNSIGNED",
    "due INT UNSIGNED null",
    "closed INT UNSIGNED -- 0 while open",
  ],
  {
    primaryKey: ["case_id"],
    indexes: [
      { name: "cc_case_phone", columns: ["phone", "opened", "case_id"] },
      { name: "cc_case_st", columns: ["st", "opened"] },
    ],
  },
);

const cc_contact = legacyTable(
  "cc_contact",
  [
    "contact_id INT UNSIGNED",
    "phone VARCHAR(20)",
    "case_id INT UNSIGNED null",
    "channel TINYINT UNSIGNED",
    "dir CHAR(1) -- I, O",
    "started INT UNSIGNED",
    "ended INT UNSIGNED -- 0 when the line broke",
    "talk_secs INT null",
    "fcr CHAR(1) -- Y, N or blank",
    "csat TINYINT -- 1 to 5, 0 not asked",
  ],
  {
    primaryKey: ["contact_id"],
    indexes: [
      { name: "cc_contact_phone", columns: ["phone", "started", "contact_id"] },
      { name: "cc_contact_case", columns: ["case_id"] },
    ],
  },
);

const cc_status = legacyTable("cc_status", ["st CHAR(1)", "label VARCHAR(40)"], { primaryKey: ["st"] });

const statuses = [
  ["N", "new"],
  ["O", "being looked at"],
  ["W", "crew scheduled"],
  ["F", "fixed"],
  ["X", "nothing to be done"],
  ["D", "reported before"],
] as const;

const requests = [
  ["POTHOLE", "Pothole", "Schlagloch, tief – bitte füllen"],
  ["LIGHT", "Street light out", "Éclairage en panne"],
  ["WASTE", "Waste not collected", "Müll nicht abgeholt"],
  ["NOISE", "Noise at night", "Ruído / ruido en la calle Núñez"],
  ["TREE", "Fallen tree", "Träd över vägen"],
  ["INFO", "Question about a form", "Frage zum Formular"],
] as const;

/** A MariaDB ticket system that a telephone exchange feeds: who calls is the number that calls. */
export const demo: DemoDepartment = {
  id: "contact-centre",
  tables: [cc_status, caller, cc_case, cc_contact],
  *rows(city) {
    for (const status of statuses) yield { table: cc_status, values: status };
    const centre = new ContactCentre(city);
    for (const person of city.people) {
      if (ageOf(person, city.today) < 16 || !isAlive(person, city.today) || !centre.random.chance(0.42)) continue;
      yield* centre.callerRows(person);
      // The same person from another telephone is a new caller.
      if (centre.random.chance(0.12)) yield* centre.callerRows(person);
    }
  },
};

class ContactCentre {
  readonly random: Random;
  private readonly city: City;
  private readonly clerk: Clerk;
  private readonly known = new Set<string>();
  private callers = 0;
  private cases = 0;
  private contacts = 0;

  constructor(city: City) {
    this.city = city;
    this.random = city.random("contact-centre/rows");
    this.clerk = new Clerk(city, "contact-centre", { identifier: false });
  }

  *callerRows(person: Person): Generator<DemoRow> {
    const { city, random } = this;
    const telephone = this.telephoneOf(person);
    if (!telephone) return;
    const phone = telephone.slice(1);
    this.known.add(telephone);
    this.callers++;
    const entry = this.clerk.write(person, { telephone });
    const lastSeen = city.today - 1 - random.waiting(300);
    const firstSeen = lastSeen - random.waiting(500);
    yield {
      table: caller,
      values: [
        phone,
        latin1(this.nameAsSaid(entry)),
        this.birthAsSaid(entry.born),
        this.misread(entry.address.street),
        entry.address.number,
        entry.address.town,
        entry.address.postCode,
        entry.email ?? null,
        epochSeconds(firstSeen, random.between(28_800, 64_800)),
        epochSeconds(lastSeen, random.between(64_801, 72_000)),
      ],
      persons: [{ key: [phone], entry }],
    };
    for (let count = random.weighted([30, 45, 15, 10]); count > 0; count--) {
      yield* this.caseRows(phone, entry, firstSeen, lastSeen);
    }
    if (random.chance(0.5)) yield this.contactRow(phone, null, random.between(firstSeen, lastSeen), 1);
  }

  /** A number that nobody has called from yet: mostly the person's own, every eighth time somebody else's. */
  private telephoneOf(person: Person): string | undefined {
    const { mobile, household } = person;
    const unused = (numbers: readonly (string | undefined)[]) =>
      numbers.filter((each) => each && !this.known.has(each));
    const own = unused([mobile, household.landline]);
    if (this.callers % 8 !== 3) return own[0];
    const others = unused(household.members.filter((member) => member !== person).map((member) => member.mobile));
    const stranger = this.random.pick(this.city.people);
    return [...others, ...(stranger === person ? [] : unused([stranger.mobile])), ...own][0];
  }

  private *caseRows(phone: string, entry: Entry, from: Day, to: Day): Generator<DemoRow> {
    const { random, city } = this;
    const caseId = 1000 + ++this.cases;
    const [service, english, other] = random.pick(requests);
    const opened = random.between(from, to);
    const status = random.pick(statuses)[0];
    const closed = "FXD".includes(status) ? Math.min(city.today, opened + random.waiting(12)) : undefined;
    const second = random.between(28_800, 64_000);
    const openedAt = epochSeconds(opened, second);
    const closedAt = closed === undefined ? 0 : epochSeconds(closed, second + random.between(60, 7200));
    const channel = random.pick([1, 1, 1, 2, 3, 4, 5]);
    const { street, number, town } = entry.address;
    yield {
      table: cc_case,
      values: [
        caseId,
        phone,
        service,
        // An exchange that went wild once wrote this code.
        random.chance(0.0015) ? "~" : status,
        this.misread(random.chance(0.7) ? english : other),
        service === "INFO" ? null : this.misread(`${street} ${number}, ${town}`),
        channel,
        openedAt,
        Math.max(closedAt, openedAt + random.between(0, 3600)),
        random.chance(0.6) ? openedAt + 10 * 86_400 : null,
        closedAt,
      ],
    };
    yield this.contactRow(phone, caseId, opened, channel, second);
    if (closed !== undefined && random.chance(0.4)) yield this.contactRow(phone, caseId, closed, 1, second, "O");
  }

  private contactRow(
    phone: string,
    caseId: number | null,
    on: Day,
    channel: number,
    second = this.random.between(28_800, 64_800),
    direction = "I",
  ): DemoRow {
    const { random } = this;
    const talk = 30 + random.waiting(200);
    const started = epochSeconds(on, second);
    const broken = random.chance(0.03);
    return {
      table: cc_contact,
      values: [
        ++this.contacts,
        phone,
        caseId,
        channel,
        direction,
        started,
        broken ? 0 : started + talk + random.between(0, 90),
        broken ? null : talk,
        random.pick(["Y", "Y", "N", ""]),
        random.chance(0.3) ? random.between(1, 5) : 0,
      ],
    };
  }

  private nameAsSaid({ person, givenName, familyName }: Entry): string {
    const title = person.gender === "F" ? "Mrs" : "Mr";
    switch (this.random.weighted([40, 15, 15, 10, 10, 5, 5])) {
      case 1:
        return `${title} ${givenName} ${familyName}`;
      case 2:
        return `${familyName.toUpperCase()}, ${givenName}`;
      case 3:
        return `${givenName} ${familyName}`.toLowerCase();
      case 4:
        return `${familyName}, ${givenName}`;
      case 5:
        return `${givenName}  ${familyName} (calls back)`;
      case 6:
        return `${title}. ${givenName.charAt(0)}. ${familyName}`;
      default:
        return `${givenName} ${familyName}`;
    }
  }

  private birthAsSaid(born: Day | undefined): string | null {
    if (this.random.chance(0.12)) return null;
    if (born === undefined) return "01-JAN-1900";
    const { year, month, day } = partsOf(born);
    const name = months[month - 1] as string;
    switch (this.random.between(0, 2)) {
      case 0:
        return `${day} ${name} ${year}`;
      case 1:
        return `${twoDigits(day)}-${name.toUpperCase()}-${year}`;
      default:
        return `${twoDigits(day)}.${name.toLowerCase()}.${year}`;
    }
  }

  /** Latin-1, or UTF-8 in a column that is read as Latin-1: the ticket system was moved once. */
  private misread(text: string): Uint8Array {
    return this.random.chance(0.1) ? Buffer.from(text, "utf8") : latin1(text);
  }
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Letters that Latin-1 lacks lose their accents. */
function latin1(text: string): Uint8Array {
  return Buffer.from(
    text.replaceAll("–", "-").replace(/[\u0100-\uffff]/g, (letter) => withoutAccents(letter)),
    "latin1",
  );
}
