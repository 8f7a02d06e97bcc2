import type { FeatureColumn, FeatureTable } from "../matching/batch/feature-table.ts";
import {
  type FeatureGroup,
  featureGroups,
  type LinkableRecord,
  listFeatures,
  otherFeature,
  otherValue,
} from "../matching/features.ts";

/**
 * What linking compares of a few records, to which more are added. Records of one person repeat names, addresses and
 * numbers: each distinct one is normalised once.
 */
export class RecordTable implements FeatureTable {
  count = 0;
  private readonly columns = new Map<string, Column>();
  private readonly groups: readonly Group[];

  /** Where all others are only compared with one record, nothing is read of them that this one has nothing of. */
  constructor(only?: LinkableRecord) {
    this.groups = featureGroups.map((group) => ({
      group,
      columns: group.features.map((feature) => this.open(feature)),
      seen: new Map(),
      numbers: [],
      isRead: only === undefined || group.key(only) !== undefined,
    }));
  }

  /** Gives the record's number. */
  add(record: LinkableRecord): number {
    const number = this.count;
    this.count += 1;
    for (const { group, columns, seen, numbers, isRead } of this.groups) {
      const key = isRead ? group.key(record) : undefined;
      if (key === undefined) {
        numbers.push(0);
        continue;
      }
      let alike = seen.get(key);
      if (alike === undefined) {
        const features = group.read(record);
        alike = { number: seen.size + 1, codes: columns.map((column) => column.code(features[column.feature])) };
        seen.set(key, alike);
      }
      numbers.push(alike.number);
      const { codes } = alike;
      for (let index = 0; index < codes.length; index += 1) columns[index]?.put(number, codes[index] ?? 0);
    }
    for (const [name, value] of Object.entries(record.other ?? {})) {
      const feature = otherFeature(name);
      const column = this.columns.get(feature) ?? this.open(feature);
      column.put(number, column.code(otherValue(value)));
    }
    return number;
  }

  /**
   * A number for each record, the same for two where they have the same values of all these features; undefined where
   * the features are not of one group.
   */
  classes(features: Iterable<string>): readonly number[] | undefined {
    const all = [...features];
    return this.groups.find(({ group }) => all.every((feature) => group.features.includes(feature)))?.numbers;
  }

  column(feature: string): FeatureColumn {
    const column = this.columns.get(feature) ?? this.open(feature);
    column.cover(this.count);
    return column;
  }

  known(feature: string): boolean {
    return this.column(feature).values.length > 1;
  }

  private open(feature: string): Column {
    const column = new Column(feature);
    this.columns.set(feature, column);
    return column;
  }
}

/** Features that are read together, and what was read of them so far. */
interface Group {
  readonly group: FeatureGroup;
  readonly columns: readonly Column[];
  readonly seen: Map<string, Alike>;
  /** For each record the number of what it has, 0 where it has nothing. */
  readonly numbers: number[];
  readonly isRead: boolean;
}

/** Records with the same values. */
interface Alike {
  readonly number: number;
  readonly codes: readonly number[];
}

/** One feature of the records; codes and values grow, and whoever holds them from before sees the old ones. */
class Column implements FeatureColumn {
  readonly feature: string;
  // As long as V8 keeps an array on its own heap, which is made in less time.
  codes = new Int32Array(16);
  readonly values: string[] = [""];
  readonly lists?: (readonly number[])[];
  private readonly codeOf = new Map<string, number>();
  private readonly listOf = new Map<string, number>();

  constructor(feature: string) {
    this.feature = feature;
    if ((listFeatures as readonly string[]).includes(feature)) this.lists = [[]];
  }

  code(value: string | readonly string[] | undefined): number {
    if (value === undefined) return 0;
    if (this.lists === undefined) return this.valueCode(typeof value === "string" ? value : (value[0] ?? ""));
    const list = (typeof value === "string" ? [value] : value).map((one) => this.valueCode(one));
    const name = list.join(",");
    let code = this.listOf.get(name);
    if (code === undefined) {
      code = this.lists.push(list) - 1;
      this.listOf.set(name, code);
    }
    return code;
  }

  put(record: number, code: number): void {
    this.cover(record + 1);
    this.codes[record] = code;
  }

  /** Gives so many records a code, 0 where nothing is known of one: past the end two would seem to have the same. */
  cover(records: number): void {
    if (records <= this.codes.length) return;
    const longer = new Int32Array(2 * records);
    longer.set(this.codes);
    this.codes = longer;
  }

  private valueCode(value: string): number {
    let code = this.codeOf.get(value);
    if (code === undefined) {
      code = this.values.push(value) - 1;
      this.codeOf.set(value, code);
    }
    return code;
  }
}
