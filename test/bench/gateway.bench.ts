import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { withoutRights } from "../../gateway/supergraph/rights.ts";
import { createClient, type Load, type Question } from "./load.ts";
import { type RunningProcess, startProcess } from "./processes.ts";
import { allCitizens, oneCitizen, pageOfCitizens } from "./queries.ts";

/**
 * What a request costs: CPU of all server processes, requests a second, latencies, through
 *   a  this gateway with its subgraphs in one process, as `npm start` runs it
 *   b  this gateway over HTTP subgraphs, a process each
 *   c  the stock @apollo/gateway with Apollo Server over the same HTTP subgraphs
 *   d  a hand-written HTTP handler that runs its SQL on the same files and joins in code
 * Each is warmed up by a number of requests, then they take turns. Answers are compared. Exits with 1 when they differ,
 * or when (a) costs more than an eighth of (c) though (d), the floor, does not.
 */
const { values } = parseArgs({
  options: {
    people: { type: "string", default: "2000" },
    seconds: { type: "string", default: "10" },
    connections: { type: "string", default: "4" },
  },
});
const seconds = Number(values.seconds);
const connections = Number(values.connections);
const limit = 1 / 8;
const turns = 5;

const program = "gateway/cli/civigraph.js";
const departments = ["civil-registry", "social-services", "revenue", "permits", "contact-centre", "water-utility"];
const peers = join(import.meta.dirname, "peers");
const directory = mkdtempSync(join(tmpdir(), "civigraph-bench-"));
const secret = randomBytes(32).toString("hex");
const environment = {
  CIVIGRAPH_DATA: join(directory, "data"),
  CIVIGRAPH_SUBGRAPH_SECRET: secret,
  CIVIGRAPH_IDENTITY_SECRET: randomBytes(32).toString("hex"),
  CIVIGRAPH_DEMO_CITY: "1",
  CITY_SIZE: values.people,
  LOG_LEVEL: "warn",
  NODE_ENV: "production",
  APOLLO_TELEMETRY_DISABLED: "1",
  PORT: "0",
};
const running: RunningProcess[] = [];

interface Setup {
  readonly name: string;
  readonly url: string;
  readonly processes: readonly RunningProcess[];
}

interface Measured {
  readonly setup: string;
  /** Milliseconds of all server processes for one request. */
  readonly cpu: number;
  readonly answers: readonly string[];
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

async function main(): Promise<void> {
  if (!existsSync(join(peers, "node_modules"))) {
    execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: peers, stdio: "inherit" });
  }
  const setups = await startAll();
  const ids = await citizenIds(setups[0] as Setup);
  const workloads: [string, readonly Question[], number][] = [
    ["one citizen, six departments", ids.all.slice(0, 200).map(oneCitizen), 2_000],
    ["a page of 50 citizens, six departments", ids.cursors.map(pageOfCitizens), 300],
  ];
  for (const [name, questions, warmUp] of workloads) {
    report(name, await measure(setups, questions, warmUp));
  }
}

async function startAll(): Promise<Setup[]> {
  const inOne = await start([program, "start"], {});
  // Departments ask identity and identity asks departments, so all addresses are known before anybody starts.
  const ports = new Map<string, number>();
  for (const name of [...departments, "identity", "person"]) ports.set(name, await freePort());
  const addresses = Object.fromEntries(
    Array.from(ports, ([name, port]) => [variableOf(name), `http://127.0.0.1:${port}`]),
  );
  const subgraphs = new Map<string, RunningProcess>();
  for (const [name, port] of ports) {
    const { [variableOf(name)]: _own, ...others } = addresses;
    subgraphs.set(name, await start([program, "subgraph", name], { ...others, PORT: String(port) }));
  }
  const overHttp = await start([program, "gateway"], addresses);
  const stock = await start([join(peers, "stock.mjs")], {
    SUPERGRAPH: planningSupergraph(),
    SUBGRAPHS: JSON.stringify(Object.fromEntries(Array.from(subgraphs, ([name, { url }]) => [name, url]))),
    SECRET: secret,
  });
  const byHand = await start(["--import", "tsx", join(import.meta.dirname, "by-hand.ts")], {});
  return [
    { name: "a  in one process", url: inOne.url, processes: [inOne] },
    { name: "b  over HTTP subgraphs", url: overHttp.url, processes: [overHttp, ...subgraphs.values()] },
    { name: "c  stock over the same", url: stock.url, processes: [stock, ...subgraphs.values()] },
    { name: "d  by hand", url: byHand.url, processes: [byHand] },
  ];
}

/** `civil-registry` gives `CIVIL_REGISTRY_SUBGRAPH_URL`. */
function variableOf(name: string): string {
  return `${name.replaceAll("-", "_").toUpperCase()}_SUBGRAPH_URL`;
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function start(args: readonly string[], more: Readonly<Record<string, string>>): Promise<RunningProcess> {
  const began = performance.now();
  const started = await startProcess(args, { ...environment, ...more });
  running.push(started);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.error(`started ${args.slice(-2).join(" ")} in ${seconds} s`);
  return started;
}

/** The stock gateway refuses rights directives. */
function planningSupergraph(): string {
  const file = join(directory, "supergraph.graphql");
  execFileSync(process.execPath, [program, "compose", "--out", file], { env: { ...process.env, ...environment } });
  const sdl = readFileSync(file, "utf8").replace(/url: ""/g, 'url: "http://127.0.0.1:9/"');
  writeFileSync(file, withoutRights(sdl).planningSdl);
  return file;
}

async function citizenIds({ url }: Setup): Promise<{ all: string[]; cursors: (string | null)[] }> {
  const client = createClient(url, 1);
  const all: string[] = [];
  const cursors: (string | null)[] = [null];
  for (let page = 0; page < 10; page++) {
    const text = await client.ask({ query: allCitizens, variables: { after: cursors.at(-1) } });
    const { nodes, pageInfo } = JSON.parse(text).data.citizens;
    all.push(...nodes.map(({ id }: { id: string }) => id));
    cursors.push(pageInfo.endCursor);
  }
  await client.close();
  return { all, cursors };
}

/** In turns, so that whatever else the machine does meanwhile is the same for all. */
async function measure(setups: readonly Setup[], questions: readonly Question[], warmUp: number): Promise<Measured[]> {
  const asking: Asking[] = [];
  for (const setup of setups) {
    const client = createClient(setup.url, connections);
    const answers: string[] = [];
    for (const question of questions) answers.push(await client.ask(question));
    await client.run(questions, { requests: warmUp });
    asking.push({ setup, client, answers, cpu: 0, loads: [] });
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const each of asking) {
      const before = cpuOf(each.setup);
      each.loads.push(await each.client.run(questions, { seconds: seconds / turns }));
      each.cpu += cpuOf(each.setup) - before;
    }
  }
  await Promise.all(asking.map(({ client }) => client.close()));
  return asking.map(measuredOf);
}

interface Asking {
  readonly setup: Setup;
  readonly client: ReturnType<typeof createClient>;
  readonly answers: readonly string[];
  readonly loads: Load[];
  cpu: number;
}

function cpuOf({ processes }: Setup): number {
  return processes.reduce((sum, each) => sum + each.cpu(), 0);
}

function measuredOf({ setup, answers, loads, cpu }: Asking): Measured {
  const latencies = loads.flatMap((load) => load.latencies).sort((one, other) => one - other);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  const time = loads.reduce((sum, load) => sum + load.seconds, 0);
  return {
    setup: setup.name,
    answers,
    cpu: cpu / latencies.length,
    requestsPerSecond: latencies.length / time,
    p50: at(0.5),
    p99: at(0.99),
  };
}

function report(workload: string, measured: readonly Measured[]): void {
  const [first, , stock, byHand] = measured;
  if (!first || !stock || !byHand) return;
  const table = new Table({
    head: ["", "CPU ms/request", "requests/s", "p50 ms", "p99 ms", "of (c)", "of (d)", "answers"],
    style: { head: [], border: [] },
  });
  for (const each of measured) {
    const equal = each.answers.every((answer, index) => sameAnswer(answer, first.answers[index]));
    if (!equal) process.exitCode = 1;
    table.push([
      each.setup,
      each.cpu.toFixed(2),
      each.requestsPerSecond.toFixed(0),
      each.p50.toFixed(1),
      each.p99.toFixed(1),
      `1/${(stock.cpu / each.cpu).toFixed(1)}`,
      (each.cpu / byHand.cpu).toFixed(1),
      equal ? "equal" : "DIFFERENT",
    ]);
  }
  const kilobytes = first.answers.reduce((sum, { length }) => sum + length, 0) / first.answers.length / 1024;
  console.log(`\n${workload}: ${kilobytes.toFixed(1)} KB an answer, ${connections} connections, ${seconds} s`);
  console.log(table.toString());
  const most = stock.cpu * limit;
  if (first.cpu <= most) return;
  if (byHand.cpu > most) {
    const share = `1/${(stock.cpu / byHand.cpu).toFixed(1)}`;
    console.log(`1/${1 / limit} of (c) is ${most.toFixed(2)} ms, below the floor: (d) alone costs ${share} of (c).`);
    return;
  }
  console.log(`(a) must cost at most 1/${1 / limit} of (c), ${most.toFixed(2)} ms. The floor is (d).`);
  process.exitCode = 1;
}

function sameAnswer(one: string, other: string | undefined): boolean {
  return one === other || JSON.stringify(JSON.parse(one).data) === JSON.stringify(JSON.parse(other ?? "{}").data);
}

main().finally(async () => {
  await Promise.all(running.map((each) => each.stop()));
  rmSync(directory, { recursive: true, force: true });
});
