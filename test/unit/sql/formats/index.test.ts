import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Kind, parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { Format } from "../../../../shared/sql/formats/format.ts";
import { formatNames, formats } from "../../../../shared/sql/formats/index.ts";

const shared = new URL("../../../../shared/", import.meta.url);

describe("the registry of formats", () => {
  it("has the names that directives.graphql offers to those who write mappings, each described", () => {
    const document = parse(readFileSync(new URL("department/directives.graphql", shared), "utf8"));
    const definition = document.definitions.find(
      (each) => each.kind === Kind.ENUM_TYPE_DEFINITION && each.name.value === "Format",
    );
    const values = definition?.kind === Kind.ENUM_TYPE_DEFINITION ? (definition.values ?? []) : [];
    expect(values.map(({ name }) => name.value).sort()).toEqual([...formatNames].sort());
    for (const { description, name } of values) expect(description?.value, name.value).toMatch(/\w.*\.$/);
  });

  it("has a test for each file of a format", () => {
    const notFormats = ["calendar.ts", "cp1252.ts", "format.ts", "text.ts", "time-zone.ts"];
    for (const file of readdirSync(new URL("sql/formats/", shared))) {
      if (notFormats.includes(file)) continue;
      expect(existsSync(new URL(`./${file.replace(/\.ts$/, ".test.ts")}`, import.meta.url)), file).toBe(true);
    }
  });

  it("can look for every value that sorts, so that ranges can be asked", () => {
    for (const [name, format] of Object.entries<Format>(formats)) {
      expect(format.ordered !== true || format.write !== undefined, name).toBe(true);
    }
  });
});
