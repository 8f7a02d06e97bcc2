/**
 * `npm run bench:linkage [-- <data folder>] [-- --sizes 100000,300000] [-- --cities 2:5000,3:10000]`: the labelled sets
 * beside the floor that a plain Fellegi-Sunter script reached on them, demo cities (`seed:people`) that the shipped model
 * was not trained on, then populations of growing size. Exits with 1 where a target is missed.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { type EvaluationReport, evaluate, evaluateSet } from "../../subgraphs/identity/evaluate/index.ts";
import { allPages } from "../../subgraphs/identity/linking/roll.ts";
import { labelledCity } from "../identity/support/demo-city.ts";

/** F1 of final clusters: what the plain script reached, what is asked for, and the largest cluster allowed. */
const targets = [
  { set: "febrl4-no-id", floor: 0.9998, target: 0.9998, largest: 2 },
  { set: "febrl3-no-id", floor: 0.9995, target: 0.9996, largest: 6 },
  { set: "dsgenC-no-id", floor: 0.9936, target: 0.995, largest: 30 },
  { set: "dsgenF-no-id", floor: 0.9938, target: 0.9955, largest: 30 },
  { set: "fake_1000", floor: 0.955, target: 0.965, largest: 9 },
  { set: "historical_50k", floor: 0.897, target: 0.92, largest: 30 },
];

const { values, positionals } = parseArgs({
  options: {
    sizes: { type: "string", default: "100000,300000,1000000" },
    cities: {
      type: "string",
      default: [5000, 10_000].flatMap((size) => [1, 2, 3, 7, 11].map((seed) => `${seed}:${size}`)).join(),
    },
  },
  allowPositionals: true,
});
const dataFolder =
  positionals[0] ?? process.env.CIVIGRAPH_LINKAGE_DATA ?? join(process.cwd(), "..", "shared", "data", "linkage");
const table = new Table({
  head: ["set", "floor", "target", "F1", "false", "missed", "largest", "blocking", "seconds", "CPU s", "MB"],
  style: { head: [], border: [] },
});
let missed = 0;
for (const { set, floor, target, largest } of targets) {
  const before = process.cpuUsage();
  const report = await evaluate({ set, dataFolder });
  const { user, system } = process.cpuUsage(before);
  const { clusters } = report;
  const reached = clusters.f1 >= target && clusters.largest <= largest;
  if (!reached) missed += 1;
  table.push([
    set,
    floor,
    target,
    `${clusters.f1.toFixed(4)}${reached ? "" : " !"}`,
    clusters.found - clusters.right,
    report.truePairs - clusters.right,
    clusters.largest,
    report.blocking.recall.toFixed(4),
    report.seconds.toFixed(1),
    ((user + system) / 1e6).toFixed(1),
    report.peakMemoryMb,
  ]);
}
console.log(table.toString());

/** What a demo city must reach without national ids. */
const cityTarget = { f1: 0.985, overMergesPer10000: 2 };
const cities = new Table({
  head: ["seed", "people", "F1", "precision", "recall", "over-merges per 10,000", "largest", "review", "yield"],
  style: { head: [], border: [] },
});
for (const [seed = 0, size = 0] of values.cities.split(",").map((city) => city.split(":").map(Number))) {
  const { clusters, review } = await evaluateCity(seed, size);
  const reached = clusters.f1 >= cityTarget.f1 && clusters.overMergesPer10000 <= cityTarget.overMergesPer10000;
  if (!reached) missed += 1;
  cities.push([
    seed,
    size,
    `${clusters.f1.toFixed(4)}${reached ? "" : " !"}`,
    clusters.precision.toFixed(5),
    clusters.recall.toFixed(4),
    clusters.overMergesPer10000.toFixed(1),
    clusters.largest,
    review.size,
    review.yield.toFixed(2),
  ]);
}
console.log(cities.toString());

/** What a million records of five sources may cost on two cores. */
const most = { cpuSeconds: 60, megabytes: 2048 };
const scale = new Table({
  head: ["records", "candidates", "F1", "over-merges per 10,000", "CPU s", "growth", "MB"],
  style: { head: [], border: [] },
});
let smaller: { records: number; cpuSeconds: number } | undefined;
for (const size of values.sizes.split(",")) {
  const script = fileURLToPath(new URL("linkage-scale.ts", import.meta.url));
  // A process of its own, so that the peak of its memory is its own.
  const output = execFileSync(process.execPath, ["--import", "tsx", script, size], { encoding: "utf8" });
  const run = JSON.parse(output.trim().split("\n").at(-1) ?? "");
  const growth = smaller && Math.log(run.cpuSeconds / smaller.cpuSeconds) / Math.log(run.records / smaller.records);
  const affordable = run.cpuSeconds <= most.cpuSeconds && run.peakMemoryMb <= most.megabytes;
  if (!affordable) missed += 1;
  scale.push([
    run.records,
    run.candidates,
    run.f1.toFixed(4),
    run.overMergesPer10000.toFixed(1),
    `${run.cpuSeconds.toFixed(1)}${affordable ? "" : " !"}`,
    growth === undefined ? "" : `n^${growth.toFixed(2)}`,
    run.peakMemoryMb,
  ]);
  smaller = run;
}
console.log(scale.toString());
process.exitCode = missed === 0 ? 0 : 1;

/** Links a demo city with the shipped model and without national ids, and measures the result by the city's truth. */
async function evaluateCity(seed: number, size: number): Promise<EvaluationReport> {
  const city = await labelledCity({ seed, size });
  try {
    const pages = [];
    for (const feed of city.feeds) {
      for await (const records of allPages(feed)) pages.push({ department: feed.description.department, records });
    }
    const truth = new Map([...city.truth].map(([record, person]) => [record.replace(":", "\n"), String(person)]));
    const sources = city.feeds.map(({ description }) => description);
    return await evaluateSet(`city ${seed}`, { pages, truth }, { sources, useIdentifiers: false });
  } finally {
    await city.close();
  }
}
