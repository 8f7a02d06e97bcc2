import Table from "cli-table3";
import type { Entry } from "./clerk.ts";
import { type DirtKind, dirtKinds, dirtRates, hasDirt } from "./dirt.ts";

/** What was found in one department's records while they were written. */
export interface Measurement {
  readonly department: string;
  rows: number;
  records: number;
  /** Number of different people among the records. */
  persons: number;
  readonly counts: Record<DirtKind, number>;
  /** False for what the department never asks anybody for. */
  readonly asks: { identifier: boolean; telephone: boolean };
}

/** Counts the faults of a department's records as they are written. */
export class Measuring {
  readonly measurement: Measurement;
  private readonly seen = new Set<number>();

  constructor(department: string) {
    const counts = Object.fromEntries(dirtKinds.map((kind) => [kind, 0])) as Record<DirtKind, number>;
    this.measurement = {
      department,
      rows: 0,
      records: 0,
      persons: 0,
      counts,
      asks: { identifier: false, telephone: false },
    };
  }

  add({ person, dirt, identifier, telephone }: Entry): void {
    const { measurement } = this;
    measurement.records++;
    this.seen.add(person.index);
    measurement.persons = this.seen.size;
    if (identifier) measurement.asks.identifier = true;
    if (telephone) measurement.asks.telephone = true;
    if (dirt === 0) return;
    for (const kind of dirtKinds) if (hasDirt(dirt, kind)) measurement.counts[kind]++;
  }
}

/** The shares asked for beside those that the records have, one column a department, as text for a terminal. */
export function dirtTable(measurements: readonly Measurement[], twins: { asked: number; got: number }): string {
  const table = new Table({
    head: ["share of records", "asked", ...measurements.map(({ department }) => department)],
    colAligns: ["left", ...measurements.map(() => "right" as const), "right"],
    style: { head: [], border: [] },
  });
  const number = (value: number): string => value.toLocaleString("en");
  table.push(["legacy rows", "", ...measurements.map(({ rows }) => number(rows))]);
  table.push(["person records", "", ...measurements.map(({ records }) => number(records))]);
  table.push(["different people", "", ...measurements.map(({ persons }) => number(persons))]);
  for (const kind of dirtKinds) {
    const shares = measurements.map((measurement) => shareOf(measurement, kind));
    table.push([labelOf(kind), percent(dirtRates[kind]), ...shares]);
  }
  table.push(["twins, of all people", percent(twins.asked), percent(twins.got)]);
  return table.toString();
}

function shareOf({ counts, records, asks }: Measurement, kind: DirtKind): string {
  if (kind === "SHARED_TELEPHONE" && !asks.telephone) return "not kept";
  if (kind.startsWith("IDENTIFIER") && !asks.identifier) return kind === "IDENTIFIER_ABSENT" ? "not kept" : "-";
  return records === 0 ? "-" : percent(counts[kind] / records);
}

function labelOf(kind: DirtKind): string {
  return kind.toLowerCase().replaceAll("_", " ");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
