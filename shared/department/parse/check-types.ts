import { type ConstValueNode, type InputValueDefinitionNode, Kind, type NameNode, print } from "graphql";
import { type Reading, shapeOf } from "./reading.ts";
import { enumValues } from "./value-fields.ts";
import { checkTypeExists } from "./value-types.ts";

/** The names, types and default values of all fields, arguments and enum values of the file. */
export function checkTypes(reading: Reading): void {
  const { types, citizen, query, enums } = reading.declarations;
  for (const declaration of [...types.values(), citizen, query]) {
    for (const field of declaration?.fields ?? []) {
      checkName(field.name, reading);
      checkTypeExists(shapeOf(field.type).name, field.type, reading);
      for (const argument of field.arguments ?? []) checkArgument(argument, reading);
    }
  }
  for (const { values } of enums.values()) for (const { name } of values) checkName(name, reading);
}

function checkArgument(argument: InputValueDefinitionNode, reading: Reading): void {
  const { name } = shapeOf(argument.type);
  checkName(argument.name, reading);
  if (!checkTypeExists(name, argument.type, reading)) return;
  if (!scalarKinds.has(name) && !enumValues(name, reading)) {
    reading.faults.add(argument.type, "a scalar or an enum for an argument", `\`${name}\``);
  } else if (argument.defaultValue) {
    checkDefault(argument.defaultValue, argument, reading);
  }
}

/** How a literal of each scalar is written. */
const scalarKinds: ReadonlyMap<string, readonly Kind[]> = new Map([
  ["Int", [Kind.INT]],
  ["Float", [Kind.INT, Kind.FLOAT]],
  ["Boolean", [Kind.BOOLEAN]],
  ["String", [Kind.STRING]],
  ["ID", [Kind.STRING, Kind.INT]],
  ["Date", [Kind.STRING]],
  ["DateTime", [Kind.STRING]],
  ["Decimal", [Kind.STRING]],
]);

function checkDefault(value: ConstValueNode, argument: InputValueDefinitionNode, reading: Reading): void {
  const { name, list, nonNull } = shapeOf(argument.type);
  if (list && value.kind === Kind.LIST) {
    for (const item of value.values) checkDefault(item, argument, reading);
    return;
  }
  if (value.kind === Kind.NULL && !nonNull) return;
  const values = enumValues(name, reading);
  const fits = values
    ? value.kind === Kind.ENUM && values.includes(value.value)
    : scalarKinds.get(name)?.includes(value.kind);
  if (fits) return;
  const remedy = values ? `there are ${values.join(", ")}` : undefined;
  reading.faults.add(value, `a default of type ${name} for \`${argument.name.value}\``, print(value), remedy);
}

function checkName(name: NameNode, { faults }: Reading): void {
  if (!name.value.startsWith("__")) return;
  faults.add(name, "a name of your own", `the reserved \`${name.value}\``, "choose another name");
}
