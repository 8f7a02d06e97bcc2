import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWrapper, type Wrapper } from "../../../shared/department/wrapper.ts";
import { type Onboarding, onboard } from "../../../shared/onboarding/onboard.ts";
import { mysql as dialect } from "../../../shared/sql/mysql/dialect.ts";
import { runId } from "../../support/engines/engine.ts";
import { mysql, mysqlUrl } from "../../support/engines/mysql.ts";

const absence = await mysql.absence();
const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";
const room = `${runId}_zerofill`;

describe.skipIf(skipped)(`whole numbers with zeros in front on mysql${skipped ? `, skipped: ${absence}` : ""}`, () => {
  let connection: Awaited<ReturnType<typeof createConnection>>;
  let draft: Onboarding;
  let wrapper: Wrapper;

  beforeAll(async () => {
    connection = await createConnection({ uri: mysqlUrl, multipleStatements: true });
    await connection.query(`CREATE DATABASE ${room}; USE ${room};
      CREATE TABLE person (person_id INT(6) ZEROFILL PRIMARY KEY, first_name VARCHAR(30), last_name VARCHAR(30),
        birth_date DATE, plz INT(5) ZEROFILL, file_no MEDIUMINT(7) UNSIGNED ZEROFILL,
        box_no DECIMAL(4, 0) ZEROFILL, fee DECIMAL(8, 2) ZEROFILL);
      CREATE TABLE visit (visit_id INT PRIMARY KEY, person_id INT, visited_on DATE)`);
    const towns = [1067, 4109, 80331, 99084];
    for (let id = 1; id <= 40; id += 1) {
      const name = String.fromCharCode(65 + (id % 26));
      await connection.query("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [
        ...[id, `${name}nna`, `${name}rcher`, `19${50 + id}-03-04`, towns[id % 4], id * 11, id, id * 1.5],
      ]);
      await connection.query("INSERT INTO visit VALUES (?, ?, '2026-01-02')", [id, id]);
    }
    const url = new URL(mysqlUrl);
    url.pathname = `/${room}`;
    const taken = { types: new Set<string>(), citizenFields: new Set<string>(), queryFields: new Set<string>() };
    draft = await onboard({ id: "zeros", url: url.href, jurisdiction: "northport", timeZone: "UTC", taken });
    const grants = { grants: async (records: readonly string[]) => records.map(() => true) };
    wrapper = createWrapper({ model: draft.model, url: url.href, dialects: [dialect], grants });
  });
  afterAll(async () => {
    await wrapper?.close();
    await connection?.query(`DROP DATABASE ${room}`);
    await connection?.end();
  });

  it("are drafted as text, keys and dates apart", () => {
    expect(draft.text).toMatch(/@attribute\(is: POST_CODE, column: "plz"/);
    expect(draft.text).toMatch(/: String @column\(name: "file_no"\)/);
  });

  it("reach identity as they are shown; keys stay the numbers that other tables have", async () => {
    const { records } = await wrapper.feed.page({ first: 3 });
    expect(records.map(({ key, address }) => [key, address?.postCode])).toEqual([
      ["1", "04109"],
      ["2", "80331"],
      ["3", "99084"],
    ]);
  });

  it("are shown so to clients, and amounts as amounts", async () => {
    const context = { requestId: "zerofill", audience: "city" };
    const query = "{ persons(first: 2) { nodes { fileNumber boxNumber fee } } }";
    expect((await wrapper.execute({ query, context })).data).toEqual({
      persons: {
        nodes: [
          { fileNumber: "0000011", boxNumber: "0001", fee: "1.5" },
          { fileNumber: "0000022", boxNumber: "0002", fee: "3" },
        ],
      },
    });
  });
});
