import { Command } from "commander";
import { CivigraphError } from "../../shared/errors.ts";
import type { OnboardingPhase } from "../../subgraphs/identity/registry.ts";
import { type Config, readConfig } from "../config.ts";
import { actorOf } from "./actor.ts";
import { type DepartmentsOption, departmentFolders, withDepartments } from "./options.ts";
import { remark, say } from "./process.ts";

interface PhaseOptions extends DepartmentsOption {
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/** `civigraph phase`: how far a department has come, and the step to another phase. */
export function phaseCommand(): Command {
  return withDepartments(new Command("phase"))
    .description(
      "Show in which phase departments are, or move one: SANDBOX, SHADOW, READ_ONLY, LIVE, RETIRED. A department goes READ_ONLY or LIVE only when `civigraph check` finds no fault.",
    )
    .argument("[department]", "id of the one; all without it")
    .argument("[phase]", "the phase to move it to")
    .option("--by <name>", "who decides, instead of the operating system's user")
    .option("--reason <text>", "why, for whoever reads the record", "")
    .option("--json", "print the answer as JSON")
    .addHelpText("after", "\nThe record is `registry/phases.jsonl` in the data folder; nothing in it is ever changed.")
    .action(phase);
}

async function phase(id: string | undefined, to: string | undefined, options: PhaseOptions): Promise<void> {
  const config = readConfig();
  if (id !== undefined && to !== undefined) return move(id, to, options, config);
  const [{ findDepartments, readDepartment }, { readPhases }] = await Promise.all([
    import("../../shared/department/load.ts"),
    import("../registry/phases.ts"),
  ]);
  const phases = readPhases(config);
  const read = await Promise.all(findDepartments(departmentFolders(options)).map(readDepartment));
  const ids = new Set([...read.flatMap(({ model }) => model?.id ?? []), ...phases.recorded()]);
  const chosen = [...ids].filter((each) => id === undefined || each === id).sort();
  if (chosen.length === 0) throw unknown(id ?? "", [...ids]);
  const rows = chosen.map((department) => {
    const last = phases.history(department).at(-1);
    return { department, phase: phases.of(department), ...(last ? { since: last.at, by: last.actor } : {}) };
  });
  if (options.json) return say(JSON.stringify(id === undefined ? rows : phases.history(id), null, 2));
  if (id === undefined) {
    const width = Math.max(...chosen.map(({ length }) => length));
    for (const { department, phase: now, since, by } of rows) {
      say(`${department.padEnd(width)}  ${now.padEnd(9)}${since ? `  since ${since} by ${by}` : ""}`.trimEnd());
    }
    return;
  }
  say(`${id} is ${phases.of(id)}.`);
  for (const { at, actor, from, to: next, reason } of phases.history(id)) {
    say(`  ${at}  ${from} to ${next} by ${actor}${reason ? `: ${reason}` : ""}`);
  }
}

async function move(id: string, wanted: string, options: PhaseOptions, config: Config): Promise<void> {
  const { phaseNames, readPhases, recordPhase } = await import("../registry/phases.ts");
  const to = phaseNames.find((name) => name === wanted.toUpperCase().replaceAll("-", "_"));
  if (!to) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: `Expected one of the phases ${phaseNames.join(", ")}, but found \`${wanted}\`.`,
    });
  }
  const phases = readPhases(config);
  const from = phases.of(id);
  if (to !== "RETIRED" || !phases.recorded().includes(id)) await known(id, options);
  if (from === to) return say(options.json ? JSON.stringify({ department: id, from, to }) : `${id} is ${to} already.`);
  if (to === "READ_ONLY" || to === "LIVE") await prove(id, to, options, config);
  const { reason = "" } = options;
  const change = { department: id, from, to, at: new Date().toISOString(), actor: actorOf(options.by), reason };
  recordPhase(config, change);
  if (options.json) return say(JSON.stringify(change, null, 2));
  say(`${id} is ${to} now; it was ${from}.`);
  say("It takes effect when the processes start again; run `civigraph link` first where identity runs apart.");
}

/** A department is shown to clients as one of the city's only when nothing is wrong with it. */
async function prove(id: string, to: OnboardingPhase, options: PhaseOptions, config: Config): Promise<void> {
  const { checkDefaults, checkDepartments } = await import("../check/index.ts");
  const { findingText } = await import("../check/findings.ts");
  const report = await checkDepartments(config, departmentFolders(options), {
    ...checkDefaults,
    only: id,
    previewed: 0,
  });
  const [department] = report.departments;
  const faults = [...(department?.faults ?? []), ...report.composition];
  for (const fault of faults) remark(`  ${findingText(fault)}`);
  const isCompared = department?.database === "compared";
  if (faults.length === 0 && isCompared) return;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: isCompared
      ? `${id} cannot be ${to} while \`civigraph check ${id}\` finds ${faults.length === 1 ? "a fault" : `${faults.length} faults`}. Nothing was changed.`
      : `${id} cannot be ${to} before it was compared with its live database. Set its database, and run \`civigraph check ${id}\`. Nothing was changed.`,
  });
}

async function known(id: string, options: PhaseOptions): Promise<void> {
  const { findDepartments, readDepartment } = await import("../../shared/department/load.ts");
  const read = await Promise.all(findDepartments(departmentFolders(options)).map(readDepartment));
  const ids = read.flatMap(({ model }) => model?.id ?? []);
  if (!ids.includes(id)) throw unknown(id, ids);
}

function unknown(id: string, ids: readonly string[]): CivigraphError {
  return new CivigraphError("CONFIGURATION_INVALID", {
    detail: `There is no department \`${id}\` among ${ids.join(", ")}.`,
  });
}
