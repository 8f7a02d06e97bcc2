import type { TableRef } from "../../sql/conditions.ts";
import type { RawRow } from "../../sql/raw.ts";
import { allByKey } from "../../sql/read-statement.ts";
import type { DepartmentModel, TypeModel } from "../model.ts";
import { ColumnSet } from "./column-set.ts";
import { describedPersons } from "./described-persons.ts";
import { type KeyedStatement, keyedStatement, loadByKeys } from "./keyed-load.ts";
import { distinctKeys, keyIn, keyPlaces, recordOf } from "./keys.ts";
import type { Request } from "./request.ts";

/**
 * Which persons a row is about, so that identity can be asked whether the caller may see it. Rows are asked about when
 * they were not reached through the keys that identity handed over: look-ups, root lists, references, own entities.
 */
export interface GrantCheck {
  /** True for each row that may be seen: one of its persons is granted, or it is nobody's. */
  visible(rows: readonly RawRow[], request: Request): Promise<readonly boolean[]>;
}

interface PersonPath {
  readonly columns: readonly string[];
  readonly suffix?: string;
}

/**
 * The check for rows of `type`, whose columns it adds to those that are read; undefined where the rows are nobody's.
 * `direct`: only by what the row itself says, for rows that hang on one that was checked.
 */
export function grantCheck(
  type: TypeModel,
  columns: ColumnSet,
  model: DepartmentModel,
  tableOf: (name: string) => TableRef,
  { direct = false } = {},
): GrantCheck | undefined {
  const paths = personPaths(model, type);
  if (paths.length > 0) return directCheck(paths, type, columns, model);
  return direct ? undefined : checkByParent(type, columns, model, tableOf, new Set([type.name]));
}

function directCheck(
  paths: readonly PersonPath[],
  { table }: TypeModel,
  columns: ColumnSet,
  model: DepartmentModel,
): GrantCheck {
  const compiled = paths.map(({ columns: key, suffix }) => ({
    slots: key.map((column) => columns.slot(column)),
    suffix,
    describes: describedPersons(model, { table, columns: key, keySuffix: suffix }, columns),
  }));
  return {
    async visible(rows, request) {
      const records = rows.map((row) =>
        compiled.flatMap(({ slots, suffix, describes }) => {
          if (describes?.(row) === false) return [];
          const key = keyIn(row, slots);
          return key ? [recordOf(model, key, suffix)] : [];
        }),
      );
      const granted = await grantedAmong(records.flat(), request);
      return records.map((own) => own.length === 0 || own.some((record) => granted.has(record)));
    },
  };
}

/** Rows that say nothing of persons are about those of the row that they hang on: an inspection about its permit's. */
function checkByParent(
  type: TypeModel,
  columns: ColumnSet,
  model: DepartmentModel,
  tableOf: (name: string) => TableRef,
  seen: ReadonlySet<string>,
): GrantCheck | undefined {
  for (const { parent, own, parentColumns } of parentsOf(model, type)) {
    if (seen.has(parent.name)) continue;
    const parentSet = new ColumnSet();
    const paths = personPaths(model, parent);
    const check =
      paths.length > 0
        ? directCheck(paths, parent, parentSet, model)
        : checkByParent(parent, parentSet, model, tableOf, new Set([...seen, parent.name]));
    if (!check) continue;
    const slots = own.map((column) => columns.slot(column));
    let statement: KeyedStatement | undefined;
    return {
      async visible(rows, request) {
        const { keys, places } = distinctKeys(rows, slots);
        if (keys.length === 0) return rows.map(() => true);
        const table = tableOf(parent.table);
        statement ??= keyedStatement(table, parentColumns, (keyRows) =>
          allByKey({ table, columns: parentSet.names, conditions: [], on: parentColumns, keyRows }),
        );
        const parents = await loadByKeys(
          statement,
          keys.map((key) => [key]),
          request,
        );
        const flat = parents.flat();
        const visible = await check.visible(flat, request);
        let at = 0;
        const byKey = parents.map((found) => {
          const answers = found.map(() => visible[at++] ?? false);
          return answers.length === 0 || answers.some(Boolean);
        });
        return places.map((place) => place < 0 || (byKey[place] ?? false));
      },
    };
  }
  return undefined;
}

async function grantedAmong(records: readonly string[], request: Request): Promise<ReadonlySet<string>> {
  const held = heldRecords(request);
  const asked = [...new Set(records)].filter((record) => !held.has(record));
  if (asked.length === 0) return held;
  const answers = await request.source.grants.grants(asked, request.call);
  const granted = new Set(records.filter((record) => held.has(record)));
  for (const [index, record] of asked.entries()) if (answers[index] === true) granted.add(record);
  return granted;
}

function heldRecords({ heldKeys, source }: Request): ReadonlySet<string> {
  return new Set(heldKeys.flatMap((keys) => keys.map((key) => `${source.model.id}:${key}`)));
}

/** Every way in which a row of the type names a person of this department. */
function personPaths(model: DepartmentModel, type: TypeModel): readonly PersonPath[] {
  const paths: PersonPath[] = [];
  const add = (columns: readonly string[], suffix: string | undefined) => {
    const known = paths.some((path) => path.suffix === suffix && path.columns.join() === columns.join());
    if (known) return;
    paths.push({ columns, ...(suffix === undefined ? {} : { suffix }) });
  };
  for (const person of model.persons) if (person.table === type.table) add(person.key, person.keySuffix);
  for (const field of type.fields.values()) if (field.kind === "citizen") add(field.columns, field.keySuffix);
  for (const field of model.citizenFields.values()) {
    if (field.kind !== "rows" || field.item !== type.name) continue;
    const places = keyPlaces(model, field);
    for (const { key, keySuffix } of model.persons) {
      if (field.keySuffixes && (keySuffix === undefined || !field.keySuffixes.includes(keySuffix))) continue;
      const columns = key.map((_, part) => field.on[places.indexOf(part)]);
      if (columns.every((column) => column !== undefined)) add(columns as string[], keySuffix);
    }
  }
  return paths;
}

/** The types whose rows list rows of this type, or to which its rows point. */
function parentsOf(model: DepartmentModel, type: TypeModel) {
  const parents: { parent: TypeModel; own: readonly string[]; parentColumns: readonly string[] }[] = [];
  for (const parent of model.types.values()) {
    for (const field of parent.fields.values()) {
      if (field.kind === "rows" && field.item === type.name) {
        parents.push({ parent, own: field.on, parentColumns: field.parent });
      }
    }
  }
  for (const field of type.fields.values()) {
    const parent = field.kind === "row" ? model.types.get(field.type) : undefined;
    if (field.kind === "row" && parent) parents.push({ parent, own: field.parent, parentColumns: field.on });
  }
  return parents;
}
