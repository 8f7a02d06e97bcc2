import type { ConstDirectiveNode } from "graphql";
import type { Engine, SourceModel } from "../model.ts";
import { readArguments } from "./arguments.ts";
import type { FaultList } from "./fault.ts";

/** What `extend schema` says about the department and its database. */
export interface Header {
  readonly id: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly lawfulBasis: string;
  readonly purposes: readonly string[];
  readonly keysField: string;
  readonly source: SourceModel;
}

type DepartmentArguments = Pick<Header, "id" | "name" | "jurisdiction" | "lawfulBasis" | "purposes">;

interface SourceArguments {
  readonly engine: Engine;
  readonly url: string;
  readonly timeZone: string;
  readonly encoding?: string;
}

/** Reads @department and @source; undefined with faults where one is missing or wrong. */
export function readHeader(directives: readonly ConstDirectiveNode[], faults: FaultList): Header | undefined {
  const department = only("department", directives, faults);
  const source = only("source", directives, faults);
  const who = department && readDepartment(department, faults);
  const where = source && readSource(source, faults);
  return who && where && { ...who, keysField: keysField(who.id), source: where };
}

/** `social-services` gives `socialServicesKeys`: the hidden field of Citizen that carries the local keys. */
export function keysField(department: string): string {
  return `${department.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Keys`;
}

function only(name: string, directives: readonly ConstDirectiveNode[], faults: FaultList) {
  const [found, again] = directives.filter((directive) => directive.name.value === name);
  if (!found) {
    faults.add({ line: 1, column: 1 }, `@${name} on \`extend schema\``, "none", `start the file with it`);
  }
  if (again) faults.add(again, `@${name} once`, "a second", "remove one of them");
  return found;
}

function readDepartment(directive: ConstDirectiveNode, faults: FaultList): DepartmentArguments | undefined {
  const department = readArguments<DepartmentArguments>(directive, faults);
  if (!department) return undefined;
  const at = (name: string) =>
    directive.arguments?.find((argument) => argument.name.value === name)?.value ?? directive;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(department.id)) {
    faults.add(at("id"), "a kebab-case id such as `social-services`", `"${department.id}"`);
  }
  const { id, name, jurisdiction, lawfulBasis, purposes } = department;
  return { id, name, jurisdiction, lawfulBasis, purposes };
}

function readSource(directive: ConstDirectiveNode, faults: FaultList): SourceModel | undefined {
  const source = readArguments<SourceArguments>(directive, faults);
  if (!source) return undefined;
  const { engine, url, timeZone, encoding } = source;
  const at = (name: string) =>
    directive.arguments?.find((argument) => argument.name.value === name)?.value ?? directive;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(url)) {
    const found = url.includes(":") ? "a URL" : "another text";
    const remedy = "put the URL in an environment variable and name it here; this file must hold no credentials";
    faults.add(at("url"), "the name of an environment variable as `url`", found, remedy);
  }
  if (!isTimeZone(timeZone)) {
    faults.add(at("timeZone"), "an IANA time zone such as `Europe/Tallinn`", `"${timeZone}"`);
  }
  if (encoding !== undefined && !isEncoding(encoding)) {
    faults.add(at("encoding"), "a character set such as `latin1` or `windows-1252`", `"${encoding}"`);
  }
  return { engine, urlVariable: url, timeZone, ...(encoding === undefined ? {} : { encoding }) };
}

export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** The character sets of the WHATWG Encoding standard, which TextDecoder knows. */
function isEncoding(encoding: string): boolean {
  try {
    new TextDecoder(encoding);
    return true;
  } catch {
    return false;
  }
}
