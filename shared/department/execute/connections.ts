import type { SelectionSetNode } from "graphql";
import { objectMaker } from "../../object-maker.ts";
import type { RawRow } from "../../sql/raw.ts";
import type { TypeModel } from "../model.ts";
import type { ColumnSet } from "./column-set.ts";
import type { PageRequest } from "./paging.ts";
import { objectType, type Planner } from "./planner.ts";
import { emptyObject, type Request, type Shaped, type ShapedObject } from "./request.ts";
import { loadsMore, planRow, type RowShape, shapeRows } from "./row-shape.ts";
import { selectedFields } from "./selection.ts";

/** What a document selects of a connection. */
export interface ConnectionShape {
  readonly typeName: string;
  readonly keys: readonly string[];
  readonly fields: readonly ConnectionField[];
  /** Makes a connection at once, where nothing more is read for its rows than they hold. */
  readonly make?: (each: Loaded, context: Making) => ShapedObject;
  readonly wantsRows: boolean;
  readonly wantsCursors: boolean;
  readonly wantsTotal: boolean;
}

type ConnectionField =
  | { readonly kind: "typename"; readonly key: string }
  | { readonly kind: "totalCount"; readonly key: string }
  | { readonly kind: "nodes"; readonly key: string; readonly shape: RowShape }
  | { readonly kind: "edges"; readonly key: string; readonly typeName: string; readonly fields: readonly EdgeField[] }
  | { readonly kind: "pageInfo"; readonly key: string; readonly fields: readonly { key: string; name: string }[] };

type EdgeField =
  | { readonly kind: "typename" | "cursor"; readonly key: string }
  | { readonly kind: "node"; readonly key: string; readonly shape: RowShape };

export function planConnection(
  typeName: string,
  item: TypeModel,
  selectionSets: readonly SelectionSetNode[],
  columns: ColumnSet,
  planner: Planner,
): ConnectionShape {
  const { document } = planner;
  const fields = selectedFields(objectType(planner, typeName), selectionSets, document).map(
    ({ key, name, selectionSets: inner }): ConnectionField => {
      if (name === "nodes") return { kind: "nodes", key, shape: planRow(item, inner, columns, planner) };
      if (name === "totalCount") return { kind: "totalCount", key };
      if (name === "pageInfo") {
        return { kind: "pageInfo", key, fields: selectedFields(objectType(planner, "PageInfo"), inner, document) };
      }
      if (name !== "edges") return { kind: "typename", key };
      const edge = `${item.name}Edge`;
      const edgeFields = selectedFields(objectType(planner, edge), inner, document).map((field): EdgeField => {
        if (field.name === "cursor") return { kind: "cursor", key: field.key };
        if (field.name !== "node") return { kind: "typename", key: field.key };
        return { kind: "node", key: field.key, shape: planRow(item, field.selectionSets, columns, planner) };
      });
      return { kind: "edges", key, typeName: edge, fields: edgeFields };
    },
  );
  const cursors = fields.some(
    (field) =>
      (field.kind === "edges" && field.fields.some(({ kind }) => kind === "cursor")) ||
      (field.kind === "pageInfo" && field.fields.some(({ name }) => name.endsWith("Cursor"))),
  );
  return {
    typeName,
    keys: fields.map(({ key }) => key),
    fields,
    ...(fields.every((field) => isAtOnce(field))
      ? {
          make: objectMaker<Loaded, Making>(
            fields.map((field) => ({ key: field.key, read: valueIn(typeName, field) })),
          ),
        }
      : {}),
    wantsRows: fields.some(({ kind }) => kind === "nodes" || kind === "edges" || kind === "pageInfo"),
    wantsCursors: cursors,
    wantsTotal: fields.some(({ kind }) => kind === "totalCount"),
  };
}

/** What values of connections are made with. */
interface Making {
  readonly page: PageRequest;
  readonly cursorOf: (row: RawRow) => string;
  readonly request: Request;
}

interface Loaded {
  readonly rows: readonly RawRow[];
  readonly more: boolean;
  /** Where it is asked for. */
  readonly total?: number | null;
}

/**
 * The connections of all askers at once: what hangs on their rows is loaded for all of them together. No promise where
 * nothing is.
 */
export function shapeConnections(
  shape: ConnectionShape,
  loaded: readonly (Loaded | null)[],
  page: PageRequest,
  cursorOf: (row: RawRow) => string,
  request: Request,
): readonly Shaped[] | Promise<readonly Shaped[]> {
  const making: Making = { page, cursorOf, request };
  const { make } = shape;
  if (make) return loaded.map((each) => (each === null ? null : make(each, making)));
  const connections = loaded.map((each) => (each === null ? null : emptyObject(shape.keys)));
  // Places are taken in the order of the selection; shapes that load are filled in behind.
  for (const { key } of shape.fields) for (const each of connections) if (each) each[key] = undefined;
  const rows = loaded.flatMap((each) => each?.rows ?? []);

  const put = (key: string, value: (each: Loaded, from: number) => Shaped) => {
    let from = 0;
    for (const [index, connection] of connections.entries()) {
      const each = loaded[index];
      if (!connection || !each) continue;
      connection[key] = value(each, from);
      from += each.rows.length;
    }
  };

  const loads: Promise<void>[] = [];
  for (const field of shape.fields) {
    if (isAtOnce(field)) {
      const read = valueIn(shape.typeName, field);
      put(field.key, (each) => read(each, making));
    } else loads.push(putRows(field));
  }
  return Promise.all(loads).then(() => connections);

  async function putRows(field: Extract<ConnectionField, { kind: "nodes" | "edges" }>): Promise<void> {
    const objects =
      field.kind === "nodes"
        ? await shapeRows(field.shape, rows, request)
        : await shapeEdges(field, rows, cursorOf, request);
    put(field.key, (each, from) => objects.slice(from, from + each.rows.length));
  }
}

/** Fields of a connection for which nothing is read beyond its rows. */
type FieldAtOnce = Exclude<ConnectionField, { kind: "edges" }>;

function isAtOnce(field: ConnectionField): field is FieldAtOnce {
  return field.kind === "nodes" ? !loadsMore(field.shape) : field.kind !== "edges";
}

function valueIn(typeName: string, field: FieldAtOnce): (each: Loaded, making: Making) => Shaped {
  switch (field.kind) {
    case "typename":
      return () => typeName;
    case "totalCount":
      return ({ total }) => total ?? null;
    case "pageInfo":
      return (each, { page, cursorOf }) => pageInfo(field.fields, each, page, cursorOf);
    case "nodes":
      return ({ rows }, { request }) => rows.map((row) => field.shape.make(row, request));
  }
}

async function shapeEdges(
  { typeName, fields }: Extract<ConnectionField, { kind: "edges" }>,
  rows: readonly RawRow[],
  cursorOf: (row: RawRow) => string,
  request: Request,
): Promise<readonly ShapedObject[]> {
  const keys = fields.map(({ key }) => key);
  const edges = rows.map((row) => {
    const edge = emptyObject(keys);
    for (const { key, kind } of fields) {
      edge[key] = kind === "cursor" ? cursorOf(row) : kind === "typename" ? typeName : undefined;
    }
    return edge;
  });
  await Promise.all(
    fields.map(async (field) => {
      if (field.kind !== "node") return;
      const nodes = await shapeRows(field.shape, rows, request);
      for (const [index, edge] of edges.entries()) edge[field.key] = nodes[index];
    }),
  );
  return edges;
}

/** Relay's page info. Where a cursor was given, its row is one on the other side of the page. */
function pageInfo(
  fields: readonly { key: string; name: string }[],
  { rows, more }: Loaded,
  { backwards, cursor }: PageRequest,
  cursorOf: (row: RawRow) => string,
): ShapedObject {
  const info = emptyObject(fields.map(({ key }) => key));
  const [first, last] = [rows[0], rows.at(-1)];
  for (const { key, name } of fields) {
    if (name === "hasNextPage") info[key] = backwards ? cursor !== undefined : more;
    else if (name === "hasPreviousPage") info[key] = backwards ? more : cursor !== undefined;
    else if (name === "startCursor") info[key] = first ? cursorOf(first) : null;
    else if (name === "endCursor") info[key] = last ? cursorOf(last) : null;
    else info[key] = "PageInfo";
  }
  return info;
}
