/** A value of a directive's argument: texts are quoted, symbols (enum values) are not. */
export type SdlValue =
  | string
  | boolean
  | { readonly symbol: string }
  | readonly SdlValue[]
  | { readonly [name: string]: SdlValue | undefined };

export interface SdlDirective {
  readonly name: string;
  readonly arguments: Readonly<Record<string, SdlValue | undefined>>;
}

export interface SdlArgument {
  readonly name: string;
  /** With its default, as written: `Int = 20`. */
  readonly type: string;
  readonly directive?: SdlDirective;
}

export interface SdlField {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  /** A comment for whoever reads the file: not published. */
  readonly remark?: string;
  readonly arguments?: readonly SdlArgument[];
  readonly directives: readonly SdlDirective[];
}

export interface SdlEnum {
  readonly name: string;
  readonly remark?: string;
  readonly values: readonly { readonly name: string; readonly directive: SdlDirective }[];
}

const width = 120;

export function directive(name: string, args: SdlDirective["arguments"]): SdlDirective {
  return { name, arguments: args };
}

export function symbol(name: string): SdlValue {
  return { symbol: name };
}

/** `@column(name: "St")`; over several lines where one is too long. */
export function directiveText({ name, arguments: given }: SdlDirective, indent: string): string {
  const parts = Object.entries(given).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${valueText(value)}`],
  );
  if (parts.length === 0) return `@${name}`;
  const line = `@${name}(${parts.join(", ")})`;
  if (indent.length + line.length <= width) return line;
  return [`@${name}(`, ...parts.map((part) => `${indent}  ${part}`), `${indent})`].join("\n");
}

export function fieldText(field: SdlField): string {
  const lines: string[] = [];
  if (field.remark) lines.push(`  # ${oneLine(field.remark)}`);
  if (field.description) lines.push(`  ${JSON.stringify(oneLine(field.description))}`);
  const args = (field.arguments ?? []).map(
    ({ name, type, directive: given }) => `${name}: ${type}${given ? ` ${directiveText(given, "    ")}` : ""}`,
  );
  const short = `${field.name}${args.length > 0 ? `(${args.join(", ")})` : ""}: ${field.type}`;
  const head =
    short.length + 2 <= width
      ? short
      : [`${field.name}(`, ...args.map((each) => `    ${each}`), `  ): ${field.type}`].join("\n");
  const directives = field.directives.map((each) => directiveText(each, "    "));
  const line = `  ${[head, ...directives].join(" ")}`;
  const fits = line.length <= width && !line.includes("\n");
  lines.push(fits ? line : [`  ${head}`, ...directives.map((each) => `    ${each}`)].join("\n"));
  return lines.join("\n");
}

export function enumText({ name, remark, values }: SdlEnum): string {
  const lines = values.map((value) => `  ${value.name} ${directiveText(value.directive, "    ")}`);
  return [...(remark ? [`# ${oneLine(remark)}`] : []), `enum ${name} {`, ...lines, "}"].join("\n");
}

/** Comments of a database may hold anything; a comment of the file is one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function valueText(value: SdlValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if ("symbol" in value && typeof value.symbol === "string") return value.symbol;
  const parts = Object.entries(value).flatMap(([key, each]) =>
    each === undefined ? [] : [`${key}: ${valueText(each)}`],
  );
  return `{ ${parts.join(", ")} }`;
}
