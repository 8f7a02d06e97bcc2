import type { Dialect } from "../../sql/dialect.ts";
import type { FormatContext } from "../../sql/formats/format.ts";
import type { Survey } from "../survey.ts";
import { type AttributeTable, findAttributeTables } from "./attribute-rows.ts";
import { type CodeTable, findCodeTables } from "./code-lists.ts";
import { findJoins, type Join } from "./joins.ts";
import { commonPrefix } from "./keys.ts";
import { findPersons, type PersonGuess } from "./persons.ts";

/** What a database seems to be about. */
export interface Recognition {
  readonly survey: Survey;
  readonly joins: readonly Join[];
  readonly attributeTables: readonly AttributeTable[];
  readonly codeTables: readonly CodeTable[];
  readonly persons: readonly PersonGuess[];
  /** First word of most tables' names, which says nothing. */
  readonly prefix: string | undefined;
  readonly context: FormatContext;
}

export async function recognise(survey: Survey, dialect: Dialect, context: FormatContext): Promise<Recognition> {
  const { tables } = survey;
  const prefix = commonPrefix(tables);
  const joins = await findJoins(tables, prefix, dialect, survey.ask);
  const attributeTables = findAttributeTables(tables, joins);
  const codeTables = findCodeTables(tables, joins, context);
  // Nobody was born in the future.
  const persons = findPersons(tables, joins, attributeTables, { ...context, yearsAhead: 0 }, prefix);
  return { survey, joins, attributeTables, codeTables, persons, prefix, context };
}
