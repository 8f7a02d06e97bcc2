import type { RecordPage } from "./batch/load.ts";
import type { LinkableRecord } from "./features.ts";
import { nameParts, unmarkedWords } from "./normalise/names.ts";

/** So many records of a source are looked at. */
const sample = 20_000;
/** Fewer names than this, or than this share of a source's, tell nothing. */
const [fewest, share] = [30, 0.2];

/** Endings of East Slavic patronymics, which stand last only where the family name stands first. */
const patronymic = /(?:[oe]v[iy]ch|[oei]vna|ichna)$/;

/**
 * Finds sources that write full names family name first, which nothing in a single name tells. Linking reads them given
 * name first: all of a family then seem to share their given name, and households are linked as persons. Words are
 * known as given or family names from the records that keep the two apart.
 */
export class NameOrder {
  readonly #given = new Map<string, number>();
  readonly #family = new Map<string, number>();
  readonly #names = new Map<string, (readonly string[])[]>();
  readonly #seen = new Map<string, number>();

  async *watched(pages: AsyncIterable<RecordPage>): AsyncGenerator<RecordPage> {
    for await (const page of pages) {
      for (const record of page.records) this.#see(page.department, record);
      yield page;
    }
  }

  /** A sentence for each source that seems to be read in the wrong order. */
  remarks(): readonly string[] {
    return [...this.#names].flatMap(([department, names]) => {
      const format = this.#formatOf(names);
      return format === undefined
        ? []
        : [
            `Full names of ${department} seem to be written family name first: map them as FULL_NAME with \`format: ${format}\`, or relatives are taken for one person.`,
          ];
    });
  }

  #see(department: string, record: LinkableRecord): void {
    const seen = this.#seen.get(department) ?? 0;
    if (seen === sample) return;
    this.#seen.set(department, seen + 1);
    const words = record.fullName === undefined ? undefined : unmarkedWords(record.fullName);
    if (record.fullName === undefined || words === undefined) {
      const { given = "", family = "" } = nameParts(record);
      for (const word of given.split(" ")) this.#given.set(word, (this.#given.get(word) ?? 0) + 1);
      for (const word of family.split(" ")) this.#family.set(word, (this.#family.get(word) ?? 0) + 1);
      return;
    }
    const names = this.#names.get(department) ?? [];
    this.#names.set(department, names);
    if (words.length > 1) names.push(words);
  }

  /** The format that turns most of these names round; undefined where they are given name first or nothing tells. */
  #formatOf(names: readonly (readonly string[])[]): "FAMILY_FIRST" | "TWO_FAMILY_NAMES_FIRST" | undefined {
    let [familyFirst, givenFirst, twice] = [0, 0, 0];
    for (const [first = "", second = "", ...rest] of names) {
      const last = rest.at(-1) ?? second;
      const kinds = [this.#kindOf(first), this.#kindOf(second), this.#kindOf(last)];
      const byFather = [second, last].map((word) => patronymic.test(word));
      if (kinds[0] === "given" && kinds[2] === "family") givenFirst += 1;
      else if (rest.length > 0 && byFather[0] !== byFather[1]) {
        if (byFather[0]) givenFirst += 1;
        else if (kinds[0] !== "given") familyFirst += 1;
      } else if (kinds[0] === "family" && kinds[2] !== "family" && kinds.includes("given")) {
        familyFirst += 1;
        if (rest.length > 0 && kinds[1] === "family") twice += 1;
      }
    }
    if (familyFirst < Math.max(fewest, share * names.length) || familyFirst <= 2 * givenFirst) return undefined;
    return 2 * twice > familyFirst ? "TWO_FAMILY_NAMES_FIRST" : "FAMILY_FIRST";
  }

  #kindOf(word: string): "given" | "family" | undefined {
    const [given, family] = [this.#given.get(word) ?? 0, this.#family.get(word) ?? 0];
    if (given > 4 * family) return "given";
    return family > 4 * given ? "family" : undefined;
  }
}
