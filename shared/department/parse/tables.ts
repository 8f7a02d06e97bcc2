import type { ConstDirectiveNode } from "graphql";
import type { FormatName } from "../../sql/formats/index.ts";
import { vocabularyRole } from "../../vocabulary/vocabulary.ts";
import type { Condition, RetainModel, Validity } from "../model.ts";
import { readArguments } from "./arguments.ts";
import { type Given, readConditions, readValidity } from "./conditions.ts";
import type { ObjectDeclaration } from "./declarations.ts";
import { type FaultList, placeOf } from "./fault.ts";
import { directiveOf, type TableModel } from "./reading.ts";
import { checkDateFormat } from "./value-types.ts";

interface TableArguments {
  readonly name: string;
  readonly id: readonly string[];
  readonly where?: readonly Condition[];
  readonly validity?: Given<Validity>;
}

interface RetainArguments {
  readonly for: string;
  readonly from: { readonly column: string; readonly format?: FormatName };
  readonly whenMissing: RetainModel["whenMissing"];
}

/** Reads which table a type's rows come from, or undefined with faults. */
export function readTable(declaration: ObjectDeclaration, faults: FaultList): TableModel | undefined {
  const name = declaration.name.value;
  checkInterfaces(declaration, faults);
  checkKey(declaration, faults);
  const directive = directiveOf(declaration, "table");
  const retain = readRetain(directiveOf(declaration, "retain"), faults);
  if (!directive) {
    const remedy = "say where its rows come from: `@table(name: ..., id: [...])`";
    faults.add(declaration.name, `@table on ${name}`, "none", remedy);
    return undefined;
  }
  const given = readArguments<TableArguments>(directive, faults);
  if (!given) return undefined;
  const validity = readValidity(given.validity, faults);
  checkDateFormat(validity?.format, given.validity?.place ?? directive, faults);
  return {
    name,
    table: given.name,
    id: given.id,
    where: readConditions(given.where, faults),
    ...(validity ? { validity } : {}),
    ...(retain ? { retain } : {}),
    interfaces: declaration.interfaces.map((each) => each.name.value),
    place: placeOf(declaration.name),
  };
}

function readRetain(directive: ConstDirectiveNode | undefined, faults: FaultList): RetainModel | undefined {
  const given = directive && readArguments<RetainArguments>(directive, faults);
  if (!given) return undefined;
  const { for: period, from, whenMissing } = given;
  if (!/^P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$/.test(period)) {
    faults.add(directive, "an ISO 8601 period of years, months, weeks or days such as `P7Y`", `"${period}"`);
  }
  checkDateFormat(from.format, directive, faults);
  return { period, column: from.column, ...(from.format ? { format: from.format } : {}), whenMissing };
}

function checkInterfaces(declaration: ObjectDeclaration, faults: FaultList): void {
  for (const { name, loc } of declaration.interfaces) {
    if (vocabularyRole(name.value) === "interface") continue;
    const at = loc ? placeOf(name) : placeOf(declaration.name);
    faults.add(at, "an interface of the vocabulary", `\`${name.value}\``, "there are ServiceRequest and Interaction");
  }
}

/** Rows are found by their opaque `id` alone: other subgraphs know no other key. */
function checkKey(declaration: ObjectDeclaration, faults: FaultList): void {
  for (const directive of declaration.directives.filter(({ name }) => name.value === "key")) {
    const given = readArguments<{ fields: string; resolvable: boolean }>(directive, faults);
    if (!given) continue;
    if (given.fields.trim() !== "id") {
      faults.add(directive, '`@key(fields: "id")`', `"${given.fields}"`, "a row is referred to by its id alone");
    }
    if (!given.resolvable) {
      faults.add(directive, "a key that this department resolves", "`resolvable: false`", "remove `resolvable`");
    }
  }
}
