import { nounOf } from "../recognise/keys.ts";
import { isSpecialTable, type Sensitivity, sensitivityOf } from "../recognise/sensitive.ts";
import type { DraftPlan } from "./plan.ts";
import { directive, type SdlField } from "./sdl.ts";

/** By department and care: whoever reads its matters need not read who a person is, or what is special about him or her. */
export function policyOf(department: string, sensitivity: Sensitivity): SdlField["directives"][number] {
  const right = sensitivity === "SPECIAL" ? "special" : sensitivity === "PERSONAL" ? "personal" : "read";
  return directive("policy", { policies: [[`${department}:${right}`]] });
}

/** That somebody has rows of a special kind, or which row a special column points to, says as much as they do. */
export function careOf(plan: DraftPlan, tables: readonly string[], columns: readonly string[] = []): Sensitivity {
  const special =
    tables.some((table) => isSpecialTable(nounOf(table, plan.recognition.prefix))) ||
    columns.some((name) => sensitivityOf(name) === "SPECIAL");
  return special ? "SPECIAL" : "ORDINARY";
}
