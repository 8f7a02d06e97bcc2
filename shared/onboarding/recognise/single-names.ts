import { share } from "../profile.ts";
import type { SurveyedTable } from "../survey.ts";
import type { PersonColumn } from "./persons.ts";
import { textFormat } from "./texts.ts";

/**
 * A column that is called a name and no more: where its values are one word each, it is the family name beside a given
 * one (`nom`, `prenom`), and the given name beside a family name (`nombre`, `apellidos`).
 */
export function withSingleNames(columns: readonly PersonColumn[], table: SurveyedTable): readonly PersonColumn[] {
  return columns.map((column) => {
    const profile = table.columns.find(({ name }) => name === column.column)?.profile;
    if (column.is !== "FULL_NAME" || !profile || profile.texts.length === 0) return column;
    const beside = columns.filter(({ role }) => role === column.role).map(({ is }) => is);
    const hasGiven = beside.includes("GIVEN_NAME");
    if (hasGiven === beside.includes("FAMILY_NAME")) return column;
    if (share(profile.texts, (text) => /[\s,]/.test(text)) > 0.5) return column;
    const reason = `values are single words beside a ${hasGiven ? "given" : "family"} name`;
    return {
      ...column,
      is: hasGiven ? "FAMILY_NAME" : "GIVEN_NAME",
      format: textFormat(profile),
      confidence: Math.max(column.confidence, 0.85),
      evidence: [...column.evidence.slice(0, 1), reason],
    };
  });
}
