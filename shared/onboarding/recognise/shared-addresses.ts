import type { FormatContext } from "../../sql/formats/format.ts";
import type { SurveyedTable } from "../survey.ts";
import { guessAttributes } from "./attributes.ts";
import type { PersonGuess } from "./persons.ts";

/** Columns of an address in a row of several persons that do not say whose it is: the flat of both tenants, a building site. */
export interface SharedAddress {
  readonly table: string;
  readonly columns: readonly string[];
  /** The persons of the row who have no address of their own. */
  readonly roles: readonly string[];
}

export function sharedAddresses(
  tables: readonly SurveyedTable[],
  persons: readonly PersonGuess[],
  context: FormatContext,
): readonly SharedAddress[] {
  return tables.flatMap((table): SharedAddress[] => {
    const own = persons.filter((person) => person.table === table.name && person.role !== "");
    const homeless = own.filter(({ attributes }) => !attributes.some(({ is }) => isStreet(is)));
    const taken = new Set(own.flatMap(({ attributes }) => attributes.map(({ column }) => column)));
    const guesses = table.columns.flatMap((column) => {
      const [guess] = taken.has(column.name) ? [] : guessAttributes(column, context);
      const says = guess && guess.role === "" && guess.confidence >= 0.5 && addressParts.test(guess.is);
      return says ? [{ is: guess.is, column: column.name }] : [];
    });
    if (homeless.length === 0 || !guesses.some(({ is }) => isStreet(is))) return [];
    return [
      { table: table.name, columns: guesses.map(({ column }) => column), roles: homeless.map(({ role }) => role) },
    ];
  });
}

const addressParts = /^(?:FULL_ADDRESS|THOROUGHFARE|LOCATOR_DESIGNATOR|POST_NAME|POST_CODE|ADMIN_UNIT_L\d)$/;

function isStreet(is: string): boolean {
  return is === "FULL_ADDRESS" || is === "THOROUGHFARE";
}
