import { Command } from "commander";
import type { CheckReport } from "../check.ts";
import { readConfig } from "../config.ts";
import { coloursFor } from "./colours.ts";
import { type DepartmentsOption, departmentFolders, withDepartments } from "./options.ts";
import { remark, say } from "./process.ts";

/** `civigraph check`: proves department files against their databases and against each other. */
export function checkCommand(): Command {
  return withDepartments(new Command("check"))
    .description(
      "Check department files, their tables and columns in the live databases, and that all fit into one graph.",
    )
    .argument("[department]", "id of the one to report on; all without it")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nEnds with 0 where nothing is wrong, with 1 otherwise.")
    .action(check);
}

async function check(
  only: string | undefined,
  options: DepartmentsOption & { readonly json?: boolean },
): Promise<void> {
  const { checkDepartments } = await import("../check.ts");
  const report = await checkDepartments(readConfig(), departmentFolders(options), only);
  if (options.json) say(JSON.stringify(report, null, 2));
  else print(report);
  if (faultCount(report) > 0) process.exitCode = 1;
}

function print(report: CheckReport): void {
  const { dim, green, red } = coloursFor(process.stdout);
  for (const { department, faults, database } of report.departments) {
    const state = faults.length === 0 ? green("ok   ") : red("fault");
    say(`${state} ${department}${dim(`  ${databaseNotes[database]}`)}`);
    for (const fault of faults) remark(`  ${fault}`);
  }
  for (const fault of report.composition) remark(`  ${fault}`);
  const count = faultCount(report);
  say(count === 0 ? "Nothing is wrong." : `${count} ${count === 1 ? "fault" : "faults"}.`);
}

const databaseNotes = {
  compared: "tables and columns compared with the database",
  "not set": "its database is not set: tables and columns were not compared",
  "not made yet": "the demo city is not made yet: tables and columns were not compared",
  "not reachable": "its database does not answer",
  "not asked": "its file has faults: tables and columns were not compared",
} as const;

function faultCount({ departments, composition }: CheckReport): number {
  return departments.reduce((sum, { faults }) => sum + faults.length, composition.length);
}
