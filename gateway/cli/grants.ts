import { Command } from "commander";
import { loadDepartments } from "../../shared/department/load.ts";
import { mappedColumns } from "../../shared/department/mapped-columns.ts";
import { CivigraphError } from "../../shared/errors.ts";
import { grantScript } from "../../shared/sql/grants.ts";
import { type DepartmentsOption, departmentFolders, withDepartments } from "./options.ts";
import { say } from "./process.ts";

/** `civigraph grants`: what an account must be granted, and no more, to serve a department. */
export function grantsCommand(): Command {
  return withDepartments(new Command("grants"))
    .description(
      "Print the script by which an account may read exactly the tables and columns of a department's mapping.",
    )
    .argument("<department>", "id of the department")
    .option("--user <name>", "the account; without it `civigraph_<department>`")
    .option("--database <name>", "MySQL and MariaDB: where tables are that the mapping names without a database")
    .addHelpText("after", "\nThe database's administrator runs it, with a password in place of the one that it shows.")
    .action(grants);
}

async function grants(
  id: string,
  options: DepartmentsOption & { readonly user?: string; readonly database?: string },
): Promise<void> {
  const departments = await loadDepartments(departmentFolders(options));
  const model = departments.map((department) => department.model).find((each) => each.id === id);
  if (!model) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: `There is no department \`${id}\` among ${departments.map((each) => each.model.id).join(", ")}.`,
    });
  }
  say(
    grantScript({
      engine: model.source.engine,
      user: options.user ?? `civigraph_${id.replaceAll("-", "_")}`,
      tables: mappedColumns(model),
      ...(options.database ? { database: options.database } : {}),
    }),
  );
}
