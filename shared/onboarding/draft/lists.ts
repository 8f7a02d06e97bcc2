import { formatOfType } from "../../sql/formats/by-type.ts";
import type { Format, ScalarName } from "../../sql/formats/format.ts";
import { formats } from "../../sql/formats/index.ts";
import { indexesOf, isIndexed, startsWith } from "../recognise/keys.ts";
import type { ValueField } from "./fields.ts";
import type { DraftTable } from "./plan.ts";
import { directive, type SdlArgument, type SdlValue, symbol } from "./sdl.ts";

/** What a list of rows takes and costs. */
export interface ListDraft {
  readonly arguments: readonly SdlArgument[];
  readonly orderBy?: SdlValue;
  /** Said where no index carries the list. */
  readonly remark?: string;
}

const paging: readonly SdlArgument[] = [
  { name: "first", type: "Int = 20" },
  { name: "after", type: "String" },
];

/**
 * A list of a table's rows, of those whose `on` columns are given or of all. It is filtered and ordered by what an
 * index carries, and never by what says who a person is: a filter answers questions that the field itself would not.
 */
export function listOf(listed: DraftTable, values: readonly ValueField[], on: readonly string[]): ListDraft {
  const { table } = listed;
  const after = new Set(
    indexesOf(table)
      .filter((index) => startsWith(index, on))
      .flatMap((index) => index[on.length] ?? []),
  );
  const filters = values
    .filter(
      ({ own, sensitivity, column }) =>
        own && sensitivity === "ORDINARY" && after.has(column) && !on.includes(column) && listed.id.join() !== column,
    )
    .flatMap(filtersOf);
  const indexed = on.length === 0 || isIndexed(table, on);
  // Within one person's rows sorting costs little; a whole table is sorted only by an index.
  const dated = values.filter(
    ({ own, type, reading }) => own && (type === "Date" || type === "DateTime") && sorts(type, reading.format),
  );
  const newest = dated.find(({ column }) => after.has(column)) ?? (on.length > 0 && indexed ? dated[0] : undefined);
  const { count, atLeast } = table.rows;
  const size =
    count === 0 && atLeast
      ? "of unknown size"
      : `${atLeast ? "more than" : "about"} ${count.toLocaleString("en")} rows`;
  return {
    arguments: [...paging, ...filters],
    ...(newest ? { orderBy: [{ column: newest.column, direction: symbol("DESC") }] } : {}),
    ...(indexed
      ? {}
      : {
          remark: `No index of ${table.name} begins with ${on.join(", ")}: each page reads the whole table, ${size}.`,
        }),
  };
}

function filtersOf({ sdl: { name }, type, reading }: ValueField): readonly SdlArgument[] {
  if (reading.type === "Enum")
    return [{ name, type: `[${type}!]`, directive: directive("filter", { field: name, by: symbol("IN") }) }];
  const format = formatFor(type, reading.format);
  if (!format?.write) return [];
  if (type === "Date" || type === "DateTime") {
    if (!format.ordered) return [];
    return (["From", "To"] as const).map((end) => ({
      name: `${name}${end}`,
      type,
      directive: directive("filter", { field: name, by: symbol(end.toUpperCase()) }),
    }));
  }
  return [{ name, type }];
}

/** Can a single row be asked for by this field? */
export function isComparable({ own, type, reading, sensitivity }: ValueField): boolean {
  if (!own || sensitivity !== "ORDINARY") return false;
  return reading.type === "Enum" || formatFor(type, reading.format)?.write !== undefined;
}

function sorts(type: string, format: ValueField["reading"]["format"]): boolean {
  return formatFor(type, format)?.ordered === true;
}

function formatFor(type: string, format: ValueField["reading"]["format"]): Format | undefined {
  return format ? formats[format] : formatOfType[type as ScalarName];
}
