import { Command } from "commander";
import { version } from "../console/version.ts";

interface Entry {
  /** The line in `civigraph --help`. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Only the command that is asked for is loaded: the help page must not cost a planner, drivers and engines. */
const commands: Readonly<Record<string, Entry>> = {
  start: {
    summary: "run everything in one process, with the demo city",
    load: async () => (await import("./start.ts")).startCommand(),
  },
  gateway: {
    summary: "run the gateway alone, or over any Federation 2 supergraph",
    load: async () => (await import("./gateway.ts")).gatewayCommand(),
  },
  subgraph: {
    summary: "run one subgraph over HTTP",
    load: async () => (await import("./subgraph.ts")).subgraphCommand(),
  },
  compose: {
    summary: "compose all departments into a standard supergraph",
    load: async () => (await import("./compose.ts")).composeCommand(),
  },
  onboard: {
    summary: "draft a department from its live database",
    load: async () => (await import("./onboard.ts")).onboardCommand(),
  },
  check: {
    summary: "check department files against their databases and each other",
    load: async () => (await import("./check.ts")).checkCommand(),
  },
  accept: {
    summary: "record the schemas that clients rely on",
    load: async () => (await import("./accept.ts")).acceptCommand(),
  },
  phase: {
    summary: "show how far departments have come, or move one",
    load: async () => (await import("./phase.ts")).phaseCommand(),
  },
  grants: {
    summary: "print the least that a database account must be granted",
    load: async () => (await import("./grants.ts")).grantsCommand(),
  },
  link: {
    summary: "link the records of all departments to citizens",
    load: async () => (await import("./link.ts")).linkCommand(),
  },
  evaluate: {
    summary: "measure linking where the truth is known",
    load: async () => (await import("./evaluate.ts")).evaluateCommand(),
  },
  types: {
    summary: "write TypeScript types and a typed client for a front end",
    load: async () => (await import("./types.ts")).typesCommand(),
  },
  mock: {
    summary: "serve the graph with invented data, for a front end",
    load: async () => (await import("./mock.ts")).mockCommand(),
  },
  docs: {
    summary: "write a searchable page of the schema",
    load: async () => (await import("./docs.ts")).docsCommand(),
  },
  identity: {
    summary: "back up, restore or rekey identity's store and secret",
    load: async () => (await import("./identity.ts")).identityCommand(),
  },
};

const program = new Command("civigraph")
  .description("One federated citizen view over the databases that departments already have.")
  .version(version)
  .showHelpAfterError("(civigraph --help lists the commands)")
  .addHelpText("after", "\ncivigraph help <command> explains one.");

const asked = commandIn(process.argv.slice(2));
for (const [name, { summary, load }] of Object.entries(commands)) {
  program.addCommand((name === asked ? await load() : new Command(name)).summary(summary));
}

program.parseAsync().catch(async (error: unknown) => {
  const { reportFailure } = await import("./failure.ts");
  reportFailure(error);
  process.exitCode = 1;
});

/** The command that is run, or that `help` is asked about. */
function commandIn(words: readonly string[]): string | undefined {
  const [first, second] = words.filter((word) => !word.startsWith("-"));
  return first === "help" ? second : first;
}
