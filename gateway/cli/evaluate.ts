import { existsSync } from "node:fs";
import { Command } from "commander";
import { CivigraphError } from "../../shared/errors.ts";
import Database from "../../shared/sql/sqlite/driver.js";
import {
  builtInSets,
  type EvaluationReport,
  evaluateSet,
  runEvaluate,
} from "../../subgraphs/identity/evaluate/index.ts";
import { printReport } from "../../subgraphs/identity/evaluate/print.ts";
import { allPages } from "../../subgraphs/identity/linking/roll.ts";
import { readConfig } from "../config.ts";
import { buildCityFor, inventedOf, placeDepartments } from "../departments.ts";
import { linkageModel } from "../linkage-model.ts";
import { openDepartments, registryOf } from "../open-departments.ts";
import { createLogger } from "../pipeline/log.ts";
import { departmentFolders } from "./options.ts";
import { say } from "./process.ts";

interface EvaluateOptions {
  readonly data?: string;
  readonly city?: boolean;
  readonly identifiers?: boolean;
  readonly json?: boolean;
  readonly operation?: boolean;
}

/** `civigraph evaluate`: how well linking does where the truth is known. */
export function evaluateCommand(): Command {
  return new Command("evaluate")
    .description("Link a labelled set, or the demo city, without its labels, and measure the result with them.")
    .argument("[set]", `${builtInSets().join(", ")}; or a mapping file for a set of your own`)
    .option("--data <folder>", "folder with the set's files")
    .option("--city", "the demo city in CIVIGRAPH_DATA, without national ids; made first where it is missing")
    .option("--identifiers", "with --city: let national ids count")
    .option("--operation", "also measure churn of ids, linking one by one and look-ups; done unless --json is given")
    .option("--no-operation", "only link, which takes a third of the time")
    .option("--json", "print the report as one JSON object on the last line")
    .action(evaluate);
}

async function evaluate(set: string | undefined, options: EvaluateOptions): Promise<void> {
  if (options.city && set === undefined) return await evaluateCity(options);
  if (options.city || set === undefined || options.data === undefined) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: "Say either --city, or a set and --data with the folder of its files.",
    });
  }
  await runEvaluate({
    ...(builtInSets().includes(set) ? { set } : { mappingFile: set }),
    dataFolder: options.data,
    operation: options.operation ?? !options.json,
    json: options.json ?? false,
    write: say,
  });
}

/** The city as `civigraph link` reads it, linked with the same model. */
async function evaluateCity({ identifiers = false, json = false, operation = !json }: EvaluateOptions): Promise<void> {
  const config = Object.freeze({ ...readConfig(), demoCity: true, subgraphUrls: new Map<string, string>() });
  const logger = createLogger(config.logLevel, process.stderr);
  const departments = inventedOf(await placeDepartments(config, departmentFolders({})));
  const { truth } = await buildCityFor(departments, config);
  const open = openDepartments(
    { config, departments, log: (event, details) => logger.warn(details, event) },
    { grants: async (records) => records.map(() => false) },
    "identity",
  );
  try {
    const feeds = registryOf(open).map(({ feed }) => feed);
    const pages = [];
    for (const feed of feeds) {
      for await (const records of allPages(feed)) pages.push({ department: feed.description.department, records });
    }
    const report = await evaluateSet(
      "demo-city",
      { pages, truth: readTruth(truth) },
      {
        sources: feeds.map(({ description }) => description),
        model: linkageModel(config),
        useIdentifiers: identifiers,
        operation,
      },
    );
    printReport(report, say);
    if (json) say(JSON.stringify(report satisfies EvaluationReport));
  } finally {
    await Promise.all(open.map((department) => department.close()));
  }
}

/** The person of each record, which linking never sees. */
function readTruth(file: string): ReadonlyMap<string, string> {
  if (!existsSync(file)) throw new CivigraphError("CONFIGURATION_INVALID", { detail: "The demo city has no labels." });
  const database = new Database(file, { readonly: true });
  try {
    const rows = database.prepare<[], { department: string; key: string; person: number }>(
      "select department, key, person from truth",
    );
    return new Map(rows.all().map(({ department, key, person }) => [`${department}\n${key}`, String(person)]));
  } finally {
    database.close();
  }
}
