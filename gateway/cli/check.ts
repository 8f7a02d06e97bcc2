import { Command, InvalidArgumentError } from "commander";
import type { Finding } from "../check/findings.ts";
import type { CheckReport, DepartmentReport } from "../check/index.ts";
import { readConfig } from "../config.ts";
import { coloursFor } from "./colours.ts";
import { type DepartmentsOption, departmentFolders, withDepartments } from "./options.ts";
import { say } from "./process.ts";

interface CheckCommandOptions extends DepartmentsOption {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly values?: boolean;
  readonly rows?: number;
  readonly preview?: number;
}

/** `civigraph check`: proves department files against their databases and against each other. */
export function checkCommand(): Command {
  return withDepartments(new Command("check"))
    .description(
      "Check departments: their files, tables, columns, values, codes and indexes in the live databases, their rights, what has changed for clients, and that all fit into one graph. Reads only, five seconds a statement at most.",
    )
    .argument("[department]", "id of the one to report on; all without it")
    .option("--json", "print the report as JSON")
    .option("--strict", "warnings fail, too")
    .option("--values", "show unreadable values and unmapped codes, a few of each: personal data, for your eyes")
    .option("--rows <count>", "rows of a table that are read, at most (10000)", countOf)
    .option("--preview <count>", "people that are looked up among the citizens of others, at most (200)", countOf)
    .addHelpText(
      "after",
      "\nEnds with 0 where nothing is wrong, with 1 otherwise; warnings do not count without --strict.",
    )
    .action(check);
}

async function check(only: string | undefined, options: CheckCommandOptions): Promise<void> {
  const { checkDefaults, checkDepartments } = await import("../check/index.ts");
  const { json, strict, values, rows, preview } = options;
  const report = await checkDepartments(readConfig(), departmentFolders(options), {
    ...checkDefaults,
    ...(only === undefined ? {} : { only }),
    ...(rows === undefined ? {} : { most: rows }),
    ...(preview === undefined ? {} : { previewed: preview }),
    showValues: values ?? false,
  });
  if (json) say(JSON.stringify(report, null, 2));
  else await print(report);
  const { faults, warnings } = report.totals;
  if (faults > 0 || (strict && warnings > 0)) process.exitCode = 1;
}

async function print(report: CheckReport): Promise<void> {
  const { findingText } = await import("../check/findings.ts");
  const { dim, green, red, yellow } = coloursFor(process.stdout);
  const marks = { FAULT: red("fault  "), WARNING: yellow("warning"), NOTE: dim("note   ") };
  const line = (finding: Finding) => say(`  ${marks[finding.severity]} ${findingText(finding)}`);
  for (const { department, phase, faults, warnings, notes, database } of report.departments) {
    const state = faults.length > 0 ? red("fault") : green("ok   ");
    say(`${state} ${department}  ${phase}${dim(`  ${databaseNotes[database]}`)}`);
    for (const finding of [...faults, ...warnings, ...notes]) line(finding);
  }
  for (const finding of report.composition) line(finding);
  const { faults, warnings, notes } = report.totals;
  say(`${counted(faults, "fault")}, ${counted(warnings, "warning")}, ${counted(notes, "note")}.`);
}

const databaseNotes: Readonly<Record<DepartmentReport["database"], string>> = {
  compared: "compared with its database",
  "not set": "its database is not set: nothing was compared with it",
  "not made yet": "the demo city is not made yet: nothing was compared with it",
  "not reachable": "its database does not answer",
  "not asked": "its file has faults: nothing was compared with its database",
};

function counted(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

function countOf(text: string): number {
  const count = Number(text);
  if (/^\d{1,7}$/.test(text)) return count;
  throw new InvalidArgumentError("Expected a whole number up to 9999999.");
}
