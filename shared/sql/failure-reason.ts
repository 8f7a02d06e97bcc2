/**
 * Why a database could not be read, as a log may say it: the code of the driver or of the system (`ECONNREFUSED`,
 * `ORA-01017`, `28P01`, `ER_ACCESS_DENIED_ERROR`), with SQL Server's number (`EREQUEST 208`). Messages, which can name hosts,
 * accounts and values, are not looked at. Where nothing has a code, the class of what was thrown.
 */
export function failureReason(error: unknown): string {
  const chain = causesOf(error);
  for (const cause of chain.toReversed()) {
    const { code, number, errorNum } = cause as { code?: unknown; number?: unknown; errorNum?: unknown };
    if (typeof code === "string" && wellFormed.test(code) && code !== "DEPARTMENT_UNAVAILABLE") {
      return typeof number === "number" ? `${code} ${number}` : code;
    }
    if (typeof errorNum === "number" && errorNum > 0) return `ORA-${String(errorNum).padStart(5, "0")}`;
  }
  const deepest = chain.at(-1);
  return deepest instanceof Error ? deepest.constructor.name : typeof error;
}

/** Constants of drivers and systems; SQLSTATE has five characters. */
const wellFormed = /^(?:[A-Z][A-Z0-9_]{2,60}|[0-9A-Z]{5}|(?:ORA|NJS|DPI|TNS)-\d{3,5})$/;
const deepestLevel = 8;

/** The error and what caused it, outermost first; of several at once, such as one for each address, the first. */
function causesOf(error: unknown): readonly object[] {
  const chain: object[] = [];
  for (let at = error; typeof at === "object" && at !== null && chain.length < deepestLevel; ) {
    chain.push(at);
    const { cause, errors, originalError } = at as { cause?: unknown; errors?: unknown; originalError?: unknown };
    at = cause ?? originalError ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return chain;
}
