import type { ConstDirectiveNode } from "graphql";
import type { FormatName } from "../../sql/formats/index.ts";
import type { Condition, PersonAttributeModel, PersonModel, Validity } from "../model.ts";
import type { PersonAttribute } from "../person-feed.ts";
import { readArguments } from "./arguments.ts";
import { type ColumnArguments, type Given, readColumn, readConditions, readValidity } from "./conditions.ts";
import { type FaultList, placeOf } from "./fault.ts";
import { checkDateFormat, checkFormat } from "./value-types.ts";

interface PersonArguments {
  readonly table: string;
  readonly key: readonly string[];
  readonly keySuffix?: string;
  readonly role?: string;
  readonly changed?: string;
  readonly changedFormat?: FormatName;
  readonly where?: readonly Condition[];
  readonly validity?: Given<Validity>;
  readonly uniquePerPerson: boolean;
  readonly personalKey: boolean;
}

type AttributeArguments = ColumnArguments & {
  readonly is: PersonAttribute;
  readonly column: string;
  readonly schemaAgency?: string;
};

/** Reads the persons of Citizen, each with the attributes written after it and before the next. */
export function readPersons(directives: readonly ConstDirectiveNode[], faults: FaultList): readonly PersonModel[] {
  const persons: (PersonModel & { attributes: PersonAttributeModel[] })[] = [];
  let broken = false;
  for (const directive of directives) {
    if (directive.name.value === "person") {
      const person = readPerson(directive, faults);
      broken = person === undefined;
      if (person) persons.push({ ...person, attributes: [] });
    } else if (directive.name.value === "attribute") {
      const person = persons.at(-1);
      if (broken) continue;
      if (!person) {
        const remedy = "write the @person that it describes first";
        faults.add(directive, "@person before the first @attribute", "none", remedy);
        continue;
      }
      const attribute = readAttribute(directive, person.key, faults);
      if (attribute) person.attributes.push(attribute);
    }
  }
  for (const [index, person] of persons.entries()) {
    const rival = persons.slice(0, index).find((before) => collide(before, person));
    if (rival) {
      const expected = `a \`keySuffix\` that tells these persons apart from those of line ${rival.place.line}`;
      const found = person.keySuffix === undefined ? "none" : `the same "${person.keySuffix}"`;
      faults.add(person.place, expected, found, "add one: without it two persons could have one local key");
    }
  }
  return persons;
}

function readPerson(directive: ConstDirectiveNode, faults: FaultList): PersonModel | undefined {
  const given = readArguments<PersonArguments>(directive, faults);
  if (!given) return undefined;
  const { table, key, keySuffix, role, changed, changedFormat, uniquePerPerson, personalKey } = given;
  if (keySuffix !== undefined && !/^[A-Za-z0-9_-]+$/.test(keySuffix)) {
    faults.add(directive, "a `keySuffix` of letters, digits, `-` and `_`", `"${keySuffix}"`);
  }
  if (changedFormat && changed === undefined) {
    faults.add(directive, "`changed` where there is `changedFormat`", "none", "name the column");
  }
  checkDateFormat(changedFormat, directive, faults);
  const validity = readValidity(given.validity, faults);
  checkDateFormat(validity?.format, given.validity?.place ?? directive, faults);
  return {
    table,
    key,
    ...(keySuffix === undefined ? {} : { keySuffix }),
    ...(role === undefined ? {} : { role }),
    ...(changed === undefined
      ? {}
      : { changed: { column: changed, ...(changedFormat ? { format: changedFormat } : {}) } }),
    where: readConditions(given.where, faults),
    ...(validity ? { validity } : {}),
    uniquePerPerson,
    personalKey,
    attributes: [],
    place: placeOf(directive),
  };
}

function readAttribute(
  directive: ConstDirectiveNode,
  key: readonly string[],
  faults: FaultList,
): PersonAttributeModel | undefined {
  const given = readArguments<AttributeArguments>(directive, faults);
  if (!given) return undefined;
  const { is, column, schemaAgency } = given;
  if (is === "IDENTIFIER" && schemaAgency === undefined) {
    faults.add(directive, "`schemaAgency` with IDENTIFIER", "none", 'say who issued the number, e.g. "NATIONAL"');
  }
  if (is !== "IDENTIFIER" && schemaAgency !== undefined) {
    faults.add(directive, "`schemaAgency` only with IDENTIFIER", `it with ${is}`, "remove it");
  }
  const dated = is === "DATE_OF_BIRTH" || is === "DATE_OF_DEATH";
  if (given.format) checkFormat(given.format, dated ? "Date" : "String", directive, faults);
  return {
    is,
    ...readColumn(column, given, key, faults),
    ...(schemaAgency === undefined ? {} : { schemaAgency }),
    place: placeOf(directive),
  };
}

/** Local keys must be unique in a department: could a record of each person have the same one? */
function collide(one: PersonModel, other: PersonModel): boolean {
  if (one.keySuffix !== other.keySuffix || one.key.length !== other.key.length) return false;
  const sameRow = one.table === other.table && one.key.every((column, index) => column === other.key[index]);
  return !(sameRow && exclude(one.where, other.where));
}

/** True where no row can meet both: one column, two lists of values without a common one. */
function exclude(one: readonly Condition[], other: readonly Condition[]): boolean {
  return one.some(({ column, is }) =>
    other.some((condition) => condition.column === column && is && condition.is && disjoint(is, condition.is)),
  );
}

function disjoint(one: readonly string[], other: readonly string[]): boolean {
  return !one.some((value) => other.includes(value));
}
