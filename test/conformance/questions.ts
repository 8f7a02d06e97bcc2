import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isListType,
} from "graphql";
import type { DepartmentModel } from "../../shared/department/model.ts";
import type { Wrapped } from "../support/engines/wrapped.ts";
import { selectionOf } from "./selection.ts";

export interface Question {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Everything that a department's schema lets one ask of its rows, made from the schema: every field of every type, every
 * argument with values that occur, that do not, and that try to be something else.
 *
 * `known` answers on SQLite: what occurs is taken from there.
 */
export async function questionsAbout(known: Wrapped): Promise<readonly Question[]> {
  const { model } = known;
  const query = model.schema.getQueryType() as GraphQLObjectType;
  const questions: Question[] = [];
  const records = await known.wrapper.feed.keys({ first: 100_000 });
  const representations = records.keys.map((key) => ({ __typename: "Citizen", ref: key, [model.keysField]: [key] }));
  const citizen = model.schema.getType("Citizen") as GraphQLObjectType;
  const ownFields = [...model.citizenFields.keys()]
    .map((name) => citizen.getFields()[name])
    .filter((field) => field !== undefined);

  for (const field of ownFields) {
    questions.push(
      ...(await questionsOfField(
        field,
        known,
        (text, declared = "") => ({
          text: `query ($representations: [_Any!]!${declared}) { _entities(representations: $representations) { ... on Citizen { ${text} } } }`,
          variables: { representations },
        }),
        `Citizen.${field.name}`,
      )),
    );
  }
  for (const field of Object.values(query.getFields())) {
    if (field.name.startsWith("_")) continue;
    questions.push(
      ...(await questionsOfField(
        field,
        known,
        (text, declared = "") => ({
          text: declared === "" ? `{ ${text} }` : `query (${declared.slice(2)}) { ${text} }`,
          variables: {},
        }),
        `Query.${field.name}`,
      )),
    );
  }
  questions.push(...(await entityQuestions(known)));
  return questions;
}

type Frame = (text: string, declared?: string) => { readonly text: string; readonly variables: object };

async function questionsOfField(
  field: GraphQLField<unknown, unknown>,
  known: Wrapped,
  frame: Frame,
  name: string,
): Promise<readonly Question[]> {
  const type = getNamedType(field.type) as GraphQLObjectType;
  const isList = type.name.endsWith("Connection");
  const ask = (title: string, given: string, selection: string, declared = "", variables: object = {}): Question => {
    const { text, variables: own } = frame(`${field.name}${given} { ${selection} }`, declared);
    return { name: `${name}: ${title}`, query: text, variables: { ...own, ...variables } };
  };
  const whole = "getFields" in type ? selectionOf(type, 2) : "";
  if (whole === "") {
    const { text, variables } = frame(field.name);
    return [{ name: `${name}: its values`, query: text, variables: { ...variables } }];
  }
  const paging = ["first", "after", "last", "before"];
  const rest = field.args.filter((argument) => !paging.includes(argument.name));
  if (!isList) {
    const values = await valuesOf(known, field.args, type);
    return combinations(field.args, values).map((variables, index) =>
      ask(`row ${index + 1}`, argumentsText(field.args), whole, declaredText(field.args), variables),
    );
  }
  const flat = selectionOf(type, 0);
  const questions = [
    ask("all that hangs on it", "(first: 20)", whole),
    ask("no rows at all", "(first: 0)", "totalCount pageInfo { hasNextPage }"),
    ask("a long page", "(first: 1000)", flat),
    ...(field.args.some((argument) => argument.name === "last") ? [ask("from its end", "(last: 7)", flat)] : []),
  ];
  for (const argument of rest) {
    const values = await valuesOf(known, [argument], itemOf(known.model, type));
    for (const [index, value] of (values.get(argument.name) ?? []).entries()) {
      const given = `(first: 50, ${argument.name}: $${argument.name})`;
      questions.push(
        ask(`${argument.name} ${index + 1}`, given, flat, declaredText([argument]), { [argument.name]: value }),
      );
    }
  }
  return questions;
}

/** Every type by ids that occur, one that does not, and one of another type. */
async function entityQuestions(known: Wrapped): Promise<readonly Question[]> {
  const ids = await idsOf(known);
  const all = [...ids.values()].flat();
  return [...ids].flatMap(([type, own]) => {
    const object = known.model.schema.getType(type) as GraphQLObjectType;
    const asked = [
      ...own,
      own[0],
      Buffer.from(`${known.id}:${type}:nobody's`).toString("base64url"),
      "%",
      all.find((id) => !own.includes(id)),
    ];
    const representations = asked.filter((id) => id !== undefined).map((id) => ({ __typename: type, id }));
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type} { ${selectionOf(object, 1)} } } }`;
    return [{ name: `${type} by its id`, query, variables: { representations } }];
  });
}

/** Ids of rows, by type, from the lists of the schema. */
async function idsOf(known: Wrapped): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = new Map<string, Set<string>>();
  const { data } = await allRows(known);
  walk(data, (value) => {
    if (typeof value.id !== "string" || typeof value.__typename !== "string") return;
    if (!known.model.types.has(value.__typename)) return;
    const own = ids.get(value.__typename) ?? new Set();
    if (own.size < 200) own.add(value.id);
    ids.set(value.__typename, own);
  });
  return new Map([...ids].map(([type, own]) => [type, [...own]]));
}

/** What occurs in the rows of a type, for arguments that filter by it; enum values all, texts also as no row has them. */
async function valuesOf(
  known: Wrapped,
  args: readonly GraphQLArgument[],
  type: GraphQLObjectType,
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const { data } = await allRows(known);
  const values = new Map<string, readonly unknown[]>();
  for (const argument of args) {
    const named = getNamedType(argument.type);
    if (isEnumType(named)) {
      const names = named.getValues().map(({ name }) => name);
      values.set(argument.name, isListType(argument.type) ? [...names.map((name) => [name]), names, []] : names);
      continue;
    }
    const field = fieldOf(argument, type);
    const found = new Set<unknown>();
    walk(data, (value) => {
      if (value.__typename === type.name && value[field] != null) found.add(value[field]);
    });
    const sorted = [...found].sort((a, b) => (String(a) < String(b) ? -1 : 1));
    const some = [0, 0.25, 0.5, 0.75, 1].map((part) => sorted[Math.floor(part * (sorted.length - 1))]);
    const distinct = [...new Set(some)].filter((value) => value !== undefined);
    const strange = named.name === "String" || named.name === "ID" ? strangeTexts(String(distinct[0] ?? "a")) : [];
    const all = [...distinct, ...strange];
    values.set(argument.name, isListType(argument.type) ? [...all.map((each) => [each]), distinct, []] : all);
  }
  return values;
}

function strangeTexts(text: string): readonly string[] {
  return [
    text.toLowerCase(),
    text.toUpperCase(),
    `${text} `,
    ` ${text}`,
    text.slice(0, 2),
    "%",
    "_".repeat(text.length),
    "' OR '1'='1",
    "\\",
    "99999999999999999999999999",
    "-1",
    "",
    "é😀",
  ];
}

/** The field that an argument filters by: of its own name, or with a boundary's ending. */
function fieldOf({ name }: GraphQLArgument, type: GraphQLObjectType): string {
  const fields = Object.keys(type.getFields());
  const stem = name.replace(/(?:From|To|Prefix|In)$/, "");
  return (
    fields.find((field) => field === name || field === stem) ?? fields.find((field) => field.startsWith(stem)) ?? name
  );
}

function combinations(args: readonly GraphQLArgument[], values: ReadonlyMap<string, readonly unknown[]>): object[] {
  const most = Math.max(0, ...args.map((argument) => values.get(argument.name)?.length ?? 0));
  return Array.from({ length: most }, (_, index) =>
    Object.fromEntries(
      args.map((argument) => {
        const own = values.get(argument.name) ?? [];
        return [argument.name, own[index % own.length]];
      }),
    ),
  );
}

const rowsKnown = new WeakMap<Wrapped, Promise<{ readonly data?: unknown }>>();

function allRows(known: Wrapped): Promise<{ readonly data?: unknown }> {
  let rows = rowsKnown.get(known);
  if (!rows) {
    rows = readAll(known);
    rowsKnown.set(known, rows);
  }
  return rows;
}

async function readAll(known: Wrapped): Promise<{ readonly data?: unknown }> {
  const { model } = known;
  const { keys } = await known.wrapper.feed.keys({ first: 100_000 });
  const citizen = model.schema.getType("Citizen") as GraphQLObjectType;
  const selected = [...model.citizenFields.keys()].flatMap((name) => {
    const field = citizen.getFields()[name];
    const type = field && getNamedType(field.type);
    return type && "getFields" in type ? [`${name} { ${named(selectionOf(type as GraphQLObjectType, 3))} }`] : [];
  });
  const representations = keys.map((key) => ({ __typename: "Citizen", ref: key, [model.keysField]: [key] }));
  return known.run(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Citizen { ${selected.join(" ")} } } }`,
    { representations },
  );
}

/** The selection with every object's type name. */
function named(selection: string): string {
  return `__typename ${selection.replaceAll("{ ", "{ __typename ")}`;
}

function walk(value: unknown, visit: (object: Readonly<Record<string, unknown>>) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) visit(value as Record<string, unknown>);
  for (const each of Object.values(value)) walk(each, visit);
}

function itemOf(model: DepartmentModel, connection: GraphQLObjectType): GraphQLObjectType {
  const nodes = connection.getFields().nodes;
  return (nodes ? getNamedType(nodes.type) : model.schema.getQueryType()) as GraphQLObjectType;
}

function argumentsText(args: readonly GraphQLArgument[]): string {
  return args.length === 0 ? "" : `(${args.map(({ name }) => `${name}: $${name}`).join(", ")})`;
}

function declaredText(args: readonly GraphQLArgument[]): string {
  return args.map(({ name, type }) => `, $${name}: ${String(type)}`).join("");
}
