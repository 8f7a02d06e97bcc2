import { createHash } from "node:crypto";
import type { FieldNode, GraphQLField } from "graphql";
import { getArgumentValues, Kind } from "graphql";
import { CivigraphError } from "../../errors.ts";
import { type OrderTerm, totalOrder } from "../../sql/keyset.ts";
import type { RawValue } from "../../sql/raw.ts";
import type { RowsField, TypeModel } from "../model.ts";
import { badInput } from "./filters.ts";
import type { Request } from "./request.ts";

/** Longest page. */
export const longestPage = 1_000;

/** Which page of which list one call asks for. */
export interface PageRequest {
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly order: readonly OrderTerm[];
  /** Names the list and its order: a cursor of another is refused. */
  readonly list: string;
  readonly size: number;
  /** True for `last`: the list is read from its end. */
  readonly backwards: boolean;
  /** Values of the order's columns of the row beyond which the page lies. */
  readonly cursor?: readonly RawValue[];
}

/**
 * @throws CivigraphError BAD_USER_INPUT for page sizes below 0 or above 1,000, and for `first` with `last`
 * @throws CivigraphError CURSOR_INVALID for a cursor of another list
 */
export function pageRequest(
  field: RowsField,
  owner: string,
  type: TypeModel,
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  request: Request,
): PageRequest {
  const given = argumentsOf(definition, node, request);
  const order = totalOrder(orderingOf(field, given), type.id);
  const list = listName(request.source.model.id, owner, field.name, order);
  const last = given.last ?? null;
  if (last !== null && given.first != null && isGiven("first", node, request)) {
    throw badInput("`first` and `last` cannot be given together.");
  }
  const backwards = last !== null;
  const size = sizeOf(backwards ? "last" : "first", backwards ? last : given.first);
  const argument = backwards ? "before" : "after";
  const other = given[backwards ? "after" : "before"] ?? null;
  if (other !== null)
    throw badInput(
      `\`${argument === "after" ? "before" : "after"}\` goes with \`${argument === "after" ? "last" : "first"}\`.`,
    );
  const text = given[argument] ?? null;
  const page = { arguments: given, order, list, size, backwards };
  if (text === null) return page;
  const cursor = request.source.cursors.read(list, String(text));
  if (cursor?.length !== order.length) throw new CivigraphError("CURSOR_INVALID", { argument });
  return { ...page, cursor };
}

/** Columns of every order that the field can take: what cursors are made of. */
export function orderColumns(field: RowsField, type: TypeModel): readonly string[] {
  const orderings = [field.orderBy, ...(field.orderArgument?.orderings.values() ?? [])];
  return [...new Set([...orderings.flat().map(({ column }) => column), ...type.id])];
}

export function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  { variables }: Request,
): Readonly<Record<string, unknown>> {
  return getArgumentValues(definition, node, variables);
}

/** True where the call itself gives the argument, rather than its default. */
function isGiven(name: string, node: FieldNode, { variables }: Request): boolean {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  return value !== undefined && (value.kind !== Kind.VARIABLE || Object.hasOwn(variables, value.name.value));
}

function orderingOf({ orderBy, orderArgument }: RowsField, given: Readonly<Record<string, unknown>>) {
  const chosen = orderArgument ? given[orderArgument.argument] : undefined;
  return (typeof chosen === "string" ? orderArgument?.orderings.get(chosen) : undefined) ?? orderBy;
}

function sizeOf(argument: string, value: unknown): number {
  const size = value ?? 20;
  if (typeof size === "number" && Number.isInteger(size) && size >= 0 && size <= longestPage) return size;
  throw badInput(`\`${argument}\` must be a whole number from 0 to ${longestPage}, but got ${String(size)}.`);
}

/** Kept short: it is sealed into every cursor. No column name can be told from it. */
function listName(department: string, owner: string, field: string, order: readonly OrderTerm[]): string {
  const key = [department, owner, field, ...order.flatMap(({ column, direction }) => [column, direction])].join("\n");
  let name = names.get(key);
  if (!name) {
    name = createHash("sha256").update(key).digest("base64url").slice(0, 16);
    names.set(key, name);
  }
  return name;
}

const names = new Map<string, string>();
