import { expect, it } from "vitest";
import type { EngineName } from "../../support/engines/engine.ts";
import type { Pair } from "../engine-suite.ts";
import { recordCount } from "./edges.ts";

/** What must come out, said outright: two engines that are wrong alike would otherwise pass. */
export function edgeTests(_engine: EngineName, pair: () => Pair): void {
  const ask = async (selection: string, variables: Readonly<Record<string, unknown>> = {}) => {
    const { data, errors } = await pair().own.run(selection, variables);
    expect(errors).toBeUndefined();
    return data as Readonly<Record<string, { nodes: Readonly<Record<string, unknown>>[]; totalCount: number }>>;
  };
  const labels = async (given: string) => {
    const { edgeRecords } = await ask(`{ edgeRecords(first: 1000 ${given}) { nodes { label } } }`);
    return (edgeRecords?.nodes ?? []).map(({ label }) => label);
  };

  it("finds a text in its own letters only", async () => {
    expect(new Set(await labels('label: "ab"'))).toEqual(new Set(["ab"]));
    expect(new Set(await labels('label: "e"'))).toEqual(new Set(["e"]));
    expect(new Set(await labels('label: "ss"'))).toEqual(new Set(["ss"]));
    expect(new Set(await labels('labelIn: ["😀", "Ω"]'))).toEqual(new Set(["😀", "Ω"]));
  });

  it("takes wildcards in a prefix for what they are", async () => {
    expect(new Set(await labels('labelPrefix: "%"'))).toEqual(new Set(["%"]));
    expect(new Set(await labels('labelPrefix: "a"'))).toEqual(
      new Set(["a", "ab", "aB", "ae", "a b", "a-b", "ab c", "a?b"]),
    );
    expect(new Set(await labels('labelPrefix: "\\\\"'))).toEqual(new Set(["\\"]));
  });

  it("sorts text by code points, nulls last in both directions", async () => {
    const up = await labels("orderBy: LABEL_ASC");
    const down = await labels("orderBy: LABEL_DESC");
    // About an eighth of the records is withheld.
    expect(up.length).toBeGreaterThan(recordCount / 2);
    expect(up.length).toBeLessThan(recordCount);
    const texts = up.filter((label) => label !== null) as string[];
    expect(texts).toEqual([...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    // The empty text is null, and comes where the database has it.
    expect(up.slice(-4)).toEqual(Array(4).fill(null));
    expect(down.slice(-4)).toEqual(Array(4).fill(null));
  });

  it("keeps every digit of a big integer", async () => {
    const { edgeRecords } = await ask('{ edgeRecords(first: 1000, big: "9007199254740993") { nodes { big } } }');
    expect(edgeRecords?.nodes.length).toBeGreaterThan(0);
    expect(new Set(edgeRecords?.nodes.map(({ big }) => big))).toEqual(new Set(["9007199254740993"]));
    const all = await ask("{ edgeRecords(first: 1000) { nodes { big } } }");
    const seen = new Set(all.edgeRecords?.nodes.map(({ big }) => big));
    for (const big of ["9223372036854775807", "-9223372036854775808", "9007199254740992"]) expect(seen).toContain(big);
  });

  it("reads local times through both changes of the clocks, and filters by them", async () => {
    const { edgeRecords } = await ask("{ edgeRecords(first: 1000) { nodes { stamp } } }");
    const seen = new Set(edgeRecords?.nodes.map(({ stamp }) => stamp));
    expect(seen).toContain("2026-03-29T02:59:59+02:00");
    expect(seen).toContain("2026-03-29T04:00:00+03:00");
    expect(seen).toContain("2026-10-25T03:30:00+03:00");
    expect(seen).toContain("2026-10-25T04:00:00+02:00");
    const from = await ask('{ edgeRecords(first: 1000, stampFrom: "2026-10-25T02:00:00Z") { nodes { stamp } } }');
    expect(new Set(from.edgeRecords?.nodes.map(({ stamp }) => stamp))).toEqual(new Set(["2026-10-25T04:00:00+02:00"]));
  });

  it("tells codes apart by case", async () => {
    const codes = async (code: string) =>
      (await ask(`{ edgeRecords(first: 1000, code: ${code}) { totalCount nodes { code } } }`)).edgeRecords;
    const [upper, lower] = [await codes("UPPER"), await codes("LOWER")];
    expect(new Set(upper?.nodes.map(({ code }) => code))).toEqual(new Set(["UPPER"]));
    expect(new Set(lower?.nodes.map(({ code }) => code))).toEqual(new Set(["LOWER"]));
  });

  it("finds no text that is blank or a placeholder, whatever blanks are around it", async () => {
    const found = async (given: string) =>
      (await ask(`{ edgeDirt(first: 1000, ${given}) { nodes { raw state } } }`)).edgeDirt;
    expect((await found('known: ["N/A", "N/A   ", " N/A"]'))?.nodes).toEqual([]);
    expect((await found('knownPrefix: "N/A"'))?.nodes).toEqual([]);
    const others = await found("state: UNRECOGNISED");
    expect(new Set(others?.nodes.map(({ state }) => state))).toEqual(new Set(["UNRECOGNISED"]));
    for (const range of ['dayTo: "9999-12-31"', 'dayTo: "2026-01-31"', 'dayFrom: "0001-01-01"']) {
      const texts = (await found(range))?.nodes.map(({ raw }) => String(raw)) ?? [];
      expect(texts).toContain("2026-01-31");
      expect(texts.filter((text) => text.trim() === "")).toEqual([]);
    }
  });

  it("finds nothing by an empty text, which is no value", async () => {
    expect(await labels('label: ""')).toEqual([]);
    expect((await labels('labelIn: ["", "z"]')).sort()).toEqual(await labels('label: "z"'));
  });
}
