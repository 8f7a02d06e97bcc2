import type { Format } from "./format.ts";
import { givenNameFirst } from "./last-comma-first.ts";
import { titleCase, trimmedText } from "./text.ts";

/** Forms of address at the beginning of a name. */
export const titles = /^(?:(?:mr|mrs|ms|miss|mx|sir|madam|dr|prof|herr|frau|sra|sr|hr|fr|mme|mlle)\b\.?\s+)+/i;
const remarks = /\([^)]*\)|\[[^\]]*\]|\s[-–*/]{1,3}\s.*$|\s\*.*$/g;

/** `mrs.  SMITH, ANNA (calls back)` is `Anna Smith`. Without a single letter there is no name. */
export const FREE_TEXT_NAME: Format = {
  description: "Names as people typed them: titles, doubled blanks and remarks are taken away.",
  produces: ["String"],
  read(raw, context) {
    const text = trimmedText(raw, context).replace(remarks, " ").replace(/\s+/g, " ").trim().replace(titles, "");
    const name = givenNameFirst(text).replace(titles, "");
    if (!/\p{L}/u.test(name)) return null;
    return titleCase(name === name.toLowerCase() ? name.toUpperCase() : name);
  },
};
