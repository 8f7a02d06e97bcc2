import type { EngineType } from "./engine-types.ts";
import { expressionType, type StatementScope } from "./expression-types.ts";
import { isComparison, operandEnd, operandStart } from "./rewriting.ts";
import { group, isName, isWord, joinWith, type Node, splitAt } from "./sql-tree.ts";

/** Makes the engine's implicit conversion of `operand` to `type` visible. */
export type Conversion = (operand: Node[], type: EngineType) => Node[];

const NO_OPERAND = ["CASE", "END", "NOT", "ANY", "ALL", "SOME", "EXISTS", "DATE", "TIMESTAMP", "NULL"];

/**
 * Texts beside a date or time are converted before they are compared: `d >= '20240131'`, `d IN ('...')`,
 * `d BETWEEN '...' AND '...'`. Names of unknown type count as texts where `orUnknown` says so.
 */
export function convertBesideMoments(
  nodes: readonly Node[],
  scope: StatementScope,
  convert: Conversion,
  orUnknown: boolean,
): Node[] {
  const result = [...nodes];
  const momentOf = (from: number, to: number) => {
    const type = expressionType(result.slice(from, to), scope);
    return type && isMoment(type) ? type : undefined;
  };
  const replace = (from: number, to: number, type: EngineType) => {
    const operand = result.slice(from, to);
    if (isTextual(operand, scope, orUnknown)) result.splice(from, to - from, ...convert(operand, type));
  };
  // From the end, so that what is replaced moves nothing that is still to be looked at.
  for (let at = nodes.length - 1; at > 0; at--) {
    const node = result[at] as Node;
    const operator = isWord(result[at - 1], "NOT") ? at - 1 : at;
    const start = operandStart(result, operator - 1);
    if (isComparison(node)) {
      const end = operandEnd(result, at + 1);
      const [left, right] = [momentOf(start, at), momentOf(at + 1, end)];
      if (left && !right) replace(at + 1, end, left);
      if (right && !left) replace(start, at, right);
    } else if (isWord(node, "BETWEEN")) {
      const type = momentOf(start, operator);
      const middle = operandEnd(result, at + 1);
      if (!type) continue;
      replace(middle + 1, operandEnd(result, middle + 1), type);
      replace(at + 1, middle, type);
    } else if (isWord(node, "IN")) {
      const type = momentOf(start, operator);
      const list = result[at + 1];
      if (!type || list?.kind !== "group" || isWord(list.items[0], "SELECT", "WITH")) continue;
      const items = splitAt(list.items).map((item) => (isTextual(item, scope, orUnknown) ? convert(item, type) : item));
      result[at + 1] = group(joinWith(items));
    }
  }
  return result;
}

function isMoment(type: EngineType): boolean {
  return type.kind === "date" || type.kind === "datetime" || type.kind === "zoned" || type.kind === "time";
}

function isTextual(operand: readonly Node[], scope: StatementScope, orUnknown: boolean): boolean {
  const [first] = operand;
  if (!first || isWord(first, ...NO_OPERAND)) return false;
  if (first.kind === "string") return operand.length === 1;
  const kind = expressionType(operand, scope)?.kind;
  return kind === "char" || kind === "varchar" || kind === "text" || (kind === undefined && orUnknown && isName(first));
}
