import type { PersonAddress } from "../../../../shared/department/person-feed.ts";
import { words } from "./text.ts";

/** The parts of an address that linking compares. */
export interface AddressParts {
  readonly street?: string;
  readonly houseNumber?: string;
  /** The building, property or locality that the locator names besides its number. */
  readonly locatorName?: string;
  readonly place?: string;
  readonly postCode?: string;
  readonly region?: string;
}

/** Structured parts where the department has them, else what a light reading of the printed address finds. */
export function addressParts(address: PersonAddress | undefined): AddressParts {
  if (address === undefined) return {};
  const printed = address.thoroughfare === undefined ? readPrinted(address.fullAddress) : {};
  const locator = splitLocator(address.locatorDesignator);
  const street = splitStreet(address.thoroughfare);
  return {
    street: street.street ?? printed.street,
    houseNumber: locator.number ?? street.number ?? printed.houseNumber,
    locatorName: locator.name,
    place: text(address.postName ?? address.adminUnitL2) ?? printed.place,
    postCode: code(address.postCode) ?? printed.postCode,
    region: text(address.adminUnitL1),
  };
}

function readPrinted(value: string | undefined): AddressParts {
  if (value === undefined) return {};
  const parts = value
    .replace(countryPrefix, "$1")
    .replace(postCodeAfterNumber, "$1,$2")
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const first = parts.findIndex((part) => /\d/.test(part) && /[a-z]{3}/i.test(part));
  const { street, number } = splitStreet(parts[Math.max(first, 0)]);
  const rest = parts.slice(Math.max(first, 0) + 1).flatMap(words);
  return {
    street,
    houseNumber: number,
    place: rest.filter((word) => !/\d/.test(word)).join(" ") || undefined,
    postCode: rest.filter((word) => /\d/.test(word)).join("") || undefined,
  };
}

/** The country before a post code, as in `D-24103 Kiel`. */
const countryPrefix = /(^|[\s,;])[A-Z]{1,3}-(?=\d{4,6}\s)/g;
/** Where nothing but a blank stands between house number and post code, as in `Lindenweg 79 24103 Kiel`. */
const postCodeAfterNumber = /(\s\d+\s?[a-z]?)\s+(\d{4,6}\s+\D+)$/i;

/** `12b Harbour Street`, `Harbour Street 12b` and `Harbour St` all name one street, `2-7` is a flat; unit words go. */
function splitStreet(value: string | undefined): { street?: string; number?: string } {
  if (value === undefined) return {};
  const tokens = words(value).map((word) => abbreviations[word] ?? word);
  const runs = numberRuns(tokens);
  const run =
    runs.find(({ from }) => numberWords.has(tokens[from - 1] ?? "")) ??
    runs.find(({ from, to }) => from < 3 || to === tokens.length);
  const street = tokens.filter((word, at) => !(run && at >= run.from && at < run.to) && !unitWords.has(word)).join(" ");
  const number = run === undefined ? undefined : tokens.slice(run.from, run.to).join("/");
  return { street: street || undefined, number };
}

/** Where numbers stand side by side, as `2-7` does once it is split into words. */
function numberRuns(tokens: readonly string[]): readonly { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const [at, token] of tokens.entries()) {
    if (!isNumber(token)) continue;
    const last = runs.at(-1);
    if (last?.to === at) last.to = at + 1;
    else runs.push({ from: at, to: at + 1 });
  }
  return runs;
}

function isNumber(word: string): boolean {
  return /^\d+[a-z]?$/.test(word);
}

/** Numbers come from the parts that are all numbers, so that `12, Unit 3 Milton House` keeps its 12. */
function splitLocator(value: string | undefined): { number?: string; name?: string } {
  if (value === undefined) return {};
  const parts = value.split(",").map((part) => words(part).filter((word) => !unitWords.has(word)));
  const numeric = parts.filter((part) => part.length > 0 && part.every(isNumber));
  const named = parts.filter((part) => !part.every(isNumber)).flat();
  const number =
    numeric.length > 0 ? numeric.flat().join("/") : parts.length === 1 ? named.filter(isNumber).join("/") : "";
  const name = (number !== "" && numeric.length === 0 ? named.filter((word) => !isNumber(word)) : named).join(" ");
  return { number: number || undefined, name: name || undefined };
}

function text(value: string | undefined): string | undefined {
  return value === undefined ? undefined : words(value).join(" ") || undefined;
}

function code(value: string | undefined): string | undefined {
  const joined = words(value?.replace(zipPlus4, "$1") ?? "").join("");
  return joined === "" || /^0+$|^9{4,}$/.test(joined) ? undefined : joined;
}

/** Of `45405-8680` others write `45405`. */
const zipPlus4 = /^\s*(\d{5})-\d{4}\s*$/;

/** What stands before a house number. */
const numberWords: ReadonlySet<string> = new Set(["no", "nr", "num", "numero"]);

/** Words that say nothing of which unit or street it is, and that many leave out. */
const unitWords: ReadonlySet<string> = new Set([
  ...["flat", "apt", "apartment", "unit", "suite", "room"],
  ...numberWords,
  ...["ul", "ulica"],
]);

const abbreviations: Readonly<Record<string, string>> = {
  st: "street",
  str: "street",
  strasse: "street",
  straße: "street",
  rd: "road",
  ave: "avenue",
  av: "avenue",
  avda: "avenue",
  avenida: "avenue",
  r: "rua",
  ln: "lane",
  dr: "drive",
  ct: "court",
  crt: "court",
  pl: "place",
  cres: "crescent",
  cr: "crescent",
  cct: "circuit",
  cl: "close",
  blvd: "boulevard",
  sq: "square",
  tce: "terrace",
  ter: "terrace",
  pde: "parade",
  hwy: "highway",
  pkwy: "parkway",
  gr: "grove",
  gdns: "gardens",
  mt: "mount",
};
