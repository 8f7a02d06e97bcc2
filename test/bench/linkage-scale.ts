/**
 * Matches a population of five sources at the demo city's least dirt and prints one JSON line:
 * `tsx test/bench/linkage-scale.ts <records> [--no-id]`. The invention of the people is not counted.
 */
import { clusterQuality } from "../../subgraphs/identity/evaluate/measures.ts";
import { match } from "../../subgraphs/identity/matching/index.ts";
import { population } from "./linkage-population.ts";

const records = Number(process.argv[2] ?? 100_000);
const city = population(records);
const before = process.cpuUsage();
let proposed = 0;
let measured: { cpuSeconds: number; peakMemoryMb: number } | undefined;
let f1 = 0;
let overMergesPer10000 = 0;
const { stats } = await match({
  sources: city.sources,
  records: city.pages,
  useIdentifiers: !process.argv.includes("--no-id"),
  inspect: ({ loaded, clusters, candidates }) => {
    const { user, system } = process.cpuUsage(before);
    measured = {
      cpuSeconds: (user + system - city.spent()) / 1e6,
      peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    };
    proposed = candidates.a.length;
    const truth = loaded.keys.map(
      (key, r) => city.truth.get(`${loaded.departments[loaded.departmentOf[r] ?? 0]}\n${key}`) ?? "",
    );
    ({ f1, overMergesPer10000 } = clusterQuality(clusters, truth, () => true));
  },
});
console.log(JSON.stringify({ records: stats.records, candidates: proposed, ...measured, f1, overMergesPer10000 }));
