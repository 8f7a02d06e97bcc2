/**
 * Values that departments type when they know nothing. They are missing: they neither match, block nor count
 * for term frequencies. A mapping's own `missing` list comes before this one.
 */
export function isPlaceholderName(tokens: readonly string[]): boolean {
  if (tokens.length === 0) return true;
  const text = tokens.join(" ");
  return placeholderNames.has(text) || /^(.)\1{2,}$/.test(text) || /^\d+$/.test(text) || newborn.test(text);
}

/** Digits that nobody was issued: one digit repeated, or the keyboard in order. */
export function isPlaceholderNumber(digits: string): boolean {
  return /^(\d)\1*$/.test(digits) || "01234567890123456789".includes(digits) || "98765432109876543210".includes(digits);
}

/** An e-mail address whose mailbox is a shrug. */
export function isPlaceholderMailbox(mailbox: string): boolean {
  return placeholderMailboxes.has(mailbox);
}

/** Dates that stand for "unknown" in the systems that wrote them (`YYYY-MM-DD`). */
export function isPlaceholderDate(date: string): boolean {
  return placeholderDates.has(date) || date >= "2100" || date < "1000";
}

/** What hospitals write of a child that has no name yet. */
const newborn = /^(?:(?:baby|infant|newborn)(?:boy|girl)?|(?:boy|girl|twin|son|daughter) of|rn d[aeo])\b/;

const placeholderNames: ReadonlySet<string> = new Set([
  "unknown",
  "unk",
  "unkn",
  "unnamed",
  "not known",
  "not given",
  "not stated",
  "no name",
  "noname",
  "none",
  "null",
  "nil",
  "na",
  "n a",
  "nn",
  "n n",
  "nfn",
  "nln",
  "fnu",
  "lnu",
  "xx",
  "tba",
  "tbc",
  "test",
  "tester",
  "anonymous",
  "anon",
  "john doe",
  "jane doe",
  "doe unknown",
  "male",
  "female",
  "boy",
  "girl",
  "newborn",
  "twin a",
  "twin b",
  "unbekannt",
  "unbekannte",
  "inconnu",
  "inconnue",
  "desconocido",
  "desconocida",
  "sconosciuto",
  "onbekend",
  "tundmatu",
  "neizvestno",
  "neizvestnyi",
  "ukjent",
  "okand",
  "nieznany",
  "nieznana",
  "brak danych",
  "ismeretlen",
  "tuntematon",
  "neznamy",
  "neznama",
  "bilinmiyor",
  "bilinmeyen",
  "nao informado",
  "nao informada",
  "nao consta",
  "ignorado",
  "ignorada",
  "desconhecido",
  "desconhecida",
  "sem nome",
  "sem informacao",
  "recem nascido",
  "recem nascida",
  "no informado",
  "no consta",
  "sin nombre",
  "sin datos",
  "sans nom",
  "non renseigne",
  "ohne namen",
  "keine angabe",
  "withheld",
  "confidential",
  "occupier",
  "the occupier",
  "resident",
  "deceased",
]);

const placeholderMailboxes: ReadonlySet<string> = new Set([
  "noreply",
  "no-reply",
  "none",
  "noemail",
  "no-email",
  "nomail",
  "no",
  "na",
  "unknown",
  "test",
  "nobody",
  "info",
  "email",
  "example",
  "refused",
  "notgiven",
  "donotreply",
  "x",
  "xx",
  "xxx",
]);

const placeholderDates: ReadonlySet<string> = new Set([
  "1900-01-01",
  "1899-12-30",
  "1899-12-31",
  "1753-01-01",
  "1601-01-01",
  "1111-11-11",
  "1800-01-01",
  "1901-01-01",
]);
