import { SingleBar } from "cli-progress";
import type { LinkProgress } from "../../subgraphs/identity/linking/link.ts";
import { type Config, readConfig } from "../config.ts";
import { type PlacedDepartment, placeDepartments } from "../departments.ts";
import { createLogger } from "../pipeline/log.ts";
import { type OpenSubgraphs, openSubgraphs } from "../subgraphs.ts";
import { interruptible } from "./interrupt.ts";
import { type DepartmentsOption, departmentFolders } from "./options.ts";

/** What a command needs that links records. */
export interface LinkableCity {
  readonly config: Config;
  readonly departments: readonly PlacedDepartment[];
  readonly subgraphs: OpenSubgraphs;
  readonly signal: AbortSignal;
  readonly onLinkProgress: (progress: LinkProgress) => void;
}

/** Opens the departments, and identity where its store is, for work that shows its progress and can be interrupted. */
export async function whereLinked(
  options: DepartmentsOption,
  interrupted: string,
  work: (city: LinkableCity) => Promise<void>,
): Promise<void> {
  const config = withIdentityHere(readConfig());
  const logger = createLogger(config.logLevel, process.stderr);
  const departments = await placeDepartments(config, departmentFolders(options));
  const subgraphs = await openSubgraphs({ config, departments, log: (event, details) => logger.warn(details, event) });
  const progress = progressBar();
  try {
    await interruptible(interrupted, (signal) =>
      work({ config, departments, subgraphs, signal, onLinkProgress: progress.show }).finally(progress.end),
    );
  } finally {
    await subgraphs.close();
  }
}

/** Linking runs where the crosswalk is, wherever its subgraph answers from. */
function withIdentityHere(config: Config): Config {
  const subgraphUrls = new Map([...config.subgraphUrls].filter(([name]) => name !== "identity" && name !== "person"));
  return Object.freeze({ ...config, subgraphUrls });
}

const phases = { read: "reading", compare: "comparing", write: "writing" } as const;

/** A bar for people who watch; nothing where the output is a file. */
function progressBar(): { show(progress: LinkProgress): void; end(): void } {
  const bar = new SingleBar({
    format: "{phase} {bar} {value}/{total} {department} {eta_formatted} left",
    stopOnComplete: false,
    clearOnComplete: true,
  });
  let phase: LinkProgress["phase"] | undefined;
  if (!process.stderr.isTTY) return { show: () => {}, end: () => {} };
  return {
    show(progress) {
      const shown = { phase: phases[progress.phase].padEnd(9), department: progress.department ?? "" };
      if (phase !== progress.phase) {
        if (phase) bar.stop();
        phase = progress.phase;
        bar.start(progress.total, progress.done, shown);
      } else bar.update(progress.done, shown);
    },
    end() {
      if (phase) bar.stop();
      phase = undefined;
    },
  };
}
