import type { Dialect } from "../../sql/dialect.ts";
import type { FormatContext } from "../../sql/formats/format.ts";
import type { Survey } from "../survey.ts";
import { type AttributeTable, findAttributeTables } from "./attribute-rows.ts";
import { type CodeTable, findCodeTables } from "./code-lists.ts";
import { findJoins, type Join } from "./joins.ts";
import { commonPrefix } from "./keys.ts";
import { withNameOrder } from "./name-order.ts";
import { givenNamesOf } from "./person-names.ts";
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

/** @param givenNames Known ones, in small letters without accents, beside those that the database itself keeps apart. */
export async function recognise(
  survey: Survey,
  dialect: Dialect,
  context: FormatContext,
  givenNames: ReadonlySet<string> = new Set(),
): Promise<Recognition> {
  const { tables } = survey;
  const prefix = commonPrefix(tables);
  const joins = await findJoins(tables, prefix, dialect, survey.ask);
  const attributeTables = findAttributeTables(tables, joins);
  const codeTables = findCodeTables(tables, joins, context);
  const found = findPersons(tables, joins, attributeTables, context, prefix);
  const persons = withNameOrder(found, tables, new Set([...givenNames, ...givenNamesOf(tables, context)]));
  return { survey, joins, attributeTables, codeTables, persons, prefix, context };
}
