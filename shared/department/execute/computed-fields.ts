import { type GraphQLField, type GraphQLObjectType, type GraphQLResolveInfo, getArgumentValues } from "graphql";
import { unreadable } from "../../sql/formats/format.ts";
import type { RawRow } from "../../sql/raw.ts";
import type { TypeModel } from "../model.ts";
import type { ColumnSet } from "./column-set.ts";
import type { Planner } from "./planner.ts";
import { failed, type Request, type Shaped, type ShapedObject } from "./request.ts";
import type { SelectedField } from "./selection.ts";
import { readerOf } from "./values.ts";

/** A field that the department's `resolvers.ts` computes, for many sources at once. */
export interface ComputedField {
  readonly key: string;
  fill(sources: readonly unknown[], objects: readonly ShapedObject[], request: Request): Promise<void>;
}

/**
 * The resolver is called with its source, the field's arguments and `{ department, call }`; there is no `info`. What it
 * throws stands in the place of the field, and reaches clients as an internal error only.
 */
export function computedField(selected: SelectedField, owner: GraphQLObjectType, { source }: Planner): ComputedField {
  const { key, name, node } = selected;
  const resolve = source.resolvers?.[owner.name]?.[name];
  const definition = owner.getFields()[name] as GraphQLField<unknown, unknown>;
  return {
    key,
    async fill(sources, objects, request) {
      // What a resolver returns may be no leaf, or of another type: graphql-js completes it.
      request.irregular = true;
      const context = { department: source.model.id, call: request.call };
      await Promise.all(
        objects.map(async (object, index) => {
          try {
            const given = getArgumentValues(definition, node, request.variables);
            const info = undefined as unknown as GraphQLResolveInfo;
            object[key] = (await resolve?.(sources[index], given, context, info)) ?? null;
          } catch (error) {
            object[key] = failed(error instanceof Error ? error : new Error("not an error"), request);
          }
        }),
      );
    },
  };
}

/** What a resolver of a row gets as its source: the row's own values by the names of their fields. */
export function rowSource(
  type: TypeModel,
  columns: ColumnSet,
  { model, facts }: Planner,
): (row: RawRow, request: Request) => Readonly<Record<string, Shaped>> {
  const fields = [...type.fields.values()].flatMap((field) => {
    if (field.kind !== "column" || field.from || field.lookup) return [];
    const read = readerOf(model, field, field.type, facts.column(type.table, field.column));
    return [{ name: field.name, slot: columns.slot(field.column), read }];
  });
  return (row, { formats }) => {
    const source: Record<string, Shaped> = {};
    for (const { name, slot, read } of fields) {
      const value = read(row[slot] ?? null, formats);
      source[name] = value === unreadable ? null : value;
    }
    return source;
  };
}
