/**
 * The one form of a decimal: `12.5` for `12.50`, `0.5` for `.5`, `0` for `-0.00`. Engines differ in whether they write the
 * zeros that a column's scale has room for.
 */
export function plainDecimal(text: string): string {
  const whole = text.startsWith(".") || text.startsWith("-.") ? text.replace(".", "0.") : text;
  const plain = whole.includes(".") ? whole.slice(0, endOf(whole)) : whole;
  return plain === "-0" ? "0" : plain;
}

const [point, zero] = [46, 48];

/** Where the digits that mean something end. Pages have thousands of these: no regular expression looks at them. */
function endOf(decimal: string): number {
  let end = decimal.length;
  while (decimal.charCodeAt(end - 1) === zero) end -= 1;
  return decimal.charCodeAt(end - 1) === point ? end - 1 : end;
}
