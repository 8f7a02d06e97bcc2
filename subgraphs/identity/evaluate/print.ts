import Table from "cli-table3";
import type { Judged } from "./agreement.ts";
import type { EvaluationReport } from "./index.ts";
import { type ErrorKind, errorKinds } from "./measure.ts";
import type { Operation, Percentiles } from "./operation.ts";

/** Writes the report for a person to read. */
export function printReport(report: EvaluationReport, write: (line: string) => void): void {
  const share = (value: number): string => value.toFixed(4);
  write(`${report.set}: ${report.records} records, ${report.truePairs} true pairs`);
  for (const remark of report.remarks) write(remark);
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
  writeErrors(report, write);
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
  if (report.operation !== undefined) writeOperation(report.operation, write);
  else write("churn of ids, linking one by one and look-ups were not measured: --operation measures them");
  write(`linking took ${report.seconds.toFixed(1)} s and at most ${report.peakMemoryMb} MB`);
}

const titleOf: Readonly<Record<ErrorKind, string>> = {
  blocking: "seen by no rule",
  scoring: "scored below .5",
  clustering: "kept apart by clustering",
  merged: "two persons in one cluster",
};

/** What wrong pairs differ in; nothing that is written in them. */
function writeErrors({ errors }: EvaluationReport, write: (line: string) => void): void {
  const table = new Table({
    head: ["error", "pairs", "what differs"],
    colWidths: [28, 8, 80],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const kind of errorKinds) {
    for (const { differences, pairs } of errors[kind]) table.push([titleOf[kind], pairs, differences]);
  }
  if (table.length > 0) write(`the commonest of each kind of error:\n${table.toString()}`);
}

function writeOperation({ churn, incremental, lookUp }: Operation, write: (line: string) => void): void {
  const share = (value: number): string => value.toFixed(4);
  const times = ({ p50, p99 }: Percentiles): string => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  write(
    `citizen ids that change when all is linked again: ${share(churn.sameRecords)} of the same records in another order, ${share(churn.moreRecords)} after ${churn.added} more records`,
  );
  const right = ({ pairs, right }: Judged): string => `${right} of ${pairs} pairs are right`;
  const { precision, recall, f1 } = incremental.pairs;
  write(
    `${incremental.records} records linked one by one instead of all at once: pairs agree with precision ${share(precision)}, recall ${share(recall)}, F1 ${share(f1)}; ${share(incremental.same)} of the records are with exactly the same others; ${right(incremental.onlyOneByOne)} that only linking one by one has, and ${right(incremental.onlyAtOnce)} that only linking at once has; ${times(incremental.milliseconds)} each`,
  );
  write(
    `one look-up, departments answering from memory: ${times(lookUp.milliseconds)} over ${lookUp.searches}; the right person first in ${share(lookUp.found)} of ${lookUp.known} that have one`,
  );
}
