import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engines } from "../../support/engines/index.ts";
import { type OwnField, type OwnTypes, openOwnTypes, rowCount, type Things } from "./department.ts";

const strange = ["", " ", "ş", "Иван", "😀", "no such value", "x".repeat(300), "%", "'"];

const postgres: OwnTypes = {
  engine: "postgres",
  before: [
    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
    "CREATE DOMAIN feeling AS mood",
    "CREATE TYPE pair AS (word text, number int)",
    "CREATE DOMAIN code AS char(5)",
    "CREATE DOMAIN post_code AS code",
  ],
  fields: [
    { name: "single", type: "Float", column: "Gewicht in kg", declared: "real", value: "n % 40 / 7.0" },
    {
      name: "until",
      type: "Date",
      column: "gültig bis",
      declared: "date",
      missing: ["infinity", "-infinity", "0044-03-15 BC"],
      value: `CASE WHEN n % 7 = 0 THEN NULL WHEN n % 11 = 0 THEN 'infinity' WHEN n % 13 = 0 THEN '-infinity'
        WHEN n % 17 = 0 THEN '0044-03-15 BC' WHEN n % 19 = 0 THEN '9999-12-31' ELSE date '2020-01-01' + n % 50 END`,
    },
    {
      name: "at",
      type: "DateTime",
      column: "at",
      declared: "timestamp",
      value: "timestamp '2026-06-15 01:30:00.123456' + n % 60 * interval '7 minutes 0.01 seconds'",
    },
    {
      name: "since",
      type: "Date",
      column: "since",
      declared: "timestamptz",
      value: "timestamptz '2026-01-01 22:30:00Z' + n % 90 * interval '5 hours'",
    },
    {
      name: "mood",
      type: "String",
      column: "mood",
      declared: "mood",
      value: "(ARRAY['sad', 'ok', 'happy']::mood[])[n % 4]",
    },
    {
      name: "clock",
      type: "String",
      column: "clock",
      declared: "time",
      value: "time '08:00' + n % 30 * interval '1 minute'",
    },
    { name: "tags", type: "String", column: "tags", declared: "text[]", value: "ARRAY['a', (n % 9)::text]" },
    { name: "flag", type: "String", column: "flag", declared: "bit(1)", value: "(n % 2)::bit(1)" },
    { name: "place", type: "String", column: "place", declared: "inet", value: "inet '10.0.0.1' + n % 30" },
    { name: "more", type: "String", column: "more", declared: "jsonb", value: "jsonb_build_object('n', n % 20)" },
    { name: "plain", type: "String", column: "plain", declared: "json", value: "json_build_object('n', n % 20)" },
    { name: "spot", type: "String", column: "spot", declared: "point", value: "point(n % 20, 2)" },
    { name: "pair", type: "String", column: "pair", declared: "pair", value: "row('x' || n % 5, n % 3)::pair" },
    {
      name: "feeling",
      type: "String",
      column: "feeling",
      declared: "feeling",
      value: "(ARRAY['sad', 'ok', 'happy']::mood[])[n % 4]",
    },
    {
      name: "postCode",
      type: "String",
      column: "post code",
      declared: "post_code",
      value: "lpad((n % 20)::text, 1 + n % 5, '0')",
    },
    {
      name: "bytes",
      type: "String",
      column: "bytes",
      declared: "bytea",
      value: "convert_to('Größe' || n % 3, 'UTF8')",
    },
  ],
};

const zeroDate = "WHEN n % 7 = 0 THEN '0000-00-00' WHEN n % 11 = 0 THEN '2024-02-00'";
const mysql: OwnTypes = {
  engine: "mysql",
  fields: [
    { name: "single", type: "Float", column: "Gewicht in kg", declared: "FLOAT", value: "n % 40 / 7" },
    {
      name: "from",
      type: "Date",
      column: "gültig ab",
      declared: "DATE NOT NULL",
      missing: ["0000-00-00", "2024-02-00"],
      value: `CASE ${zeroDate} WHEN n % 13 = 0 THEN '9999-12-31' ELSE DATE_ADD('2020-01-01', INTERVAL n % 50 DAY) END`,
    },
    {
      name: "until",
      type: "DateTime",
      column: "until",
      declared: "DATETIME(3) NOT NULL",
      missing: ["0000-00-00", "2024-02-00"],
      value: `CASE ${zeroDate} ELSE DATE_ADD('2026-06-15 01:30:00.125', INTERVAL n % 50 * 7 MINUTE) END`,
    },
    {
      name: "maybe",
      type: "Date",
      column: "maybe",
      declared: "DATE",
      missing: ["0000-00-00", "2024-02-00"],
      value: `CASE WHEN n % 5 = 0 THEN NULL ${zeroDate} ELSE DATE_ADD('2020-01-01', INTERVAL n % 50 DAY) END`,
    },
    { name: "flag", type: "Boolean", column: "flag", declared: "BIT(1)", value: "n % 2" },
    {
      name: "name",
      type: "String",
      column: "name",
      declared: "VARCHAR(30)",
      value: "ELT(1 + n % 6, 'Größe', 'grösse', '?', 'Ä', 'a', NULL)",
    },
    {
      name: "code",
      type: "String",
      column: "code",
      declared: "CHAR(3)",
      value: "ELT(1 + n % 4, 'ÜW', 'uw', 'BA', '?')",
    },
    {
      name: "exact",
      type: "String",
      column: "exact",
      declared: "VARCHAR(30) COLLATE latin1_bin",
      value: "ELT(1 + n % 3, 'é', 'e', '?')",
    },
    {
      name: "kind",
      type: "String",
      column: "key",
      declared: "ENUM('W', 'G', 'Sonder fall')",
      value: "ELT(1 + n % 3, 'W', 'G', 'Sonder fall')",
    },
    { name: "number", type: "String", column: "order", declared: "INT UNSIGNED", value: "n * 7 % 90" },
    {
      name: "postCode",
      type: "String",
      column: "plz",
      declared: "INT(5) UNSIGNED ZEROFILL",
      missing: ["00000"],
      value: "n % 9 * 1067",
    },
    {
      name: "bytes",
      type: "String",
      column: "bytes",
      declared: "VARBINARY(20)",
      value: "CONVERT(CONCAT('Größe', n % 3) USING utf8mb4)",
    },
  ],
};

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

/** Texts of days sort as they are; times have offsets. */
function sizeOf(value: unknown): number | string {
  return typeof value === "string" && value.includes("T") ? Date.parse(value) : (value as number | string);
}
