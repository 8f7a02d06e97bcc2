import { renameSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import type { PersonFeed } from "../../shared/department/person-feed.ts";
import { makeFolder } from "../../shared/make-folder.ts";
import type { LinkSummary } from "../../subgraphs/identity/linking/link.ts";
import { probabilisticEngine } from "../../subgraphs/identity/linking/probabilistic.ts";
import { allPages } from "../../subgraphs/identity/linking/roll.ts";
import { disorderIn, type Model, splinkSettings, train } from "../../subgraphs/identity/matching/index.ts";
import { type Config, readConfig } from "../config.ts";
import { buildCityFor } from "../departments.ts";
import { linkageModel, modelFile } from "../linkage-model.ts";
import { prepareCity } from "../prepare.ts";
import { type LinkableCity, whereLinked } from "./linking.ts";
import { type DepartmentsOption, withDepartments } from "./options.ts";
import { remark, say } from "./process.ts";
import { table } from "./table.ts";

/** `civigraph link`: which records are the same person. */
export function linkCommand(): Command {
  return withDepartments(new Command("link"))
    .description(
      "Link the records of all departments to citizens, where identity's database is. Makes the demo city first.",
    )
    .option("--train", "learn the model from the city's records first, and keep it in the data folder")
    .option("--export-splink <file>", "write the model as Splink settings; without --train, link nothing")
    .option("--rotate-keys", "make all that is keyed in identity's store anew under new keys; ids stay as they are")
    .option("--json", "print the summary as JSON")
    .action(link);
}

interface LinkCommandOptions extends DepartmentsOption {
  readonly train?: boolean;
  readonly exportSplink?: string;
  readonly rotateKeys?: boolean;
  readonly json?: boolean;
}

async function link(options: LinkCommandOptions): Promise<void> {
  const config = readConfig();
  if (options.exportSplink !== undefined && !options.train) {
    return exportSplink(options.exportSplink, linkageModel(config));
  }
  await whereLinked(options, "all links are as they were.", (city) => linkCity(options, city));
}

async function linkCity(options: LinkCommandOptions, city: LinkableCity): Promise<void> {
  const { config, departments, subgraphs, signal } = city;
  const write = options.json ? {} : { write: say };
  if (options.train) {
    await buildCityFor(departments, config, write);
    const model = await trainModel(config, subgraphs.feeds, signal);
    if (options.exportSplink !== undefined) exportSplink(options.exportSplink, model);
  }
  const summary = await prepareCity({
    ...city,
    ...write,
    relink: true,
    linking: {
      ...(options.rotateKeys ? { rotateKeys: true } : {}),
      ...(options.train ? { engine: probabilisticEngine({ model: linkageModel(config) }) } : {}),
    },
  });
  const disorder = disorderIn(linkageModel(config));
  if (disorder)
    remark(`The model that was trained is of an earlier version: ${disorder}. Train it again with --train.`);
  if (summary) tell(summary, options);
}

function tell(summary: LinkSummary, { json }: LinkCommandOptions): void {
  if (json) say(JSON.stringify(summary, null, 2));
  else for (const line of linesOf(summary)) say(line);
}

/** Learns from all records that answer, and keeps the model where linking finds it. */
async function trainModel(config: Config, feeds: readonly PersonFeed[], signal: AbortSignal): Promise<Model> {
  async function* records() {
    for (const feed of feeds) {
      for await (const page of allPages(feed, signal)) yield { department: feed.description.department, records: page };
    }
  }
  const sources = feeds.map(({ description }) => description);
  const version = `trained-${new Date().toISOString().slice(0, 10)}`;
  const model = await train({ sources, records: records(), signal, onRemark: remark }, version);
  const file = modelFile(config);
  const draft = `${file}.${process.pid}.tmp`;
  makeFolder(config.dataDirectory);
  writeFileSync(draft, `${JSON.stringify(model, null, 2)}\n`);
  renameSync(draft, file);
  remark(`The model ${model.version} is in ${file}.`);
  return model;
}

function exportSplink(file: string, model: Model): void {
  writeFileSync(file, `${JSON.stringify(splinkSettings(model), null, 2)}\n`);
  remark(`The model ${model.version} is in ${file}, as settings of Splink 4.`);
}

function linesOf(summary: LinkSummary): readonly string[] {
  const count = (value: number) => value.toLocaleString("en");
  const { citizens, linkedCitizens, records, seconds, links, unavailable, notes } = summary;
  return [
    table(
      ["Department", "Records"],
      summary.departments.map(({ name, records }) => [name, records]),
    ),
    table(["Linked by", "Records"], Object.entries(summary.rules)),
    `${count(records)} records are ${count(citizens)} citizens, ${count(linkedCitizens)} of them with several records (${seconds.toFixed(1)} s).`,
    `Links: ${count(links.added)} added, ${count(links.moved)} moved, ${count(links.removed)} removed.`,
    `Model ${summary.modelVersion}. ${count(summary.reviews)} pairs of citizens wait for a steward.`,
    ...unavailable.map((name) => `Left out until it answers: ${name}.`),
    ...notes,
  ];
}
