import { diminutiveGroups } from "./diminutive-groups.ts";
import { nicknameGroups } from "./nickname-groups.ts";

/** The formal names that a given name may stand for, itself included, sorted: `bob` gives `bob`, `robert`. */
export function givenNameForms(name: string): readonly string[] {
  return forms.get(name) ?? [name];
}

const forms = new Map<string, readonly string[]>();
for (const [formal, ...nicknames] of [...nicknameGroups, ...diminutiveGroups].map((group) => group.split(" "))) {
  if (formal === undefined) continue;
  for (const name of [formal, ...nicknames]) {
    forms.set(name, [...new Set([name, formal, ...(forms.get(name) ?? [])])].sort());
  }
}
