import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { CivigraphError } from "../../shared/errors.ts";
import { makeFolder } from "../../shared/make-folder.ts";
import { clientGraph, type GraphOption, withGraph } from "./graph-option.ts";
import { say } from "./process.ts";

/** `civigraph docs`: the schema as a page. */
export function docsCommand(): Command {
  return withGraph(new Command("docs"))
    .description("Write a searchable page of the schema: one file that needs no server and loads nothing.")
    .requiredOption("--out <folder>", "folder to write index.html to")
    .action(docs);
}

async function docs(options: GraphOption & { readonly out: string }): Promise<void> {
  const [graph, { schemaPage, schemaPageMark }] = await Promise.all([
    clientGraph(options),
    import("../front-end/schema-page.ts"),
  ]);
  makeFolder(options.out);
  const path = join(options.out, "index.html");
  if (existsSync(path) && !readFileSync(path, "utf8").includes(schemaPageMark)) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail: `${path} is there, and \`civigraph docs\` did not write it. Choose another folder. Nothing was written.`,
    });
  }
  writeFileSync(path, schemaPage(graph));
  say(path);
}
