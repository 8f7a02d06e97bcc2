/**
 * The city's national identification number: ten digits and a check digit by ISO 7064 MOD 11,10, the scheme of the
 * German tax number and the Croatian OIB. It says nothing about its holder.
 */
export function nationalIdOf(serial: number): string {
  const digits = String(serial).padStart(10, "0");
  return digits + checkDigit(digits);
}

/** True for eleven digits whose last one fits the others. */
export function isNationalId(text: string): boolean {
  return /^\d{11}$/.test(text) && checkDigit(text.slice(0, 10)) === text[10];
}

function checkDigit(digits: string): string {
  let product = 10;
  for (const digit of digits) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}
