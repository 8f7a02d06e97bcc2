/**
 * A name as the dictionary has it. What is written in one case, large or small, is a name as legacy systems gave them,
 * without quotation marks: Oracle keeps it in capitals. A name in both cases, or in quotation marks, is meant as it stands.
 */
export function nameOf(identifier: string): string {
  if (/^".*"$/.test(identifier)) return identifier.slice(1, -1);
  return identifier === identifier.toLowerCase() ? identifier.toUpperCase() : identifier;
}
