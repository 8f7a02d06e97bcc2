import { citizenOwned, queryOwned } from "../../department/parse/root-fields.ts";
import { vocabularyRole } from "../../vocabulary/vocabulary.ts";
import { toAscii } from "../recognise/ascii.ts";

/** Names that other departments of the city already have. */
export interface TakenNames {
  readonly types: ReadonlySet<string>;
  readonly citizenFields: ReadonlySet<string>;
  readonly queryFields: ReadonlySet<string>;
}

/** Gives each thing of a draft a name that nothing else has. */
export interface Names {
  /** `alternative` is what it can be called before the department's name is put in front. */
  type(words: readonly string[], alternative?: readonly string[]): string;
  citizenField(words: readonly string[]): string;
  queryField(words: readonly string[]): string;
}

/** What GraphQL or the wrapper has already; `Node` and `Error` would only confuse. */
const reservedTypes: ReadonlySet<string> = new Set(
  "Query Mutation Subscription Citizen String Int Float Boolean ID Date DateTime Decimal PageInfo FieldSet Node Error Row".split(
    " ",
  ),
);

/** `department` are the words of its id, which tell a name apart where another has it. */
export function namesFor(department: readonly string[], taken: TakenNames): Names {
  const types = new Set<string>();
  const citizenFields = new Set<string>();
  const queryFields = new Set<string>();
  const free = (used: Set<string>, isTaken: (name: string) => boolean, candidates: readonly string[]) => {
    const candidate = candidates.find((name) => !used.has(name.toLowerCase()) && !isTaken(name));
    let name = candidate ?? "";
    const last = candidates.at(-1) ?? "thing";
    for (let number = 2; name === ""; number++) {
      const numbered = `${last}${number}`;
      if (!used.has(numbered.toLowerCase()) && !isTaken(numbered)) name = numbered;
    }
    used.add(name.toLowerCase());
    return name;
  };
  return {
    type: (words, alternative) =>
      free(
        types,
        (name) =>
          reservedTypes.has(name) ||
          vocabularyRole(name) !== undefined ||
          taken.types.has(name) ||
          /(?:Connection|Edge)$/.test(name),
        [pascal(words), ...(alternative ? [pascal(alternative)] : []), pascal([...department, ...words])],
      ),
    citizenField: (words) =>
      free(
        citizenFields,
        // A citizen's `citizens` would be anybody's guess.
        (name) =>
          citizenOwned.has(name) || name === "citizens" || name.endsWith("Keys") || taken.citizenFields.has(name),
        [camel(words), camel([...department, ...words])],
      ),
    queryField: (words) =>
      free(queryFields, (name) => queryOwned.has(name) || taken.queryFields.has(name), [
        camel(words),
        camel([...department, ...words]),
      ]),
  };
}

export function camel(words: readonly string[]): string {
  const name = pascal(words);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Letters and digits only, a letter first, and never two underscores. */
export function pascal(words: readonly string[]): string {
  const name = words
    .flatMap((word) => toAscii(word).split(/[^A-Za-z0-9]+/))
    .filter((word) => word !== "")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
  if (name === "") return "Value";
  return /^\d/.test(name) ? `N${name}` : name;
}

/** `Child benefit` is `CHILD_BENEFIT`; at most six words, for descriptions can be long. */
export function enumValueName(text: string): string {
  const name = toAscii(text)
    .replace(/['’]/g, "")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .slice(0, 6)
    .join("_")
    .toUpperCase();
  if (name === "" || name === "TRUE" || name === "FALSE" || name === "NULL") return `CODE_${name || "BLANK"}`;
  return /^\d/.test(name) ? `CODE_${name}` : name;
}
