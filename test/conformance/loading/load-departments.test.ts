import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { foundCity } from "../../../shared/demo-city/city.ts";
import { loadDepartments } from "../../../shared/demo-city/engines/load-departments.ts";
import type { LegacyServer } from "../../../shared/demo-city/engines/server.ts";
import { loadDepartments as readDepartments } from "../../../shared/department/load.ts";

const departments = await readDepartments([fileURLToPath(new URL("../../../subgraphs/", import.meta.url))]);
const city = foundCity({ size: 60, seed: 1, today: "2026-06-15" });

/** A server that remembers its places and the rows in them. */
function remembering(places: Map<string, number>, fails = ""): () => Promise<LegacyServer> {
  return async () => ({
    has: async (place) => places.has(place),
    async load(place, tables, rows) {
      places.set(place, 0);
      if (place === fails) throw new Error("the disk is full");
      for (const { table } of rows) if (tables.includes(table)) places.set(place, (places.get(place) ?? 0) + 1);
      return { url: "", tableName: String };
    },
    async drop(place) {
      places.delete(place);
    },
    close: async () => {},
  });
}

describe("loading the demo city into servers", () => {
  const [oracle, mssql] = [new Map<string, number>(), new Map<string, number>()];
  let lines: string[] = [];
  const load = (fails?: string) =>
    loadDepartments({
      city,
      departments,
      servers: new Map([
        ["ORACLE", remembering(oracle, fails)],
        ["MSSQL", remembering(mssql)],
      ]),
      write: (line) => lines.push(line),
    });
  beforeEach(() => {
    for (const places of [oracle, mssql]) places.clear();
    lines = [];
  });

  it("puts each department where its mapping finds it, on its own engine", async () => {
    await load();
    expect([...oracle.keys()]).toEqual(["CIVREG", "PERMIT"]);
    expect([...mssql.keys()]).toEqual(["revenue", "social_services"]);
    for (const rows of [...oracle.values(), ...mssql.values()]) expect(rows).toBeGreaterThan(0);
    expect(lines).toHaveLength(4);
  });

  it("leaves a place alone that is there already", async () => {
    oracle.set("PERMIT", -1);
    await load();
    expect(oracle.get("PERMIT")).toBe(-1);
    expect(lines.find((line) => line.startsWith("permits"))).toContain("left as it is");
  });

  it("takes away what it could not finish, and nothing else", async () => {
    oracle.set("CIVREG", -1);
    await expect(load("PERMIT")).rejects.toThrow("the disk is full");
    expect([...oracle]).toEqual([["CIVREG", -1]]);
  });
});
