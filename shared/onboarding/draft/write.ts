import type { Join } from "../recognise/joins.ts";
import { columnNamed, pluralNoun } from "../recognise/keys.ts";
import { wordsOf } from "../recognise/words.ts";
import { fieldsOf, type TableFields } from "./fields.ts";
import { type DraftHeader, schemaText } from "./header.ts";
import { listOf } from "./lists.ts";
import { camel, type Names } from "./names.ts";
import type { DraftPerson, DraftPlan, DraftTable } from "./plan.ts";
import { careOf, policyOf } from "./policies.ts";
import { queryText } from "./query-fields.ts";
import { directive, directiveText, enumText, fieldText, oneLine, type SdlField, symbol } from "./sdl.ts";

/** The fields of each type of the plan, by its name. */
export type Fields = ReadonlyMap<string, TableFields>;

export function draftFields(plan: DraftPlan, names: Names, department: string): Fields {
  const shared = new Map<string, string>();
  return new Map(plan.tables.map((table) => [table.type, fieldsOf(table, plan, names, department, shared)]));
}

/** The draft as text, without what a human must decide. */
export function writeSdl(header: DraftHeader, plan: DraftPlan, fields: Fields, names: Names): string {
  return `${[
    schemaText(header),
    citizenText(header, plan, fields, names),
    ...plan.tables.flatMap((table) => [
      typeText(header, table, plan, fields),
      ...(fields.get(table.type)?.enums ?? []).map(enumText),
    ]),
    queryText(header, plan, fields, names),
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

function citizenText(header: DraftHeader, plan: DraftPlan, fields: Fields, names: Names): string {
  if (plan.persons.length === 0) return "";
  const lines = plan.persons.flatMap(({ guess, keySuffix, role }) => [
    directive("person", {
      table: guess.table,
      key: guess.key,
      keySuffix,
      role,
      changed: guess.changed?.column,
      changedFormat: guess.changed?.format ? symbol(guess.changed.format) : undefined,
      where: guess.where.length > 0 ? guess.where.map((condition) => ({ ...condition })) : undefined,
      personalKey: guess.personalKey ? true : undefined,
    }),
    ...guess.attributes.map(({ is, column, format, missing, from }) =>
      directive("attribute", {
        is: symbol(is),
        column,
        format: format ? symbol(format) : undefined,
        missing: missing.length > 0 ? missing : undefined,
        schemaAgency: is === "IDENTIFIER" ? "NATIONAL" : undefined,
        from: from && {
          table: from.table,
          on: from.on,
          parent: from.parent,
          where: from.where?.map((condition) => ({ ...condition })),
          orderBy: from.orderBy?.map(({ column: by, direction }) => ({ column: by, direction: symbol(direction) })),
          validity: from.validity && {
            ...from.validity,
            format: from.validity.format ? symbol(from.validity.format) : undefined,
          },
        },
      }),
    ),
  ]);
  const directives = lines.map((each) => `  ${directiveText(each, "  ")}`).join("\n");
  const lists = citizenLists(header, plan, fields, names);
  return `type Citizen\n${directives}${lists.length > 0 ? `\n{\n${lists.map(fieldText).join("\n")}\n}` : ""}`;
}

/** What hangs on a person: the row itself where it says more, and the rows that point to it. */
function citizenLists(header: DraftHeader, plan: DraftPlan, fields: Fields, names: Names): readonly SdlField[] {
  return plan.tables.flatMap((drafted): SdlField[] => {
    const values = fields.get(drafted.type)?.values ?? [];
    const list = (
      on: readonly string[],
      parent: readonly string[] | undefined,
      persons: readonly DraftPerson[],
      words: readonly string[],
    ): SdlField => {
      const { arguments: given, orderBy, remark } = listOf(drafted, values, on);
      const suffixes = persons.flatMap(({ keySuffix }) => keySuffix ?? []);
      const comment = drafted.table.comment;
      return {
        name: names.citizenField(words),
        type: `${drafted.type}Connection`,
        ...(comment ? { description: comment } : {}),
        ...(remark ? { remark } : {}),
        arguments: given,
        directives: [
          directive("rows", { on, parent, orderBy, keySuffixes: suffixes.length > 0 ? suffixes : undefined }),
          policyOf(header.id, careOf(plan, [drafted.table.name])),
        ],
      };
    };
    if (drafted.persons.length > 0) {
      const [{ guess } = { guess: undefined }] = drafted.persons;
      if (!guess || (guess.isWholeRow && values.length === 0)) return [];
      return [list(guess.key, undefined, drafted.persons, pluralNoun(drafted.noun))];
    }
    return joinsOf(drafted, plan).flatMap((join) => {
      const persons = plan.persons.filter(({ guess }) => guess.table === join.to);
      const [person, other] = persons;
      // Rows below an account with several persons hang on the account.
      if (!person || other || !sameColumns(join.references, person.guess.key)) return [];
      const role = roleOf(join, drafted, plan);
      return [
        list(join.columns, join.references.join() === person.guess.key.join() ? undefined : join.references, persons, [
          ...role,
          ...pluralNoun(drafted.noun),
        ]),
      ];
    });
  });
}

function typeText(header: DraftHeader, drafted: DraftTable, plan: DraftPlan, fields: Fields): string {
  const own = fields.get(drafted.type);
  const used = new Set(["id", ...(own?.values ?? []).map(({ sdl }) => sdl.name)]);
  const free = (words: readonly string[]) => {
    let name = camel(words);
    for (let number = 2; used.has(name); number++) name = `${camel(words)}${number}`;
    used.add(name);
    return name;
  };
  const lines: SdlField[] = [
    { name: "id", type: "ID!", directives: [] },
    ...(own?.values ?? []).map(({ sdl }) => sdl),
    ...drafted.persons.map(({ guess, keySuffix }) => ({
      name: free(guess.role === "" ? ["citizen"] : guess.role.split(" ")),
      type: "Citizen",
      directives: [
        directive("citizen", { column: guess.key, keySuffix }),
        policyOf(header.id, careOf(plan, [guess.table])),
      ],
    })),
    ...joinsOf(drafted, plan).flatMap((join) => pointers(header, join, drafted, plan, free)),
    ...plan.recognition.joins
      .filter(({ to }) => to === drafted.table.name)
      .flatMap((join) => children(header, join, drafted, plan, fields, free)),
  ];
  const { table, id, where } = drafted;
  const name = directive("table", {
    name: table.name,
    id,
    where: where.length > 0 ? where.map((each) => ({ ...each })) : undefined,
  });
  const description = table.comment ? `${JSON.stringify(oneLine(table.comment))}\n` : "";
  return `${description}type ${drafted.type} @key(fields: "id") ${directiveText(name, "  ")} {\n${lines.map(fieldText).join("\n")}\n}`;
}

/** To the person that a row belongs to, and to the row of another table. */
function pointers(
  header: DraftHeader,
  join: Join,
  drafted: DraftTable,
  plan: DraftPlan,
  free: (words: readonly string[]) => string,
): SdlField[] {
  const target = plan.tables.find(({ table }) => table.name === join.to);
  const persons = plan.persons.filter(({ guess }) => guess.table === join.to);
  const [person, other] = persons;
  const role = roleOf(join, drafted, plan);
  const result: SdlField[] = [];
  if (person && !other && sameColumns(join.references, person.guess.key)) {
    const column = person.guess.key.map((name) => join.columns[join.references.indexOf(name)] ?? name);
    result.push({
      name: free(role.length > 0 ? role : ["citizen"]),
      type: "Citizen",
      directives: [
        directive("citizen", { column, keySuffix: person.keySuffix }),
        policyOf(header.id, careOf(plan, [join.table, join.to], join.columns)),
      ],
    });
  }
  if (target) {
    const on = join.references.join() === target.id.join() ? undefined : join.references;
    result.push({
      name: free([...role, ...target.noun]),
      type: target.type,
      directives: [
        directive("row", { on, parent: join.columns }),
        policyOf(header.id, careOf(plan, [join.table, join.to], join.columns)),
      ],
    });
  }
  return result;
}

/** The rows of another table that point here. */
function children(
  header: DraftHeader,
  join: Join,
  drafted: DraftTable,
  plan: DraftPlan,
  fields: Fields,
  free: (words: readonly string[]) => string,
): SdlField[] {
  const child = plan.tables.find(({ table }) => table.name === join.table);
  if (!child) return [];
  const { arguments: given, orderBy, remark } = listOf(child, fields.get(child.type)?.values ?? [], join.columns);
  return [
    {
      name: free([...roleOf(join, child, plan), ...pluralNoun(child.noun)]),
      type: `${child.type}Connection`,
      ...(remark ? { remark } : {}),
      arguments: given,
      directives: [
        directive("rows", {
          on: join.columns,
          parent: join.references.join() === drafted.id.join() ? undefined : join.references,
          orderBy,
        }),
        policyOf(header.id, careOf(plan, [join.table, join.to], join.columns)),
      ],
    },
  ];
}

function joinsOf({ table }: DraftTable, plan: DraftPlan): readonly Join[] {
  return plan.recognition.joins.filter((join) => join.table === table.name);
}

/** Of two joins between the same tables, what the columns say besides the table: `billing`, `delivery`. */
function roleOf(join: Join, child: DraftTable, plan: DraftPlan): readonly string[] {
  const rivals = plan.recognition.joins.filter(({ table, to }) => table === join.table && to === join.to);
  if (rivals.length < 2) return [];
  const target = plan.tables.find(({ table }) => table.name === join.to)?.noun ?? [];
  const plain = new Set([...target, ...child.noun, "id", "number", "code", "key"]);
  return wordsOf(join.columns.filter((name) => columnNamed(child.table, name)).join("_")).meant.filter(
    (word) => !plain.has(word),
  );
}

function sameColumns(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}
