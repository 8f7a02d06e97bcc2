/**
 * The one form of a decimal: `12.5` for `12.50`, `0.5` for `.5`, `0` for `-0.00`. Engines differ in whether they write the
 * zeros that a column's scale has room for.
 */
export function plainDecimal(text: string): string {
  const whole = text.replace(/^(-?)\./, "$10.");
  const plain = whole.includes(".") ? whole.replace(/\.?0+$/, "") : whole;
  return plain === "-0" ? "0" : plain;
}
