import { Command } from "commander";
import { clientGraph, type GraphOption, withGraph } from "./graph-option.ts";
import { say } from "./process.ts";

/** `civigraph types`: TypeScript for front ends. */
export function typesCommand(): Command {
  return withGraph(new Command("types"))
    .description("Write TypeScript types of the graph, typed operations and a client that sends them.")
    .requiredOption("--out <folder>", "folder to write to")
    .option(
      "--documents <path>",
      "file or folder with .graphql operations; may be repeated",
      (path: string, before: readonly string[] = []) => [...before, path],
    )
    .action(types);
}

async function types(options: GraphOption & { readonly out: string; readonly documents?: readonly string[] }) {
  const [{ schema }, { writeTypes }] = await Promise.all([clientGraph(options), import("../front-end/write-types.ts")]);
  const written = await writeTypes({ schema, folder: options.out, documents: options.documents ?? [] });
  for (const path of written) say(path);
}
