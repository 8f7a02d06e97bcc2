import { type EnumTypeDefinitionNode, type EnumValueDefinitionNode, Kind } from "graphql";
import { vocabulary, vocabularyRole } from "../../vocabulary/vocabulary.ts";
import type { EnumModel, Ordering } from "../model.ts";
import { readArguments } from "./arguments.ts";
import type { EnumDeclaration } from "./declarations.ts";
import type { FaultList } from "./fault.ts";
import { didYouMean } from "./nearest.ts";

export interface Enums {
  /** Enums whose values stand for legacy codes. */
  readonly coded: ReadonlyMap<string, EnumModel>;
  /** Enums whose values are orderings that a client may ask for. */
  readonly orderings: ReadonlyMap<string, ReadonlyMap<string, readonly Ordering[]>>;
}

/** Reads what the values of the file's enums stand for: each enum is about codes or about orderings. */
export function readEnums(declarations: ReadonlyMap<string, EnumDeclaration>, faults: FaultList): Enums {
  const coded = new Map<string, EnumModel>();
  const orderings = new Map<string, ReadonlyMap<string, readonly Ordering[]>>();
  for (const [name, declaration] of declarations) {
    if (declaration.values.some((value) => directiveOf(value, "order"))) {
      orderings.set(name, readOrderings(declaration, faults));
    } else {
      coded.set(name, readCodes(declaration, faults));
    }
  }
  return { coded, orderings };
}

function readOrderings(declaration: EnumDeclaration, faults: FaultList): ReadonlyMap<string, readonly Ordering[]> {
  const enumName = declaration.name.value;
  const orderings = new Map<string, readonly Ordering[]>();
  if (vocabularyRole(enumName)) {
    faults.add(
      declaration.name,
      "orderings on an enum of your own",
      `the vocabulary's ${enumName}`,
      "choose another name",
    );
  }
  for (const value of declaration.values) {
    const order = directiveOf(value, "order");
    const name = value.name.value;
    if (!order) {
      faults.add(
        value,
        `@order on every value of ${enumName}`,
        `none on ${name}`,
        "add `@order(by: [{ column: ... }])`",
      );
      continue;
    }
    const code = directiveOf(value, "code");
    if (code) faults.add(code, `only @order on the values of ${enumName}`, "@code", "make it two enums");
    const read = readArguments<{ by: readonly Ordering[] }>(order, faults);
    if (read)
      orderings.set(
        name,
        read.by.map(({ column, direction }) => ({ column, direction })),
      );
  }
  return orderings;
}

function readCodes(declaration: EnumDeclaration, faults: FaultList): EnumModel {
  const enumName = declaration.name.value;
  const own = !vocabularyRole(enumName);
  const valueOfCode = new Map<string, string>();
  const codesOfValue = new Map<string, readonly string[]>();
  let other: string | undefined;
  for (const value of declaration.values) {
    const name = value.name.value;
    if (!own) checkVocabularyValue(enumName, value, faults);
    const directive = directiveOf(value, "code");
    if (!directive) {
      if (own)
        faults.add(value, `@code on ${enumName}.${name}`, "none", 'add `@code(is: ["..."])` or `@code(other: true)`');
      continue;
    }
    const code = readArguments<{ is?: readonly string[]; other?: boolean }>(directive, faults);
    if (!code) continue;
    if (!code.is && !code.other) faults.add(directive, "`is` or `other: true` in @code", "neither", "name the codes");
    if (code.other) {
      if (!own) {
        const remedy = `name its codes; a code that is not named becomes null and an error`;
        faults.add(directive, `codes for the vocabulary's ${enumName}.${name}`, "`other: true`", remedy);
      } else if (other !== undefined) {
        const remedy = "leave one value for the codes that are not named";
        faults.add(directive, `one \`other\` in ${enumName}`, `a second on ${name} after ${other}`, remedy);
      } else {
        other = name;
      }
    }
    const codes = (code.is ?? []).map((each) => each.trim());
    for (const each of codes) {
      const before = valueOfCode.get(each);
      if (before !== undefined) {
        const found = `"${each}" on ${name} after ${before}`;
        faults.add(directive, `each code once in ${enumName}`, found, "let one value have it");
      }
      valueOfCode.set(each, name);
    }
    if (codes.length > 0) codesOfValue.set(name, codes);
  }
  return { name: enumName, own, valueOfCode, codesOfValue, ...(other === undefined ? {} : { other }) };
}

function checkVocabularyValue(enumName: string, value: EnumValueDefinitionNode, faults: FaultList): void {
  const definition = vocabulary.get(enumName) as EnumTypeDefinitionNode;
  const names = (definition.values ?? []).map(({ name }) => name.value);
  if (names.includes(value.name.value)) return;
  const found = `\`${value.name.value}\``;
  faults.add(value, `a value of the vocabulary's ${enumName}`, found, didYouMean(value.name.value, names));
}

function directiveOf(value: EnumValueDefinitionNode, name: string) {
  return value.kind === Kind.ENUM_VALUE_DEFINITION
    ? value.directives?.find((directive) => directive.name.value === name)
    : undefined;
}
