import type { GraphQLObjectType } from "graphql";
import type { TableRef } from "../../sql/conditions.ts";
import type { TableFacts } from "../../sql/table-facts.ts";
import type { DepartmentModel } from "../model.ts";
import type { Document } from "./selection.ts";
import type { Source } from "./source.ts";

/** What plans are made from. Plans are kept with their document; they hold nothing of a single request. */
export interface Planner {
  readonly source: Source;
  readonly model: DepartmentModel;
  readonly facts: TableFacts;
  readonly document: Document;
}

export function objectType({ document }: Planner, name: string): GraphQLObjectType {
  return document.schema.getType(name) as GraphQLObjectType;
}

/** The table as statements name it: `t`, joined with its keys `k`. */
export function tableRef({ source, facts }: Pick<Planner, "source" | "facts">, name: string): TableRef {
  return { name, alias: "t", dialect: source.dialect, facts };
}
