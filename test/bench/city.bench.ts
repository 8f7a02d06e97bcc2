import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDemoCity } from "../../shared/demo-city/build.ts";
import { discoverDemoDepartments } from "../../shared/demo-city/discover.ts";

/**
 * How long the largest demo city takes and how much memory: `npx tsx test/bench/city.bench.ts [people]`.
 * Exits with 1 beyond the limits, which are meant for 200,000 people.
 */
const limits = { seconds: 120, megabytes: 1024 };
const size = Number(process.argv[2] ?? 200_000);
const directory = mkdtempSync(join(tmpdir(), "demo-city-"));

async function main(): Promise<void> {
  const start = performance.now();
  await buildDemoCity({ directory, size, departments: await discoverDemoDepartments(), write: console.log });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage();
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(`${size.toLocaleString("en")} people in six databases`);
  console.log(
    `time    ${seconds.toFixed(1)} s, limit ${limits.seconds} s, of which computing ${((user + system) / 1e6).toFixed(1)} s`,
  );
  console.log(`memory  ${megabytes.toFixed(0)} MB at most, limit ${limits.megabytes} MB`);
  if (seconds > limits.seconds || megabytes > limits.megabytes) process.exitCode = 1;
}

main().finally(() => rmSync(directory, { recursive: true, force: true }));
