import type { Format } from "./format.ts";
import { givenNameFirst } from "./last-comma-first.ts";
import { titleCase, trimmedText } from "./text.ts";

/** `IVANOV IVAN PETROVICH` is `Ivan Petrovich Ivanov`, `Kim Min Jun` is `Min Jun Kim`. One word is taken as it stands. */
export const FAMILY_FIRST: Format = {
  description: "Names written family name first without a comma: `IVANOV IVAN PETROVICH` is `Ivan Petrovich Ivanov`.",
  produces: ["String"],
  read(raw, context) {
    return familyNamesLast(trimmedText(raw, context), 1);
  },
};

/** `GARCIA LOPEZ ANA MARIA` is `Ana Maria Garcia Lopez`; of two words only the first is a family name. */
export const TWO_FAMILY_NAMES_FIRST: Format = {
  description: "Names written two family names first: `GARCIA LOPEZ ANA MARIA` is `Ana Maria Garcia Lopez`.",
  produces: ["String"],
  read(raw, context) {
    return familyNamesLast(trimmedText(raw, context), 2);
  },
};

/** Words that begin a family name of several, and those that may follow them; `Le` and `Du` are whole names elsewhere. */
const particles = "(?:(?:van|von|de|del|della|dos|zu|af|ter)(?: (?:der|den|het|la|las|los))* )?";
const familyName = new RegExp(`^(?:y )?${particles}\\S+ `, "i");
const capitalsThenNot = /^((?:[^\p{Ll}\s]*\p{Lu}{2}[^\p{Ll}\s]* )+)(?=\S*\p{Ll})/u;

/** A comma, or a family name in capitals before others that are not, says where it ends. */
function familyNamesLast(text: string, most: number): string | null {
  const name = text.replace(/\s+/g, " ");
  if (name.includes(",")) return titleCase(givenNameFirst(name)) || null;
  const capitals = capitalsThenNot.exec(name)?.[0];
  let family = capitals ?? "";
  for (let found = 0; capitals === undefined && found < most; found += 1) {
    family += familyName.exec(name.slice(family.length))?.[0] ?? "";
  }
  return titleCase(`${name.slice(family.length)} ${family}`.trim()) || null;
}
