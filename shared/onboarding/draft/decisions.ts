import { unreadDate } from "../recognise/attributes.ts";
import { isIndexed } from "../recognise/keys.ts";
import type { Condition } from "../recognise/person-rows.ts";
import { sharedAddresses } from "../recognise/shared-addresses.ts";
import type { DraftHeader } from "./header.ts";
import type { DraftPlan } from "./plan.ts";
import type { Fields } from "./write.ts";

/** What a machine cannot decide, in the order of weight. No sentence holds a value of a row. */
export function decisionsOf(header: DraftHeader, plan: DraftPlan, fields: Fields): readonly string[] {
  const { recognition, persons, tables, withoutType } = plan;
  const { survey, joins } = recognition;
  const decisions: string[] = [
    `By which right does ${header.name} process personal data, and what for? Correct \`lawfulBasis\` and \`purposes\`; \`jurisdiction\` is drafted as "${header.jurisdiction}".`,
    `In which time zone are the database's local times meant? Drafted: \`timeZone: "${header.timeZone}"\`.`,
    `Who may have ${header.id}:read, ${header.id}:personal and ${header.id}:special? Nobody has until the policies say so.`,
    "For how long may rows be shown? None has a term yet: add `@retain` to each type.",
  ];
  if (persons.length === 0) {
    decisions.push(
      "No table was recognised as one of persons. Describe it with `@person` and `@attribute` on `type Citizen`, or nothing of this department reaches a citizen.",
    );
  }
  for (const { guess } of persons) {
    const whose = guess.role === "" ? "" : ` (${guess.role})`;
    decisions.push(
      `Is each row of ${guess.table}${whose} a person whom this department serves? ${percent(guess.confidence)} sure.${
        guess.standing === "CITIZEN"
          ? ""
          : ` It looks like a table of ${guess.standing === "STAFF" ? "employees" : "suppliers"}.`
      }`,
    );
    for (const condition of guess.where) decisions.push(countsBy(guess.table, condition));
    for (const column of survey.tables.find(({ name }) => name === guess.table)?.columns ?? []) {
      const is = unreadDate(column, recognition.context);
      if (is)
        decisions.push(
          `${guess.table}.${column.name} is named like ${is}, but no format reads most of its values, so that nobody is linked by it: correct them, offer a view with dates, or add a format.`,
        );
    }
    for (const { is, column, confidence, evidence, doubt } of guess.attributes) {
      if (doubt) decisions.push(`${guess.table}.${column}: ${doubt}.`);
      if (is === "IDENTIFIER")
        decisions.push(`Who issues the number in ${guess.table}.${column}? Drafted: \`schemaAgency: "NATIONAL"\`.`);
      else if (confidence < 0.7)
        decisions.push(
          `Is ${guess.table}.${column} really ${is}? ${percent(confidence)} sure: ${evidence.join("; ")}.`,
        );
    }
  }
  for (const { table, columns, roles } of sharedAddresses(
    survey.tables,
    persons.map(({ guess }) => guess),
    recognition.context,
  )) {
    decisions.push(
      `Is the address of ${table} (${columns.join(", ")}) that of its ${roles.join(" and its ")}? It does not say whose it is, so that nobody is linked by it: add an \`@attribute\` for each part where it is.`,
    );
  }
  const drafted = new Set([
    ...tables.map(({ table }) => table.name),
    ...persons.flatMap(({ guess }) => guess.attributes.flatMap(({ from }) => from?.table ?? [])),
  ]);
  for (const { table, columns, to, confidence, evidence } of joins) {
    if (
      confidence === 1 ||
      !drafted.has(table) ||
      !(drafted.has(to) || persons.some(({ guess }) => guess.table === to))
    )
      continue;
    decisions.push(
      `Do ${table} (${columns.join(", ")}) point to ${to}? No foreign key says so; ${percent(confidence)} sure: ${evidence.join("; ")}.`,
    );
  }
  for (const { table, where, persons: own } of tables) {
    if (own.length === 0) for (const condition of where) decisions.push(countsBy(table.name, condition));
  }
  for (const { table, id, certainId, type } of tables) {
    if (!certainId)
      decisions.push(
        `Is ${id.join(", ")} unique in ${table.name}? No key says so, and the id of ${type} is made of it.`,
      );
  }
  for (const { table, columns, to } of joins) {
    if (!tables.some((each) => each.table.name === to)) continue;
    const listed = tables.find((each) => each.table.name === table);
    if (listed && !isIndexed(listed.table, columns)) {
      decisions.push(
        `No index of ${table} begins with ${columns.join(", ")}: add one, or remove the lists that the file marks.`,
      );
    }
  }
  for (const [type, { doubts, leftOut, values }] of fields) {
    const table = tables.find((each) => each.type === type)?.table.name ?? type;
    for (const { sdl, sensitivity, column } of values) {
      if (sensitivity === "SPECIAL")
        decisions.push(
          `${table}.${column} may be of a special category (GDPR Art. 9, 10): may ${type}.${sdl.name} be published at all?`,
        );
    }
    for (const { field, doubt } of doubts) decisions.push(`${field}: ${doubt}.`);
    for (const { column, reason, matters } of leftOut) {
      decisions.push(
        matters ? `${table}.${column} is left out: ${reason}.` : `${table}.${column} is not published: ${reason}.`,
      );
    }
  }
  for (const { table, reason } of withoutType) decisions.push(`${table} has no type: ${reason}.`);
  for (const { table, reason } of survey.leftOut) decisions.push(`${table} is left out: ${reason}`);
  return decisions;
}

function countsBy(table: string, { column, is, isNull }: Condition): string {
  const meant =
    isNull === false
      ? "without it there is no person"
      : isNull || is?.every((each) => each.startsWith("0000-00-00"))
        ? "a date there means deleted"
        : is
          ? "only some of its codes are persons"
          : "its flag means deleted";
  return `Is it right that rows of ${table} count by ${column} (${meant})?`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
