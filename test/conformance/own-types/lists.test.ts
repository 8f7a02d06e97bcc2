import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engines } from "../../support/engines/index.ts";
import { type OwnField, openOwnTypes, rowCount, type Things } from "./department.ts";
import { mysql, postgres } from "./fields.ts";

const strange = ["", " ", "ş", "Иван", "😀", "no such value", "x".repeat(300), "%", "'"];

for (const types of [postgres, mysql]) {
  const absence = await engines[types.engine]?.absence();
  const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";
  describe.skipIf(skipped)(`types of ${types.engine}'s own${skipped ? `, skipped: ${absence}` : ""}`, () => {
    let own: Awaited<ReturnType<typeof openOwnTypes>>;
    let all: Things["nodes"];

    beforeAll(async () => {
      own = await openOwnTypes(types);
      const selection = types.fields.map(({ name }) => name).join(" ");
      all = (await own.ask(`{ things(first: 1000) { nodes { id ${selection} } } }`)).nodes;
    });
    afterAll(() => own?.close());

    const idsOf = (nodes: Things["nodes"]) => nodes.map(({ id }) => id as string);
    const walk = async (order: string, page: (cursor: string | undefined) => string, forwards: boolean) => {
      const pages: string[][] = [];
      for (let cursor: string | undefined, more = true; more && pages.length < rowCount; ) {
        const info = "pageInfo { startCursor endCursor hasNextPage hasPreviousPage }";
        const things = await own.ask(`{ things(orderBy: ${order} ${page(cursor)}) { nodes { id } ${info} } }`);
        pages.push(idsOf(things.nodes));
        cursor = forwards ? things.pageInfo.endCursor : things.pageInfo.startCursor;
        more = forwards ? things.pageInfo.hasNextPage : things.pageInfo.hasPreviousPage;
      }
      return (forwards ? pages : pages.reverse()).flat();
    };

    it.each(
      types.fields.flatMap(({ name }) => [`${name}_ASC`, `${name}_DESC`]),
    )("are paged by %s in both directions, each row once", async (order) => {
      const onward = await walk(order, (cursor) => `first: 23 ${cursor ? `after: "${cursor}"` : ""}`, true);
      expect([...onward].sort()).toEqual(idsOf(all).sort());
      const back = await walk(order, (cursor) => `first: null last: 29 ${cursor ? `before: "${cursor}"` : ""}`, false);
      expect(back).toEqual(onward);
    });

    it.each(
      types.fields,
    )("are found by $name in the rows that show the value, and by nothing strange", async (field) => {
      const { name, type } = field;
      const given = [...new Set(all.map((row) => row[name]))].filter((value) => value !== null);
      expect(given.length).toBeGreaterThan(1);
      for (const value of [...given, ...(type === "String" ? strange : type === "Date" ? days : [])]) {
        await expectFound(field, "In", [value], (shown) => shown === value);
        if (type === "String") {
          const prefix = String(value).slice(0, 2);
          if (prefix.trim() !== "")
            await expectFound(field, "Prefix", prefix, (shown) => String(shown).startsWith(prefix));
        } else if (type !== "Boolean") {
          await expectFound(field, "From", value, (shown) => sizeOf(shown) >= sizeOf(value));
          await expectFound(field, "To", value, (shown) => sizeOf(shown) <= sizeOf(value));
        }
      }
    });

    const expectFound = async (
      { name, type }: OwnField,
      by: string,
      value: unknown,
      fits: (shown: unknown) => boolean,
    ) => {
      const declared = `($value: ${by === "In" ? `[${type}!]` : type})`;
      const found = await own.ask(
        `{ things(first: 1000, ${name}${by}: $value) { nodes { id } } }`,
        { value },
        declared,
      );
      const expected = all.filter((row) => row[name] !== null && fits(row[name]));
      expect([name, by, value, idsOf(found.nodes).sort()]).toEqual([name, by, value, idsOf(expected).sort()]);
    };
  });
}

const days = ["0001-01-01", "1900-01-01", "2024-02-29", "9999-12-30", "9999-12-31"];

/** Texts of days sort as they are; times have offsets, and decimals more digits than a number has. */
function sizeOf(value: unknown): number | bigint | string {
  if (typeof value === "string" && /^\d+$/.test(value)) return BigInt(value);
  return typeof value === "string" && value.includes("T") ? Date.parse(value) : (value as number | string);
}
