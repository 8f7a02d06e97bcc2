import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { CivigraphError } from "../shared/errors.ts";
import { type Setting, settings, settingsByName } from "./settings.ts";

type Definitions = typeof settings;
type Value<Name extends keyof Definitions> =
  | z.output<Definitions[Name]["form"]>
  | (Definitions[Name] extends { byDefault: string } ? never : undefined);

/** The settings of one process, read once and frozen. */
export type Config = { readonly [Name in keyof Definitions]: Value<Name> } & {
  /** Address by subgraph name (`permits`, `identity`); a subgraph that is absent runs inside this process. */
  readonly subgraphUrls: ReadonlyMap<string, string>;
  /** Database URL by the variable that holds it (`PERMITS_DATABASE_URL`). */
  readonly databaseUrls: ReadonlyMap<string, string>;
};

/** A setting that cannot be used. The value of a secret is never in `found`. */
export interface ConfigFault {
  readonly variable: string;
  readonly expected: string;
  readonly found: string;
}

/**
 * Reads the environment and, where there is one, `civigraph.yaml` in the working folder; the environment wins.
 * `callsSubgraphs` is false where addresses of subgraphs are only written down, which needs no secret.
 * Throws one `CONFIGURATION_INVALID` that names every fault.
 */
export function readConfig(
  environment: NodeJS.ProcessEnv = process.env,
  folder: string = process.cwd(),
  { callsSubgraphs = true }: { readonly callsSubgraphs?: boolean } = {},
): Config {
  const faults: ConfigFault[] = [];
  const texts = { ...readFile(folder, faults), ...presentOf(environment) };
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(settings)) {
    values[name] = readSetting(definition, texts[definition.variable], faults);
  }
  const config = {
    ...values,
    subgraphUrls: subgraphUrlsOf(texts, faults),
    databaseUrls: databaseUrlsOf(texts),
  } as Config;
  if (callsSubgraphs && config.subgraphUrls.size > 0 && !config.subgraphSecret && faults.length === 0) {
    faults.push({
      variable: settings.subgraphSecret.variable,
      expected: `${settings.subgraphSecret.expected}, because subgraphs run in processes of their own`,
      found: "nothing",
    });
  }
  if (faults.length > 0) throw configurationError(faults);
  return Object.freeze(config);
}

/** The error that lists all faults, one a line. */
export function configurationError(faults: readonly ConfigFault[]): CivigraphError {
  const lines = faults.map((fault) => `  ${fault.variable}: expected ${fault.expected}, found ${fault.found}`);
  return new CivigraphError("CONFIGURATION_INVALID", {
    detail: [`The configuration has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:`, ...lines].join(
      "\n",
    ),
  });
}

/** The README's table of settings, as Markdown. */
export function configReference(): string {
  const single = Object.values(settings).map((definition: Setting) => [
    `\`${definition.variable}\``,
    definition.byDefault === undefined ? "" : `\`${definition.byDefault}\``,
    `${definition.about} Expects ${definition.expected}.`,
  ]);
  const byName = Object.values(settingsByName).map(({ ending, about, expected }) => [
    `\`<NAME>${ending}\``,
    "",
    `${about} Expects ${expected}.`,
  ]);
  const rows = [["Variable", "Default", "Meaning"], ["---", "---", "---"], ...single, ...byName];
  return rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function readSetting(definition: Setting, text: string | undefined, faults: ConfigFault[]): unknown {
  const given = text ?? definition.byDefault;
  if (given === undefined) return undefined;
  const read = definition.form.safeParse(given);
  if (read.success) return read.data;
  faults.push({
    variable: definition.variable,
    expected: definition.expected,
    found: definition.secret ? `${given.length} characters of something else` : `\`${given}\``,
  });
  return undefined;
}

/** `PERMITS_SUBGRAPH_URL` says where the subgraph `permits` runs. */
function subgraphUrlsOf(texts: Readonly<Record<string, string>>, faults: ConfigFault[]): ReadonlyMap<string, string> {
  const { ending, expected, form } = settingsByName.subgraphUrl;
  const urls = new Map<string, string>();
  for (const [variable, text] of Object.entries(texts)) {
    if (!variable.endsWith(ending) || variable.length === ending.length) continue;
    if (form.safeParse(text).success) {
      urls.set(variable.slice(0, -ending.length).toLowerCase().replaceAll("_", "-"), text);
    } else {
      faults.push({ variable, expected, found: "something else" });
    }
  }
  return urls;
}

/** Departments name their variables freely, so that every variable that holds a database URL is kept. */
function databaseUrlsOf(texts: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(texts).filter(([, text]) => settingsByName.databaseUrl.form.safeParse(text).success));
}

/** An empty variable counts as unset, as in compose files that pass variables on. */
function presentOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const present: Record<string, string> = {};
  for (const [variable, text] of Object.entries(environment)) {
    if (text !== undefined && text !== "") present[variable] = text;
  }
  return present;
}

/** `civigraph.yaml` holds the same variables: scalars, or lists where a variable takes commas. */
function readFile(folder: string, faults: ConfigFault[]): Record<string, string> {
  const file = join(folder, "civigraph.yaml");
  if (!existsSync(file)) return {};
  const document = parseDocument(readFileSync(file, "utf8"));
  const content: unknown = document.errors.length > 0 ? null : (document.toJS() ?? {});
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    faults.push({
      variable: "civigraph.yaml",
      expected: "a YAML map from variable names to values",
      found: document.errors[0]?.message.split("\n")[0] ?? "something else",
    });
    return {};
  }
  const texts: Record<string, string> = {};
  for (const [variable, value] of Object.entries(content)) {
    if (!isKnown(variable)) {
      faults.push({
        variable: `${variable} in civigraph.yaml`,
        expected: "a setting that exists",
        found: "an unknown name",
      });
    } else if (Array.isArray(value)) texts[variable] = value.join(",");
    else if (value !== null) texts[variable] = value === true ? "1" : value === false ? "0" : String(value);
  }
  return texts;
}

function isKnown(variable: string): boolean {
  const endings = Object.values(settingsByName).map(({ ending }) => ending);
  return (
    Object.values(settings).some((definition) => definition.variable === variable) ||
    endings.some((ending) => variable.endsWith(ending) && variable.length > ending.length)
  );
}
