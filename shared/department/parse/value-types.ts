import { formatOfType } from "../../sql/formats/by-type.ts";
import type { Format, ScalarName } from "../../sql/formats/format.ts";
import { type FormatName, formats } from "../../sql/formats/index.ts";
import { vocabularyRole } from "../../vocabulary/vocabulary.ts";
import type { FaultList, Placed } from "./fault.ts";
import { nearestName } from "./nearest.ts";
import type { Reading } from "./reading.ts";

const builtInScalars = ["String", "Int", "Float", "Boolean", "ID"];

/** A field of one of these types can be read from a column; enums and Service come on top. */
export function isScalar(type: string): boolean {
  return builtInScalars.includes(type) || vocabularyRole(type) === "scalar";
}

/** Text by which rows are named: what columns, constants and arguments can hold besides typed values. */
export function isText(type: string): boolean {
  return type === "String" || type === "ID";
}

/** The format must be able to give the type; enum values and service codes are made of text. */
export function checkFormat(name: FormatName, type: string, at: Placed, faults: FaultList): void {
  const wanted = isScalar(type) ? (type as ScalarName) : "String";
  const { produces } = formats[name];
  if (able(formats[name], wanted)) return;
  const others = Object.entries(formats).flatMap(([other, format]) => (able(format, wanted) ? [other] : []));
  const remedy = others.length > 0 ? `for ${type} there are ${others.join(", ")}` : "leave the format out";
  faults.add(at, `a format that gives ${type}`, `${name}, which gives ${produces.join(" or ")}`, remedy);
}

/** Retention and validity are asked in SQL: the legacy values must sort like the dates that they stand for. */
export function checkDateFormat(name: FormatName | undefined, at: Placed, faults: FaultList): void {
  if (name === undefined) return;
  const others = Object.entries(formats).flatMap(([other, format]) => (isDate(format) ? [other] : []));
  if (isDate(formats[name])) return;
  const found = `${name}, which gives ${formats[name].produces.join(" or ")}`;
  const unordered = able(formats[name], "Date") ? `${found} but does not sort` : found;
  faults.add(at, "a format of dates that sort by time", unordered, `there are ${others.join(", ")}`);
}

/** How the values of a field are read, and so compared. */
export function formatOf(type: string, name: FormatName | undefined): Format {
  if (name !== undefined) return formats[name];
  return formatOfType[isScalar(type) ? (type as ScalarName) : "String"];
}

function able(format: Format, type: ScalarName): boolean {
  return format.produces.includes(type) || (type === "ID" && format.produces.includes("String"));
}

function isDate(format: Format): boolean {
  return (able(format, "Date") || able(format, "DateTime")) && format.ordered === true && format.write !== undefined;
}

/** Every type that a field or argument of the file may name. */
export function checkTypeExists(type: string, at: Placed, reading: Reading): boolean {
  const { declarations } = reading;
  const item = type.replace(/(Connection|Edge)$/, "");
  if (isScalar(type) || type === "Citizen" || declarations.types.has(type) || declarations.enums.has(type)) return true;
  const role = vocabularyRole(type);
  if (role && role !== "owned" && role !== "interface") return true;
  if (item !== type && declarations.types.has(item)) return true;
  if (role) {
    const remedy = role === "owned" ? "it belongs to another subgraph" : `name a type that implements ${type}`;
    reading.faults.add(at, "a type that a department can hold", `\`${type}\``, remedy);
    return false;
  }
  const own = [...declarations.types.keys()];
  const known = [
    ...own,
    ...own.map((name) => `${name}Connection`),
    ...declarations.enums.keys(),
    ...builtInScalars,
    "Date",
    "DateTime",
    "Decimal",
    "Citizen",
  ];
  const nearest = nearestName(type, known);
  const remedy = nearest === undefined ? "define it" : `did you mean ${nearest}?`;
  reading.faults.add(at, "a type that is defined", `\`${type}\``, remedy);
  return false;
}
