import { afterEach, describe, expect, it } from "vitest";
import { postgres } from "../../support/engines/postgres.ts";
import { openOwnTypes, rowCount } from "./department.ts";

const absence = await postgres.absence();
const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";

describe.skipIf(skipped)(
  `conditions of a mapping on types of postgres${skipped ? `, skipped: ${absence}` : ""}`,
  () => {
    let own: Awaited<ReturnType<typeof openOwnTypes>> | undefined;
    afterEach(() => own?.close());

    const clock = {
      ...{ name: "clock", type: "String", column: "clock", declared: "time" },
      value: "time '08:00' + n % 30 * interval '1 minute'",
    };
    const mood = {
      ...{ name: "mood", type: "String", column: "mood", declared: "mood" },
      value: "(ARRAY['sad', 'ok', 'gone']::mood[])[1 + n % 3]",
    };
    const before = ["CREATE TYPE mood AS ENUM ('sad', 'ok', 'gone')"];

    for (const [condition, rows] of [
      [`{ column: "clock", not: ["08:05"] }`, rowCount - 10],
      [`{ column: "clock", is: ["08:05"] }`, 10],
      [`{ column: "mood", not: ["gone"] }`, 200],
      [`{ column: "mood", is: ["gone", "ok"] }`, 200],
    ] as const) {
      it(`are by the equality of the type: ${condition}`, async () => {
        own = await openOwnTypes({
          engine: "postgres",
          rules: `, where: [${condition}])`,
          fields: [clock, mood],
          before,
        });
        expect((await own.ask("{ things { totalCount } }")).totalCount).toBe(rows);
      });
    }

    it("are found by clients, too, however they write them", async () => {
      own = await openOwnTypes({ engine: "postgres", fields: [clock], before });
      const counted = async (clockIn: string) =>
        (await own?.ask("{ things(clockIn: $clockIn) { totalCount } }", { clockIn }, "($clockIn: [String!])"))
          ?.totalCount;
      expect([await counted("08:05"), await counted("08:05:00"), await counted("soon")]).toEqual([10, 10, 0]);
    });

    it("are left alone where they are placeholders that the type does not have", async () => {
      const day = {
        ...{ name: "day", type: "Date", column: "day", declared: "date", missing: ["0000-00-00", "1900-01-01"] },
        value: "CASE WHEN n % 3 = 0 THEN date '1900-01-01' ELSE date '2024-02-29' END",
      };
      own = await openOwnTypes({ engine: "postgres", fields: [day], before });
      expect((await own.ask(`{ things(dayFrom: "1800-01-01") { totalCount } }`)).totalCount).toBe(200);
      expect((await own.ask(`{ things(dayIn: ["2024-02-29", "1900-01-01"]) { totalCount } }`)).totalCount).toBe(200);
    });

    it("take text that is blank for no end, however many blanks it has", async () => {
      const until = {
        ...{ name: "until", type: "Date", column: "until", declared: "VARCHAR(10)" },
        value: "(ARRAY['2001-01-01', '2099-01-01', '   '])[1 + n % 3]",
      };
      own = await openOwnTypes({ engine: "postgres", rules: `, validity: { to: "until" })`, fields: [until], before });
      expect((await own.ask("{ things { totalCount } }")).totalCount).toBe(200);
    });

    it("publish nothing where they name a value that the type does not have", async () => {
      const rules = `, where: [{ column: "mood", not: ["gnoe"] }])`;
      own = await openOwnTypes({ engine: "postgres", rules, fields: [mood], before });
      await expect(own.ask("{ things { totalCount } }")).rejects.toThrow("cannot be read");
    });
  },
);
