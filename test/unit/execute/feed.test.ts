import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openWorks, type Works } from "./works.ts";

let works: Works;

beforeEach(() => {
  works = openWorks();
  works.write(`INSERT INTO PERSON VALUES
    ('P1', 'DOE, JOHN Q', 19800229, 'N', 'N', '380-0101', 1700000000),
    ('P10     ', 'MÜLLER-ROE, ANNA', 19000101, 'N', NULL, NULL, 1600000000),
    ('P2', '   ', 20249999, 'N', NULL, '000', NULL),
    ('P3', 'GONE, G', 19700101, 'Y', NULL, NULL, 1700000001),
    (NULL, 'KEYLESS', 19700101, 'N', NULL, NULL, 1)`);
  works.write(
    "INSERT INTO PATTR VALUES ('P1', 'PHONE', 1, '555 1234'), ('P1', 'PHONE', 2, '0049 (0)30 555-999'), ('P10', 'FAX', 1, '1')",
  );
});

afterEach(() => works.close());

describe("the person feed", () => {
  it("describes the department to identity", () => {
    expect(works.wrapper.feed.description).toEqual({
      department: "city-works",
      name: "City Works",
      uniquePerPerson: false,
      personalKey: false,
      tellsChanges: true,
    });
  });

  it("undoes the dirt; what is unknown or cannot be read is absent", async () => {
    const { records, next } = await works.wrapper.feed.page({ first: 10 });
    expect(next).toBeNull();
    expect(records).toEqual([
      {
        key: "P1",
        role: "HOLDER",
        changed: "2023-11-15T00:13:20+02:00",
        fullName: "John Q Doe",
        dateOfBirth: "1980-02-29",
        telephone: ["+4930555999"],
        identifier: [{ schemaAgency: "NATIONAL", notation: "3800101" }],
      },
      { key: "P10", role: "HOLDER", changed: "2020-09-13T15:26:40+03:00", fullName: "Anna Müller-Roe" },
      { key: "P2", role: "HOLDER" },
    ]);
  });

  it("pages in key order without losing or repeating a record", async () => {
    for (const first of [1, 2, 3, 50]) {
      const keys: string[] = [];
      const records: string[] = [];
      let after: string | undefined;
      do {
        const page = await works.wrapper.feed.keys({ first, ...(after ? { after } : {}) });
        const full = await works.wrapper.feed.page({ first, ...(after ? { after } : {}) });
        expect(full.next).toBe(page.next);
        keys.push(...page.keys);
        records.push(...full.records.map(({ key }) => key));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(keys).toEqual(["P1", "P10", "P2"]);
      expect(records).toEqual(keys);
    }
    expect(await works.wrapper.feed.count()).toBe(3);
  });

  it("goes on after a record that was deleted meanwhile", async () => {
    const { next } = await works.wrapper.feed.page({ first: 1 });
    works.write("DELETE FROM PERSON WHERE PNO = 'P1'");
    const page = await works.wrapper.feed.page({ first: 1, after: String(next) });
    expect(page.records.map(({ key }) => key)).toEqual(["P10"]);
  });

  it("tells what changed at or after an instant", async () => {
    const changed = async (changedSince: string) =>
      (await works.wrapper.feed.page({ first: 10, changedSince })).records.map(({ key }) => key);
    expect(await changed("2023-11-14T22:13:20Z")).toEqual(["P1"]);
    expect(await changed("2023-11-15T00:13:21+02:00")).toEqual([]);
    expect(await changed("2019-01-01T00:00:00Z")).toEqual(["P1", "P10"]);
    await expect(changed("yesterday")).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it("answers keys in the order asked, null for those that are no persons", async () => {
    const records = await works.wrapper.feed.byKeys(["P2", "P3", "P1", "nobody", "P1#2", "", "P1,P2", "P1"]);
    expect(records.map((record) => record?.key ?? null)).toEqual(["P2", null, "P1", null, null, null, null, "P1"]);
    expect(records[2]).toEqual(records[7]);
  });

  it("reads no column and no other table for attributes that nobody asked for", async () => {
    const { feed } = works.wrapper;
    await feed.byKeys(["P1"]);
    const whole = works.statements();
    const [record] = await feed.byKeys(["P1"], { attributes: ["DATE_OF_BIRTH", "ALTERNATIVE_NAME"] });
    expect(record).toEqual({
      key: "P1",
      role: "HOLDER",
      changed: "2023-11-15T00:13:20+02:00",
      dateOfBirth: "1980-02-29",
    });
    expect(whole.join()).toContain("PATTR");
    const part = works.statements();
    expect(part.join()).not.toContain("PATTR");
    expect(part.length).toBeLessThan(whole.length);
  });

  it("refuses cursors that it did not make", async () => {
    for (const after of [
      "x",
      "",
      Buffer.from("[7]").toString("base64url"),
      Buffer.from("[0,1,2]").toString("base64url"),
    ]) {
      await expect(works.wrapper.feed.keys({ first: 1, after })).rejects.toMatchObject({ code: "CURSOR_INVALID" });
    }
  });

  it("costs as many statements for a long page as for a short one", async () => {
    await works.wrapper.feed.page({ first: 1 });
    works.statements();
    await works.wrapper.feed.page({ first: 1 });
    const short = works.statements().length;
    for (let no = 0; no < 200; no += 1) {
      works.write("INSERT INTO PERSON VALUES (?, 'A, B', 19800101, 'N', NULL, NULL, 1)", `Q${no}`);
    }
    const { records } = await works.wrapper.feed.page({ first: 150 });
    expect(records.length).toBe(150);
    expect(works.statements().length).toBe(short);
  });
});
