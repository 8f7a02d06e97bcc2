import type { Format, FormatContext } from "../../../shared/sql/formats/format.ts";
import { todayIn } from "../../../shared/sql/formats/time-zone.ts";
import type { Row } from "./statements.ts";

const timeZone = "Europe/Tallinn";
export const context: FormatContext = { timeZone, today: todayIn(timeZone), encoding: "latin1" };

export const civilStatus: Codes = { S: "SINGLE", M: "MARRIED", D: "DIVORCED", W: "WIDOWED" };
export const eventKind: Codes = { BI: "BIRTH", MA: "MARRIAGE", DI: "DIVORCE", NC: "CHANGE_OF_NAME", DE: "DEATH" };
export const benefitStatus: Codes = { A: "ACTIVE", 1: "ACTIVE", S: "SUSPENDED", C: "CLOSED" };
export const permitKind: Codes = { BU: "BUILDING", EL: "ELECTRICAL", DE: "DEMOLITION", SI: "SIGN", EV: "EVENT" };
export const permitStatus = codes({ OPEN: ["RC", "RV", "AP", "IS"], CLOSED: ["CL", "DN", "WD"] });
export const caseStatus = codes({ OPEN: ["N", "O", "W"], CLOSED: ["F", "X", "D"] });

export type Codes = Readonly<Record<string, string>>;

function codes(byName: Readonly<Record<string, readonly string[]>>): Codes {
  return Object.fromEntries(Object.entries(byName).flatMap(([name, each]) => each.map((code) => [code, name])));
}

export function decoded(
  table: Codes,
  code: Row[number] | undefined,
  other: string | null = "UNRECOGNISED",
): string | null {
  const text = code == null ? "" : String(code).trim();
  return text === "" ? null : (table[text] ?? other);
}

export function read(format: Format, raw: Row[number] | undefined) {
  if (raw == null) return null;
  const value = format.read(raw, context);
  return typeof value === "symbol" ? null : value;
}
