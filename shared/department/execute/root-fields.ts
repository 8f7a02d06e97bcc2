import { type GraphQLField, Kind } from "graphql";
import { CivigraphError } from "../../errors.ts";
import { rulesOf } from "../../sql/conditions.ts";
import { totalOrder } from "../../sql/keyset.ts";
import { pageOfAll } from "../../sql/read-statement.ts";
import type { Statement } from "../../sql/statement.ts";
import type { RowField, TypeModel } from "../model.ts";
import { ColumnSet } from "./column-set.ts";
import { computedField } from "./computed-fields.ts";
import { type EntitiesPlan, loadEntities } from "./entities.ts";
import { filteringOf } from "./filters.ts";
import { grantCheck } from "./grants.ts";
import { loadRootList, planList } from "./lists.ts";
import { argumentsOf } from "./paging.ts";
import { objectType, type Planner, tableRef } from "./planner.ts";
import { emptyObject, failed, type Request, type Shaped } from "./request.ts";
import { planRow, shapeRows } from "./row-shape.ts";
import { type SelectedField, selectedFields } from "./selection.ts";

/** A root field of an operation, ready to be answered. */
export interface RootField {
  readonly key: string;
  load(request: Request): Promise<Shaped> | Shaped;
}

export function planRootField(selected: SelectedField, planner: Planner): RootField {
  const { key, name } = selected;
  if (name === "__typename") return { key, load: () => "Query" };
  if (name === "_service") return { key, load: () => service(selected, planner) };
  const definition = objectType(planner, "Query").getFields()[name] as GraphQLField<unknown, unknown>;
  if (name === "_entities") {
    const plan: EntitiesPlan = { selectionSets: selected.selectionSets, rows: new Map() };
    const given = selected.node.arguments?.[0]?.value;
    const variable = given?.kind === Kind.VARIABLE ? given.name.value : undefined;
    return {
      key,
      load(request) {
        const representations =
          variable === undefined
            ? argumentsOf(definition, selected.node, request).representations
            : request.variables[variable];
        return loadEntities(plan, representations as readonly unknown[], planner, request);
      },
    };
  }
  const field = planner.model.queryFields.get(name);
  if (field?.kind === "rows") {
    const plan = planList(field, objectType(planner, "Query"), selected, "root", planner);
    return { key, load: (request) => loadRootList(plan, request) };
  }
  if (field?.kind === "row") return planRootRow(field, definition, selected, planner);
  if (field?.kind === "code") {
    const computed = computedField(selected, objectType(planner, "Query"), planner);
    return {
      key,
      async load(request) {
        const object = emptyObject([key]);
        await computed.fill([{}], [object], request);
        return object[key];
      },
    };
  }
  return { key, load: () => null };
}

function service({ selectionSets }: SelectedField, planner: Planner): Shaped {
  const fields = selectedFields(objectType(planner, "_Service"), selectionSets, planner.document);
  const answer = emptyObject(fields.map(({ key }) => key));
  for (const { key, name } of fields) answer[key] = name === "sdl" ? planner.model.sdl : "_Service";
  return answer;
}

/** The row that the arguments name. Several are an error; none, or one that may not be seen, is null. */
function planRootRow(
  field: RowField,
  definition: GraphQLField<unknown, unknown>,
  { key, node, selectionSets }: SelectedField,
  planner: Planner,
): RootField {
  const type = planner.model.types.get(field.type) as TypeModel;
  const columns = new ColumnSet();
  const shape = planRow(type, selectionSets, columns, planner);
  const check = grantCheck(type, columns, planner.model, (name) => tableRef(planner, name));
  const table = tableRef(planner, type.table);
  const texts = new Map<string, Statement>();
  const order = { order: totalOrder([], type.id), backwards: false };
  return {
    key,
    async load(request) {
      try {
        const given = argumentsOf(definition, node, request);
        const filtering = filteringOf(field.filters, type, given, table, request, { nullMatchesNone: true });
        if (!filtering || filtering.pattern === "") return null;
        let text = texts.get(filtering.pattern);
        if (!text) {
          const rules = [...rulesOf(table, type), ...rulesOf(table, { where: field.where })];
          const conditions = [...rules, ...filtering.fragments(table)];
          text = pageOfAll({ table, columns: columns.names, conditions }, order);
          texts.set(filtering.pattern, text);
        }
        const run = { filters: filtering.parameters, limit: 2, context: request.formats };
        const found = await request.source.select(text, run, request.call.signal);
        const visible = await check?.visible(found, request);
        const rows = found.filter((_, index) => visible?.[index] ?? true);
        if (rows.length > 1) {
          const details = { field: `Query.${field.name}`, department: planner.model.name };
          throw new CivigraphError("SOURCE_ROW_AMBIGUOUS", details);
        }
        const [object] = await shapeRows(shape, rows, request);
        return object ?? null;
      } catch (error) {
        return failed(error as Error, request);
      }
    },
  };
}
