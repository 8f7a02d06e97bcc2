import Table from "cli-table3";

/** A table for people, without colour codes; columns whose every cell is a number stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const aligned = head.map((_, column) => (rows.every((row) => typeof row[column] === "number") ? "right" : "left"));
  const drawn = new Table({ head: [...head], colAligns: aligned, style: { head: [], border: [] } });
  for (const row of rows) {
    drawn.push(row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell)));
  }
  return drawn.toString();
}
