import { Command } from "commander";
import { readConfig } from "../config.ts";
import { actorOf } from "./actor.ts";
import { type DepartmentsOption, departmentFolders, withDepartments } from "./options.ts";
import { say } from "./process.ts";

interface AcceptOptions extends DepartmentsOption {
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/** `civigraph accept`: what is published now is what clients may rely on, until the next time. */
export function acceptCommand(): Command {
  return withDepartments(new Command("accept"))
    .description(
      "Record the schema that a department publishes as the one that clients rely on. `civigraph check` compares with it from now on.",
    )
    .argument("[department]", "id of the one; all without it")
    .option("--by <name>", "who accepts it, instead of the operating system's user")
    .option("--reason <text>", "why, for whoever reads the record", "")
    .option("--json", "print what was recorded as JSON")
    .addHelpText(
      "after",
      "\nThe record is `registry/accepted.jsonl` in the data folder; nothing in it is ever changed.",
    )
    .action(accept);
}

async function accept(only: string | undefined, options: AcceptOptions): Promise<void> {
  const config = readConfig();
  const [{ loadDepartments }, { departmentNamed }, { acceptSchema, acceptedSchemas }, { checkSchema }] =
    await Promise.all([
      import("../../shared/department/load.ts"),
      import("../departments.ts"),
      import("../registry/accepted.ts"),
      import("../check/schema-changes.ts"),
    ]);
  const { findingText } = await import("../check/findings.ts");
  const departments = await loadDepartments(departmentFolders(options));
  const chosen = only === undefined ? departments : [departmentNamed(departments, only)];
  const recorded = [];
  for (const { model } of chosen) {
    const changes = (await checkSchema(model, acceptedSchemas(config, model.id))).filter(({ code }) =>
      code.startsWith("SCHEMA_CHANGE_"),
    );
    const { reason = "" } = options;
    const at = new Date().toISOString();
    const state = acceptSchema(config, {
      department: model.id,
      at,
      actor: actorOf(options.by),
      reason,
      sdl: model.sdl,
    });
    recorded.push({ department: model.id, state, changes });
    if (options.json) continue;
    say(`${model.id}: ${state}`);
    for (const change of changes) say(`  ${findingText(change)}`);
  }
  if (options.json) say(JSON.stringify(recorded, null, 2));
}
