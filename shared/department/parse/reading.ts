import type { ConstDirectiveNode, TypeNode } from "graphql";
import { Kind } from "graphql";
import type { FieldModel, PersonModel, TypeModel } from "../model.ts";
import type { Declarations } from "./declarations.ts";
import type { Enums } from "./enums.ts";
import type { FaultList } from "./fault.ts";

/** Which table a type's rows come from; its fields are read against all of these. */
export type TableModel = Omit<TypeModel, "fields">;

/** What is known of a file while its fields are read. */
export interface Reading {
  readonly faults: FaultList;
  readonly declarations: Declarations;
  readonly enums: Enums;
  readonly persons: readonly PersonModel[];
  readonly tables: ReadonlyMap<string, TableModel>;
  /** Fields that hold one value, of each type with a table: what arguments can filter by. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, FieldModel>>;
  /** True for fields that the department's resolvers.ts computes. */
  readonly resolved: (type: string, field: string) => boolean;
}

/** A GraphQL type taken apart: `[Benefit!]` is a list of `Benefit`. */
export interface Shape {
  readonly name: string;
  readonly list: boolean;
  readonly nonNull: boolean;
}

export function shapeOf(type: TypeNode): Shape {
  if (type.kind === Kind.NON_NULL_TYPE) return { ...shapeOf(type.type), nonNull: true };
  if (type.kind === Kind.LIST_TYPE) return { name: shapeOf(type.type).name, list: true, nonNull: false };
  return { name: type.name.value, list: false, nonNull: false };
}

/** The first directive of that name. */
export function directiveOf(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): ConstDirectiveNode | undefined {
  return node.directives?.find((directive) => directive.name.value === name);
}
