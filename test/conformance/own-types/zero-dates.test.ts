import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mysql } from "../../support/engines/mysql.ts";
import { openOwnTypes } from "./department.ts";

const absence = await mysql.absence();
const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";

/** `0000-00-00` unless `n` has the remainder. */
const zeroBut = (remainder: number, date: string) => `IF(n % 5 = ${remainder}, '${date}', '0000-00-00')`;

describe.skipIf(skipped)(`the zero date of mysql${skipped ? `, skipped: ${absence}` : ""}`, () => {
  let own: Awaited<ReturnType<typeof openOwnTypes>>;

  beforeAll(async () => {
    own = await openOwnTypes({
      engine: "mysql",
      rules: `, validity: { from: "since", to: "until" }) @retain(for: "P10Y", from: { column: "closed" }, whenMissing: KEEP)`,
      fields: [
        { name: "since", type: "Date", column: "since", declared: "DATE NOT NULL", value: zeroBut(0, "2099-01-01") },
        { name: "until", type: "Date", column: "until", declared: "DATETIME", value: zeroBut(1, "2001-01-01") },
        { name: "closed", type: "Date", column: "closed", declared: "DATE NOT NULL", value: zeroBut(2, "2001-01-01") },
      ],
    });
  });
  afterAll(() => own?.close());

  it("is no end, no beginning and no date from which a period runs", async () => {
    const { totalCount, nodes } = await own.ask("{ things(first: 1000) { totalCount nodes { n } } }");
    expect(totalCount).toBe(120);
    expect(new Set(nodes.map(({ n }) => Number(n) % 5))).toEqual(new Set([3, 4]));
  });
});
