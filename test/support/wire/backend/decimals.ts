/** Exact decimals as plain text (`-12.50`): neither engine's numbers fit a JavaScript number. */

/** Plain text of a number that SQLite or a driver gave, without exponent, plus sign or superfluous zeros. */
export function plainDecimal(value: bigint | number | string): string {
  const text = typeof value === "number" ? shortest(value) : String(value).trim();
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (!match || (match[2] === "" && (match[3] ?? "") === "")) throw new Error("not a number");
  const exponent = Number(match[4] ?? 0);
  let digits = (match[2] ?? "") + (match[3] ?? "");
  let point = (match[2] ?? "").length + exponent;
  if (point < 0) {
    digits = "0".repeat(-point) + digits;
    point = 0;
  }
  digits = digits.padEnd(point, "0");
  const whole = digits.slice(0, point).replace(/^0+(?=\d)/, "") || "0";
  const fraction = digits.slice(point).replace(/0+$/, "");
  const plain = fraction === "" ? whole : `${whole}.${fraction}`;
  return match[1] === "-" && plain !== "0" ? `-${plain}` : plain;
}

/** `value` times ten to the `scale`, rounded half away from zero: the integer that a fixed-point wire format carries. */
export function scaledInteger(value: bigint | number | string, scale: number): bigint {
  const plain = plainDecimal(value);
  const negative = plain.startsWith("-");
  const [whole = "0", fraction = ""] = plain.replace("-", "").split(".");
  const kept = fraction.padEnd(scale + 1, "0");
  let scaled = BigInt(whole + kept.slice(0, scale));
  if (kept.charCodeAt(scale) >= 53) scaled += 1n;
  return negative ? -scaled : scaled;
}

/** The text of `scaled` divided by ten to the `scale`, with exactly `scale` digits after the point. */
export function unscaledText(scaled: bigint, scale: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return scaled < 0n ? `-${text}` : text;
}

/** How SQLite keeps a decimal: INTEGER or REAL when that loses nothing, otherwise text (equality still works). */
export function storedDecimal(value: bigint | number | string): bigint | number | string {
  const plain = plainDecimal(value);
  if (!plain.includes(".")) {
    const integer = BigInt(plain);
    return BigInt.asIntN(64, integer) === integer ? integer : plain;
  }
  return plain.replace(/[-.]/g, "").replace(/^0+/, "").length <= 15 ? Number(plain) : plain;
}

/** 15 significant digits hide what binary floating point adds to a decimal sum. */
function shortest(value: number): string {
  const exact = String(value);
  return exact.replace(/e.*|[-.]/g, "").replace(/^0+/, "").length > 15 ? String(Number(value.toPrecision(15))) : exact;
}
