import Table from "cli-table3";
import type { EvaluationReport } from "./index.ts";

/** Writes the report for a person to read. */
export function printReport(report: EvaluationReport, write: (line: string) => void): void {
  const share = (value: number): string => value.toFixed(4);
  write(`${report.set}: ${report.records} records, ${report.truePairs} true pairs`);
  const { blocking, pairs, clusters, review, lost } = report;
  write(
    `blocking: ${blocking.candidates} candidates, recall ${share(blocking.recall)}, reduction ${blocking.reduction.toFixed(6)}`,
  );
  const table = new Table({
    head: ["", "precision", "recall", "F1", "false", "missed"],
    style: { head: [], border: [] },
  });
  const row = (name: string, one: typeof pairs): void => {
    const counts = [one.found - one.right, report.truePairs - one.right];
    table.push([name, share(one.precision), share(one.recall), share(one.f1), ...counts]);
  };
  row("pairs at .5", pairs);
  row("clusters", clusters);
  table.push([
    "B-cubed",
    share(clusters.bCubed.precision),
    share(clusters.bCubed.recall),
    share(clusters.bCubed.f1),
    "",
    "",
  ]);
  write(table.toString());
  write(
    `largest cluster ${clusters.largest}, exactly right ${share(clusters.exact)} of the persons with several records`,
  );
  write(`over-merges per 10,000 persons: ${clusters.overMergesPer10000.toFixed(1)}`);
  write(
    `missed pairs: ${lost.blocking} seen by no rule, ${lost.scoring} scored below .5, ${lost.clustering} kept apart by clustering`,
  );
  write(`review queue: ${review.size} pairs, ${share(review.yield)} of them one person`);
  const bins = report.calibration.filter((bin) => bin.pairs > 0);
  write(
    `calibration (predicted from: true share): ${bins.map((bin) => `${bin.from}: ${(bin.matches / bin.pairs).toFixed(3)} of ${bin.pairs}`).join("; ")}`,
  );
  for (const { threshold, f1, largest } of report.sweep) {
    write(`clusters at ${threshold}: F1 ${share(f1)}, largest ${largest}`);
  }
  const rules = new Table({
    head: ["blocking rule", "pairs", "true pairs first seen", "pairs dropped"],
    style: { head: [], border: [] },
  });
  for (const { rule, pairs, gain, droppedPairs } of blocking.rules) rules.push([rule, pairs, gain, droppedPairs]);
  write(rules.toString());
  write(`${report.seconds.toFixed(1)} s, at most ${report.peakMemoryMb} MB`);
}
