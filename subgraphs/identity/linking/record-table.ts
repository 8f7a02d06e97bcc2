import type { FeatureColumn, FeatureTable } from "../matching/batch/feature-table.ts";
import { featureGroups, type LinkableRecord, listFeatures, otherFeature, otherValue } from "../matching/features.ts";
import { bytes, letterMask, type Text } from "../matching/similarity.ts";

/**
 * What linking compares of a few records, to which more are added. Records of one person repeat names, addresses and
 * numbers: each distinct one is normalised once.
 */
export class RecordTable implements FeatureTable {
  count = 0;
  private readonly columns = new Map<string, Column>();
  private readonly groups = featureGroups.map((group) => ({
    group,
    columns: group.features.map((feature) => this.open(feature)),
    seen: new Map<string, readonly number[]>(),
  }));

  /** Gives the record's number. */
  add(record: LinkableRecord): number {
    const number = this.count;
    this.count += 1;
    for (const { group, columns, seen } of this.groups) {
      const key = group.key(record);
      if (key === undefined) continue;
      let codes = seen.get(key);
      if (codes === undefined) {
        const features = group.read(record);
        codes = columns.map((column) => column.code(features[column.feature]));
        seen.set(key, codes);
      }
      for (let index = 0; index < codes.length; index += 1) columns[index]?.put(number, codes[index] ?? 0);
    }
    for (const [name, value] of Object.entries(record.other ?? {})) {
      const feature = otherFeature(name);
      const column = this.columns.get(feature) ?? this.open(feature);
      column.put(number, column.code(otherValue(value)));
    }
    return number;
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

/** One feature of the records; codes, values and texts grow, and whoever holds them from before sees the old ones. */
class Column implements FeatureColumn {
  readonly feature: string;
  codes = new Int32Array(256);
  readonly values: string[] = [""];
  readonly texts: Text[] = [];
  readonly lists?: (readonly number[])[];
  private readonly codeOf = new Map<string, number>();
  private readonly listOf = new Map<string, number>();

  constructor(feature: string) {
    this.feature = feature;
    if ((listFeatures as readonly string[]).includes(feature)) this.lists = [[]];
    else this.texts.push(textOf(""));
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
      if (this.lists === undefined) this.texts.push(textOf(value));
    }
    return code;
  }
}

function textOf(value: string): Text {
  const text = bytes(value);
  return { text, mask: letterMask(text) };
}
