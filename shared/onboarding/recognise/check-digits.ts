import { share } from "../profile.ts";

/** Schemes of national numbers by which a wrong digit shows. Each takes digits, and letters where it has any. */
const schemes: readonly (readonly [name: string, pattern: RegExp, fits: (digits: string) => boolean])[] = [
  ["ISO 7064 MOD 11,10", /^\d{11}$/, iso7064],
  ["two-pass MOD 11 of 11 digits", /^[1-8]\d{10}$/, twoPassMod11],
  ["MOD 11 of 9 digits", /^\d{9}$/, (digits) => weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0],
  [
    "MOD 97 of 15 digits",
    /^[12]\d{14}$/,
    (digits) => 97n - (BigInt(digits.slice(0, 13)) % 97n) === BigInt(digits.slice(13)),
  ],
  ["MOD 97 of 11 digits", /^\d{11}$/, (digits) => 97 - (Number(digits.slice(0, 9)) % 97) === Number(digits.slice(9))],
  ["letter MOD 23", /^[XYZ\d]\d{7}[A-Z]$/, mod23],
  ["Luhn of 10 or 12 digits", /^\d{10}(?:\d\d)?$/, luhn],
];

/** The scheme that nearly all of these numbers keep to; a tenth would by chance. Undefined for fewer than eight. */
export function checkDigitScheme(texts: readonly string[]): string | undefined {
  const numbers = [...new Set(texts.map((text) => text.replace(/[\s.\-/]/g, "").toUpperCase()))];
  if (numbers.length < 8) return undefined;
  for (const [name, pattern, fits] of schemes) {
    if (share(numbers, (number) => pattern.test(number) && fits(number)) >= 0.85) return name;
  }
  return undefined;
}

function iso7064(digits: string): boolean {
  let product = 10;
  for (const digit of digits.slice(0, 10)) product = (((Number(digit) + product) % 10 || 10) * 2) % 11;
  return (11 - product) % 10 === Number(digits[10]);
}

/** Estonia, Lithuania. */
function twoPassMod11(digits: string): boolean {
  const first = weighted(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const rest = first < 10 ? first : (weighted(digits, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10;
  return rest === Number(digits[10]);
}

/** Spain. */
function mod23(text: string): boolean {
  const number = Number(text.slice(0, 8).replace(/^[XYZ]/, (letter) => String("XYZ".indexOf(letter))));
  return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] === text[8];
}

/** Sweden, Canada and others. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

function weighted(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0);
}
