import type { Dialect } from "../../sql/dialect.ts";
import type { Parameter } from "../../sql/raw.ts";
import { fewAtOnce } from "../few-at-once.ts";
import { quotedTable } from "../sampling.ts";
import type { Ask, SurveyedColumn, SurveyedTable } from "../survey.ts";
import { columnNamed, isIndexed, type Key, keyOf, nounOf } from "./keys.ts";
import { valueJoins, withoutRivals } from "./value-joins.ts";
import { wordsOf } from "./words.ts";

/** Rows of `table` that point to one row of `to` each. */
export interface Join {
  readonly table: string;
  readonly columns: readonly string[];
  readonly to: string;
  /** The key of `to`, in the order of `columns`. */
  readonly references: readonly string[];
  readonly confidence: number;
  readonly evidence: readonly string[];
  /** Whether an index finds the rows of `table`. */
  readonly indexed: boolean;
}

/** Joins that are declared, and those that names, types and values speak for. */
export async function findJoins(
  tables: readonly SurveyedTable[],
  prefix: string | undefined,
  dialect: Dialect,
  ask: Ask,
): Promise<readonly Join[]> {
  const declared = tables.flatMap((table) => declaredJoins(table, tables));
  const taken = new Set(declared.map(identityOf));
  const sides = tables.map((table) => sideOf(table, prefix));
  const candidates = sides.flatMap((side) => namedJoins(side, sides)).filter((join) => !taken.has(identityOf(join)));
  const proven = await fewAtOnce(candidates, (join) => prove(join, tables, dialect, ask));
  const best = new Map<string, Join>();
  for (const join of proven) {
    if (!join || join.confidence < 0.5) continue;
    // One column points to one table.
    const rival = best.get(identityOf(join));
    if (!rival || join.confidence > rival.confidence) best.set(identityOf(join), join);
  }
  const known = [...declared, ...best.values()];
  const pointing = new Set(known.flatMap(({ table, columns }) => columns.map((column) => `${table}\u0000${column}`)));
  const unnamed = await fewAtOnce(valueJoins(tables, pointing), (join) => prove(join, tables, dialect, ask));
  return withoutCircles([...known, ...withoutRivals(unnamed.flatMap((join) => join ?? []))]);
}

function declaredJoins(table: SurveyedTable, tables: readonly SurveyedTable[]): readonly Join[] {
  return (table.foreignKeys ?? []).flatMap((foreignKey): Join[] => {
    const to = tables.find(({ name }) => name.toLowerCase() === foreignKey.table.toLowerCase());
    const references = foreignKey.references ?? to?.primaryKey ?? [];
    const columns = namesIn(table, foreignKey.columns);
    const target = to && namesIn(to, references);
    if (!to || !columns || !target || columns.length !== target.length || to === table) return [];
    return [
      {
        table: table.name,
        columns,
        to: to.name,
        references: target,
        confidence: 1,
        evidence: ["a foreign key of the database"],
        indexed: isIndexed(table, columns),
      },
    ];
  });
}

/** Engines may write a key's columns in another case than the table has them. */
function namesIn(table: SurveyedTable, names: readonly string[]): readonly string[] | undefined {
  const found = names.map(
    (name) => table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name,
  );
  return found.every((name) => name !== undefined) ? (found as string[]) : undefined;
}

/** A table as joins look at it: worked out once, for each is held against all others. */
interface Side {
  readonly table: SurveyedTable;
  readonly key: Key | undefined;
  readonly noun: string;
  /** By name in small letters, and by what the name means. */
  readonly byName: ReadonlyMap<string, SurveyedColumn>;
  readonly byMeaning: ReadonlyMap<string, readonly SurveyedColumn[]>;
}

function sideOf(table: SurveyedTable, prefix: string | undefined): Side {
  const byMeaning = new Map<string, SurveyedColumn[]>();
  for (const column of table.columns) {
    const meant = wordsOf(column.name).meant.join(" ");
    byMeaning.set(meant, [...(byMeaning.get(meant) ?? []), column]);
  }
  return {
    table,
    key: keyOf(table),
    noun: nounOf(table.name, prefix).join(" "),
    byName: new Map(table.columns.map((column) => [column.name.toLowerCase(), column])),
    byMeaning,
  };
}

/** Whatever happened on a day of its own is not what other rows of that day belong to. */
function isDated({ table, key }: Side): boolean {
  return (
    key !== undefined &&
    key.columns.length > 1 &&
    key.columns.some((name) => /^(?:date|timestamp)$/.test(columnNamed(table, name)?.holds ?? ""))
  );
}

/** Columns that are named like the key of another table, or like that table and its key. */
function namedJoins(from: Side, sides: readonly Side[]): readonly Join[] {
  const { table, key: own } = from;
  return sides.flatMap((side): Join[] => {
    const { table: to, key, noun } = side;
    if (to === table || !key || to.kind === "view" || isDated(side)) return [];
    const named = key.columns.map((name) => columnLike(from, side, name, key.columns.length > 1));
    if (named.some((each) => each === undefined)) return [];
    const pairs = named as { column: SurveyedColumn; certainty: number; why: string }[];
    const columns = pairs.map(({ column }) => column.name);
    if (new Set(columns).size !== columns.length) return [];
    const oneToOne =
      own !== undefined && own.columns.length === columns.length && columns.every((name) => own.columns.includes(name));
    // Of two tables with one key, the one that is named like it is the parent.
    const keyWords = wordsOf(columns[0] ?? "").meant;
    const isNamedByKey = noun.split(" ").some((word) => keyWords.includes(word));
    if (oneToOne && !isNamedByKey) return [];
    const certainty = Math.min(...pairs.map((pair) => pair.certainty));
    return [
      {
        table: table.name,
        columns,
        to: to.name,
        references: key.columns,
        confidence: certainty - (oneToOne ? 0.1 : 0) + (isNamedByKey ? 0.05 : 0),
        evidence: [...new Set(pairs.map(({ why }) => why))],
        indexed: isIndexed(table, columns),
      },
    ];
  });
}

const unspecific = /^(?:id|code|key|number|name|sequence|kind|value|id number|line number)$/;

function columnLike(from: Side, { table: to, noun, byName }: Side, key: string, composite: boolean) {
  const target = byName.get(key.toLowerCase());
  if (!target) return undefined;
  const words = wordsOf(key).meant.join(" ");
  const same = from.byName.get(key.toLowerCase());
  if (same && (composite || !unspecific.test(words)) && comparable(same, target)) {
    return { column: same, certainty: 0.8, why: `named like the key of ${to.name}` };
  }
  if (composite) return undefined;
  const meanings = [
    ...(words.includes(" ") ? [words] : []),
    ...(unspecific.test(words) ? [`${noun} ${words}`] : []),
    `${noun} id`,
    `${noun} number`,
    `${noun} code`,
  ];
  const like = meanings
    .flatMap((meaning) => from.byMeaning.get(meaning) ?? [])
    .find((column) => comparable(column, target));
  return like ? { column: like, certainty: 0.7, why: `named like ${to.name} and its key` } : undefined;
}

function comparable(one: SurveyedColumn, other: SurveyedColumn): boolean {
  const family = ({ holds }: SurveyedColumn) => (holds === "decimal" || holds === "float" ? "integer" : holds);
  return family(one) === family(other);
}

/** Looks whether the sampled values are there in the other table: a bounded question that its key answers. */
async function prove(
  join: Join,
  tables: readonly SurveyedTable[],
  dialect: Dialect,
  ask: Ask,
): Promise<Join | undefined> {
  const [table, to] = [join.table, join.to].map((name) => tables.find((each) => each.name === name));
  if (!table || !to) return undefined;
  const at = join.columns.map((name) => table.columns.findIndex((column) => column.name === name));
  const tuples = new Map<string, readonly Parameter[]>();
  for (const row of table.sample) {
    const values = at.map((index) => row[index] ?? null);
    if (values.some((value) => value === null || String(value).trim() === "")) continue;
    tuples.set(values.map((value) => String(value).trim()).join("\u0000"), values);
    if (tuples.size >= 40) break;
  }
  if (tuples.size === 0) return { ...join, evidence: [...join.evidence, "no values to compare"] };
  const conditions = [...tuples.values()].map(
    () =>
      `(${join.references.map((name) => `${dialect.quote(name)} = ${dialect.placeholder(columnNamed(to, name))}`).join(" AND ")})`,
  );
  const { builder } = dialect;
  const { sql, bindings } = builder
    .select(builder.raw(join.references.map((name) => dialect.quote(name)).join(", ")))
    .from(builder.raw(quotedTable(dialect, to.name)))
    .whereRaw(conditions.join(" OR "), [...tuples.values()].flat() as never[])
    .toSQL()
    .toNative();
  const rows = await ask(sql, bindings as readonly Parameter[]);
  if (!rows)
    return { ...join, evidence: [...join.evidence, "could not be proven: the database did not answer in time"] };
  const found = new Set(rows.map((row) => row.map((value) => String(value).trim()).join("\u0000")));
  const share = found.size / tuples.size;
  const evidence = [...join.evidence, `${Math.round(share * 100)} % of ${tuples.size} sampled values are there`];
  // Old systems have orphans; without any value in common it is another key.
  return share < 0.3 ? undefined : { ...join, evidence, confidence: Math.min(0.97, join.confidence + 0.15 * share) };
}

/** Two tables with one key point at each other by name; the surer one stays. */
function withoutCircles(joins: readonly Join[]): readonly Join[] {
  return joins.filter(
    (join) =>
      !joins.some(
        (other) =>
          other.table === join.to &&
          other.to === join.table &&
          same(other.columns, join.references) &&
          same(other.references, join.columns) &&
          (other.confidence > join.confidence || (other.confidence === join.confidence && other.table > join.table)),
      ),
  );
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

function identityOf({ table, columns }: Join): string {
  return JSON.stringify([table, [...columns].sort()]);
}
