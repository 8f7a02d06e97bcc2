import { existsSync } from "node:fs";
import Table from "cli-table3";
import { Command } from "commander";
import pc from "picocolors";
import { findDepartments, type LoadedDepartment, readDepartment } from "../../shared/department/load.ts";
import { CivigraphError } from "../../shared/errors.ts";
import { samplesOf } from "../../shared/onboarding/masked.ts";
import { checkId, type Onboarding, onboard } from "../../shared/onboarding/onboard.ts";
import { schemaList } from "../../shared/onboarding/schemas.ts";
import { departmentFile, refuseExisting, writeDepartment } from "../../shared/onboarding/write-department.ts";
import { diminutiveGroups } from "../../subgraphs/identity/matching/normalise/diminutive-groups.ts";
import { nicknameGroups } from "../../subgraphs/identity/matching/normalise/nickname-groups.ts";
import { composeCity } from "../composition.ts";
import { askForUrl, askToWrite, isInterruption, ownTerminal, type Terminal } from "./onboard-questions.ts";
import { departmentFolders } from "./options.ts";
import { remark, say } from "./process.ts";

interface OnboardFlags {
  readonly url?: string;
  readonly departments: string;
  readonly schema?: readonly string[];
  readonly title?: string;
  readonly jurisdiction?: string;
  readonly timeZone?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly showSamples?: boolean;
}

/** `civigraph onboard`: drafts a department from its live database. `terminal` is where a person answers, if one does. */
export function onboardCommand(terminal: Terminal | undefined = ownTerminal()): Command {
  return new Command("onboard")
    .description("Look at a live database, only reading, and draft the department.graphql of who keeps it.")
    .argument("<name>", "id of the new department, e.g. `social-services`")
    .option("--url <url>", "URL of the database; without it <NAME>_DATABASE_URL, or a question")
    .option(
      "--schema <name>",
      "schema to look at (Oracle: owner; MySQL: database), may be repeated; without it the account's own",
      (name: string, before: readonly string[] = []) => [...before, name],
    )
    .option("--departments <folder>", "folder that the department's folder is written to", "departments")
    .option("--title <text>", "what people call the department")
    .option("--jurisdiction <id>", "whom it belongs to; without it that of the other departments")
    .option("--time-zone <zone>", "IANA zone of the database's local times; without it that of the other departments")
    .option("--yes", "accept the draft as it is")
    .option("--json", "print what was found as JSON")
    .option("--show-samples", "show sampled values as they are, not only their form")
    .addHelpText(
      "after",
      "\nThe account needs SELECT and nothing else. Of rows, the file holds codes, what code tables say\nthey mean, and placeholders such as 9999-12-31; no other value is written to disk.",
    )
    .action((id: string, flags: OnboardFlags) =>
      run(id, flags, flags.yes || flags.json ? undefined : terminal).catch((error: unknown) => {
        if (!isInterruption(error)) throw error;
        remark("Interrupted: nothing was written.");
        process.exitCode = 130;
      }),
    );
}

async function run(id: string, flags: OnboardFlags, terminal: Terminal | undefined): Promise<void> {
  checkId(id);
  refuseExisting(flags.departments, id);
  const others = await otherDepartments(flags.departments);
  if (others.some(({ model }) => model.id === id)) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: `There is a department \`${id}\` already. Choose another name.`,
    });
  }
  const began = performance.now();
  const found = await onboard({
    id,
    url: await urlOf(id, flags, terminal),
    ...(flags.schema ? { schemas: flags.schema } : {}),
    ...(flags.title ? { name: flags.title } : {}),
    jurisdiction: flags.jurisdiction ?? commonest(others.map(({ model }) => model.jurisdiction)) ?? "city",
    timeZone: flags.timeZone ?? commonest(others.map(({ model }) => model.source.timeZone)) ?? "UTC",
    taken: takenNames(others),
    givenNames: new Set([...nicknameGroups, ...diminutiveGroups].flatMap((group) => group.split(" "))),
  });
  const file = departmentFile(flags.departments, id);
  const { faults = [] } = composeCity([...others, { folder: "", file, model: found.model }]);
  if (!flags.json) print(found, Boolean(flags.showSamples), (performance.now() - began) / 1000);
  if (faults.length > 0) {
    const lines = faults.map(({ message }) => `  ${message}`);
    throw new CivigraphError("COMPOSITION_FAILED", {
      detail: ["The draft does not fit beside the other departments, so nothing was written:", ...lines].join("\n"),
    });
  }
  const accepted = flags.yes || (terminal && (await askToWrite(file, terminal)));
  if (accepted) writeDepartment(flags.departments, id, found.text);
  if (flags.json) say(JSON.stringify(reportOf(found, file, Boolean(accepted), Boolean(flags.showSamples)), null, 2));
  else if (accepted) sayNext(found, file, id, flags.departments);
  else remark("Nothing was written. --yes accepts the draft as it is.");
  if (!accepted && !terminal) process.exitCode = 1;
}

async function urlOf(id: string, { url }: OnboardFlags, terminal: Terminal | undefined): Promise<string> {
  const variable = `${id.toUpperCase().replaceAll("-", "_")}_DATABASE_URL`;
  const given = url ?? process.env[variable];
  if (given) return given;
  if (terminal) return askForUrl(terminal);
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `Expected the database's URL as --url or in ${variable}, but found neither.`,
  });
}

/** A department that cannot be read is no reason not to add another; `civigraph check` says what is wrong with it. */
async function otherDepartments(folder: string): Promise<readonly LoadedDepartment[]> {
  const folders = departmentFolders({ departments: existsSync(folder) ? [folder] : [] });
  const read = await Promise.all(findDepartments(folders).map(readDepartment));
  return read.flatMap(({ model, faults: _, ...rest }) => (model ? [{ ...rest, model }] : []));
}

function takenNames(others: readonly LoadedDepartment[]) {
  const models = others.map(({ model }) => model);
  return {
    types: new Set(models.flatMap(({ types, enums }) => [...types.keys(), ...enums.keys()])),
    citizenFields: new Set(models.flatMap(({ citizenFields }) => [...citizenFields.keys()])),
    queryFields: new Set(models.flatMap(({ queryFields }) => [...queryFields.keys()])),
  };
}

function commonest(values: readonly string[]): string | undefined {
  const count = (value: string) => values.filter((each) => each === value).length;
  return [...values].sort((one, other) => count(other) - count(one))[0];
}

function print({ recognition, model, decisions }: Onboarding, shown: boolean, seconds: number): void {
  const { survey, persons } = recognition;
  say(`Looked at ${survey.tables.length} tables in ${seconds.toFixed(1)} s; ${model.types.size} become types.`);
  const { chosen, others } = survey.schemas;
  if (others.length > 0) {
    say(`Looked at ${schemaList(chosen)}. --schema <name> looks elsewhere: there are also ${schemaList(others)}.`);
  }
  for (const { table, role, attributes } of persons) {
    say();
    say(pc.bold(`Persons in ${table}${role === "" ? "" : ` (${role})`}`));
    const rows = new Table({
      style: { head: [], border: [] },
      head: ["attribute", "column", "format", "sure", "why", shown ? "samples" : "form of samples"],
    });
    for (const each of attributes) {
      const { is, column, format = "", confidence, evidence, from } = each;
      const where = from ? `${from.table}.${column}` : column;
      const samples = samplesOf(survey, table, each, shown).join("\n");
      rows.push([is, where, format, `${Math.round(confidence * 100)} %`, evidence.join("\n"), samples]);
    }
    say(rows.toString());
  }
  say();
  say(pc.bold("What a human must decide:"));
  for (const decision of decisions) say(`  - ${decision}`);
  say();
}

function sayNext({ urlVariable }: Onboarding, file: string, id: string, folder: string): void {
  say(`${pc.green("Written")} ${file}`);
  say("Next:");
  say(`  export ${urlVariable}=<the URL>`);
  say(`  civigraph check ${id} --departments ${folder}`);
  say(`  civigraph start --departments ${folder}`);
}

function reportOf(
  { recognition, model, decisions, urlVariable }: Onboarding,
  file: string,
  written: boolean,
  shown: boolean,
) {
  const { survey, persons, joins } = recognition;
  return {
    department: model.id,
    file,
    written,
    urlVariable,
    tables: survey.tables.length,
    schemas: survey.schemas,
    types: [...model.types.keys()],
    persons: persons.map(({ table, role, confidence, standing, attributes }) => ({
      table,
      ...(role === "" ? {} : { role }),
      confidence,
      standing,
      attributes: attributes.map((each) => ({
        is: each.is,
        table: each.from?.table ?? table,
        column: each.column,
        format: each.format ?? null,
        confidence: each.confidence,
        evidence: each.evidence,
        ...(shown ? { samples: samplesOf(survey, table, each, true) } : {}),
      })),
    })),
    joins: joins.map(({ table, columns, to, references, confidence, evidence, indexed }) => ({
      table,
      columns,
      to,
      references,
      confidence,
      evidence,
      indexed,
    })),
    leftOut: survey.leftOut,
    decisions,
  };
}
