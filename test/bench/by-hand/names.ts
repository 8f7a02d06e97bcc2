import type { PersonRecord } from "../../../shared/department/person-feed.ts";
import { formatOfType } from "../../../shared/sql/formats/by-type.ts";
import { formats } from "../../../shared/sql/formats/index.ts";
import { defaultSurvivorship, survivorAmong } from "../../../subgraphs/person/survivorship.ts";
import { type LiveRecord, names } from "../../../subgraphs/person/values.ts";
import { type Citizen, columnsOf, type KeyType } from "./keys.ts";
import { type Row, sql } from "./statements.ts";
import { read } from "./values.ts";

/** The name of each citizen, chosen among the records of all departments, and the rows of the civil registry. */
export function namesOf(citizens: readonly Citizen[]) {
  const records = new Map<string, Map<string, PersonRecord>>();
  const keysIn = (department: string, types: readonly KeyType[]) => {
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
