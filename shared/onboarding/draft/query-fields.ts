import { pluralNoun } from "../recognise/keys.ts";
import type { DraftHeader } from "./header.ts";
import { isComparable, listOf } from "./lists.ts";
import type { Names } from "./names.ts";
import type { DraftPlan } from "./plan.ts";
import { careOf, policyOf } from "./policies.ts";
import { directive, fieldText, type SdlField } from "./sdl.ts";
import type { Fields } from "./write.ts";

/** One row of each type by its key, where clients may know it, and all rows in pages. */
export function queryText(header: DraftHeader, plan: DraftPlan, fields: Fields, names: Names): string {
  const lines = plan.tables.flatMap((drafted): SdlField[] => {
    const values = fields.get(drafted.type)?.values ?? [];
    const keys = drafted.id.map((column) => values.find((value) => value.column === column && isComparable(value)));
    const result: SdlField[] = [];
    if (keys.length > 0 && keys.every((key) => key !== undefined)) {
      result.push({
        name: names.queryField(drafted.noun),
        type: drafted.type,
        arguments: keys.map((key) => ({ name: key?.sdl.name ?? "", type: `${key?.type}!` })),
        directives: [directive("row", {}), policyOf(header.id, careOf(plan, [drafted.table.name]))],
      });
    }
    const { arguments: given, orderBy } = listOf(drafted, values, []);
    result.push({
      name: names.queryField(pluralNoun(drafted.noun)),
      type: `${drafted.type}Connection`,
      arguments: given,
      directives: [directive("rows", { orderBy }), policyOf(header.id, careOf(plan, [drafted.table.name]))],
    });
    return result;
  });
  return lines.length === 0 ? "" : `type Query {\n${lines.map(fieldText).join("\n")}\n}`;
}
