import { type BulkStatement, bulkInsert } from "./bulk.ts";

/** The tables with their keys, in the order in which they are written. */
export const tables = {
  assertion: { key: ["id"], columns: ["id", "at", "actor", "model_version", "reason"] },
  citizen: { key: ["ref"], columns: ["ref", "redirect_to", "retired_by", "created_by"] },
  link: {
    key: ["id"],
    columns: [
      ...["id", "department", "lookup_key", "sealed_key", "ref", "status", "method", "rule", "match_probability"],
      ...["evidence", "content_digest", "assertion_id"],
    ],
  },
  token: { key: ["token", "link_id"], columns: ["token", "link_id"] },
  identity_event: {
    key: ["id"],
    columns: ["id", "assertion_id", "kind", "ref", "other_ref", "department", "lookup_key"],
  },
  watermark: { key: ["department"], columns: ["department", "changed_since", "record_count", "assertion_id"] },
  setting: { key: ["name"], columns: ["name", "value"] },
  review: {
    key: ["left_link", "right_link"],
    columns: ["left_link", "right_link", "match_probability", "weight", "evidence", "assertion_id"],
  },
  decision: { key: ["id"], columns: ["id", "kind", "assertion_id", "undone_by"] },
  decision_record: {
    key: ["decision_id", "department", "lookup_key"],
    columns: ["decision_id", "department", "lookup_key", "side"],
  },
  frequency: { key: ["token"], columns: ["token", "share"] },
} as const;

export type Table = keyof typeof tables;

const integers = new Set(["id", "created_by", "retired_by", "link_id", "assertion_id", "left_link", "right_link"]);
for (const name of ["decision_id", "undone_by", "side", "record_count"]) integers.add(name);
const fractions = new Set(["match_probability", "weight", "share"]);

/** Statements that put the rows of a backup back. */
export const inserts = Object.fromEntries(
  Object.entries(tables).map(([name, { columns }]) => [
    name,
    bulkInsert(
      name,
      columns.map((column) => [
        column,
        integers.has(column) ? "integer" : fractions.has(column) ? "double precision" : "text",
      ]),
    ),
  ]),
) as Record<Table, BulkStatement>;
