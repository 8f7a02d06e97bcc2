import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Onboarding, onboard } from "../../shared/onboarding/onboard.ts";
import { readSource } from "../../shared/onboarding/source.ts";
import { survey } from "../../shared/onboarding/survey.ts";
import { writeDepartment } from "../../shared/onboarding/write-department.ts";
import type { ReadConnection } from "../../shared/sql/dialect.ts";
import Database from "../../shared/sql/sqlite/driver.js";

let folder: string;
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-trouble-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function draft(url: string, id = "trouble"): Promise<Onboarding> {
  const taken = { types: new Set<string>(), citizenFields: new Set<string>(), queryFields: new Set<string>() };
  return onboard({ id, url, jurisdiction: "northport", timeZone: "UTC", taken });
}

function database(sql: string): string {
  const file = join(folder, `${++files}.sqlite`);
  const written = new Database(file);
  written.exec(sql);
  written.close();
  return `sqlite:${file}`;
}

const person = `CREATE TABLE person (person_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, birth_date DATE);
  INSERT INTO person VALUES (1, 'Anna', 'Archer', '1980-01-02');`;

describe("a database that cannot be onboarded says what to do next", () => {
  it.each([
    [
      "what is no URL",
      "my database",
      /Expected a database URL that starts with .*postgres:.*found none\. Write e\.g\./,
    ],
    ["a scheme of no engine", "mongodb://host/db", /Expected a database URL .* but found `mongodb:`/],
    ["a file that is not there", "sqlite:/nowhere/at/all.sqlite", /no SQLite file at the path.*Correct the path/],
    [
      "a host that is not known",
      "postgres://u:p@no-such-host.invalid/db",
      /host of the URL is not known here|did not answer in time/,
    ],
  ])("%s", async (_, url, message) => {
    await expect(draft(url)).rejects.toThrow(message);
  });

  it("a port at which nothing answers", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
    });
    await new Promise((resolve) => server.close(resolve));
    for (const scheme of ["postgres", "mysql"]) {
      await expect(draft(`${scheme}://u:hunter2@127.0.0.1:${port}/db`)).rejects.toThrow(
        /Nothing answers at the host and port/,
      );
    }
  });

  it("a file that is no database", async () => {
    const file = join(folder, "letter.sqlite");
    writeFileSync(file, "Dear Sir or Madam, ".repeat(500));
    await expect(draft(`sqlite:${file}`)).rejects.toThrow(/is no SQLite database. Correct the path/);
  });

  it("an empty one", async () => {
    await expect(draft(database("VACUUM"))).rejects.toThrow(/no table that this account can see.*granted SELECT/);
  });

  it("one of which nothing can be read", async () => {
    const url = database("CREATE TABLE gone (id INTEGER); CREATE VIEW lost AS SELECT * FROM gone; DROP TABLE gone;");
    await expect(draft(url)).rejects.toThrow(/None of the database's tables can be read:\n {2}lost: .*Repair the view/);
  });

  it("one without any key", async () => {
    await expect(draft(database("CREATE TABLE heap (colour TEXT, shape TEXT)"))).rejects.toThrow(/No table has a key/);
  });

  it("a name that is none", async () => {
    await expect(draft("sqlite:x", "Social Services")).rejects.toThrow(/`social-services` would do/);
  });

  it("never with the password", async () => {
    const error = await draft("postgres://clerk:hunter2@no-such-host.invalid/db").catch((each: Error) => each);
    expect(String(error)).not.toMatch(/hunter2|clerk|no-such-host/);
  });
});

describe("a database with rough edges is onboarded as far as it goes", () => {
  it("leaves out a view over a missing table", async () => {
    const url = database(
      `${person} CREATE TABLE gone (id INTEGER); CREATE VIEW lost AS SELECT * FROM gone; DROP TABLE gone;`,
    );
    const { model, decisions } = await draft(url);
    expect([...model.types.keys()]).toEqual(["Person"]);
    expect(decisions.join("\n")).toMatch(
      /lost is left out: it cannot be read.*Repair the view, drop it, or grant SELECT/,
    );
  });

  it("leaves out tables and columns whose names no statement can have, and says so", async () => {
    const { model, decisions } = await draft(
      database(
        `CREATE TABLE permit (permit_id INTEGER PRIMARY KEY, "paid?" TEXT, "the ""big"" one" TEXT, "a[1]" TEXT, fee INTEGER);
         CREATE TABLE "open?" (id INTEGER PRIMARY KEY);
         CREATE TABLE stamp ("no?" INTEGER PRIMARY KEY, stamp_code TEXT NOT NULL UNIQUE)`,
      ),
    );
    expect([...(model.types.get("Permit")?.fields.keys() ?? [])]).toEqual(["id", "permitId", "fee"]);
    expect([...model.types.values()].map(({ table }) => table)).toEqual(["permit", "stamp"]);
    const said = decisions.join("\n");
    for (const name of ["permit.paid?", 'permit.the "big" one', "permit.a[1]", "stamp.no?"]) {
      expect(said).toContain(`${name} is left out: its name holds quotes, brackets or a question mark. Offer a view`);
    }
    expect(said).toContain("open? is left out: its name holds quotes, brackets or a question mark. Offer it as a view");
  });

  /** What is seen of a table of 250 forms whose sample fails so, beside a table of permits. */
  async function surveyWhere(failure: string) {
    const source = readSource(
      database(
        `CREATE TABLE form (form_id INTEGER PRIMARY KEY, answers TEXT, kind TEXT); CREATE TABLE permit (id INTEGER);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) INSERT INTO form (form_id) SELECT i FROM n;`,
      ),
    );
    const connection = source.dialect.connect(source.url, { department: "trouble", schemas: [] });
    const failing: ReadConnection = {
      ...connection,
      select: (sql, parameters, options) =>
        /form.*ORDER BY/is.test(sql) ? Promise.reject(new Error(failure)) : connection.select(sql, parameters, options),
    };
    try {
      return await survey(source, failing);
    } finally {
      await connection.close();
    }
  }

  it("counts the rows of a table of which no sample could be taken", async () => {
    const { tables } = await surveyWhere("timed out");
    expect(tables[0]).toMatchObject({ name: "form", sample: [], rows: { count: 250, atLeast: false } });
  });

  it("leaves out a table that the account may not read, and says what to grant", async () => {
    const { leftOut } = await surveyWhere("The SELECT permission was denied on the object 'form', database 'city'.");
    expect(leftOut).toEqual([{ table: "form", reason: "this account may not read it. Grant SELECT on it." }]);
  });

  it("drafts the first 150 of 1,000 columns, and says so", async () => {
    const columns = Array.from({ length: 1_000 }, (_, index) => `answer_${index} TEXT`);
    const { model, decisions } = await draft(
      database(`CREATE TABLE survey (survey_id INTEGER PRIMARY KEY, ${columns.join(", ")})`),
    );
    expect(model.types.get("Survey")?.fields.size).toBe(151);
    expect(decisions.join("\n")).toMatch(/the table has 1001: the first 150 are drafted/);
  });

  it("makes names of letters that GraphQL has not", async () => {
    const { model } = await draft(
      database(
        'CREATE TABLE "Straßenschäden" ("Schadens-Nr" INTEGER PRIMARY KEY, "Größe in m²" INTEGER, "日付" TEXT, "1a" TEXT, "__x" TEXT, "a b" TEXT)',
      ),
    );
    const [type] = [...model.types.values()];
    expect(type?.name).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    expect([...(type?.fields.values() ?? [])].map((field) => (field.kind === "column" ? field.column : ""))).toEqual(
      expect.arrayContaining(["Größe in m²", "日付", "1a", "__x", "a b"]),
    );
  });

  it("takes reserved words of SQL and of GraphQL as names", async () => {
    const { model } = await draft(
      database(
        'CREATE TABLE "order" ("id" INTEGER PRIMARY KEY, "select" TEXT, "type" TEXT, "true" TEXT, "from" DATE); CREATE TABLE "query" ("id" INTEGER PRIMARY KEY, "group" TEXT); CREATE TABLE "service" (id INTEGER PRIMARY KEY, "null" TEXT, price NUMERIC(9,2))',
      ),
    );
    expect([...model.types.values()].map(({ table }) => table).sort()).toEqual(["order", "query", "service"]);
  });

  it("joins by values what no name joins, and nothing that only counts", async () => {
    const { recognition, decisions } = await draft(
      database(`CREATE TABLE person (id CHAR(7) PRIMARY KEY, first_name TEXT, last_name TEXT, birth_date DATE);
        CREATE TABLE grave (nr INTEGER PRIMARY KEY, lies TEXT, place INTEGER, colour TEXT);
        CREATE TABLE tree (id INTEGER PRIMARY KEY, height INTEGER);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
          INSERT INTO person SELECT printf('P%06d', i * 17), 'Anna', 'Archer', '1980-01-02' FROM n;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
          INSERT INTO grave SELECT i, printf('P%06d', i * 17), i, 'grey' FROM n;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO tree SELECT i, i FROM n;`),
    );
    expect(recognition.joins).toMatchObject([{ table: "grave", columns: ["lies"], to: "person", references: ["id"] }]);
    expect(decisions.join("\n")).toMatch(/Do grave \(lies\) point to person\? No foreign key says so; 65 % sure: /);
  });

  it("takes an index whose sampled values all differ for a key where none is declared, and asks about it", async () => {
    const { model, decisions } = await draft(
      database(`${person} CREATE TABLE visit (room INTEGER, day INTEGER, topic TEXT); CREATE INDEX i ON visit (room, day);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO visit SELECT i % 7, i, 'x' FROM n;`),
    );
    expect(model.types.has("Visit")).toBe(true);
    expect(decisions.join("\n")).toMatch(/Is room, day unique in visit\? No key says so/);
  });

  it("keeps columns apart whose names become the same", async () => {
    const { model } = await draft(
      database(
        'CREATE TABLE thing (thing_id INTEGER PRIMARY KEY, "unit-price" TEXT, unit_price TEXT, "unitPrice" TEXT)',
      ),
    );
    expect([...(model.types.get("Thing")?.fields.keys() ?? [])]).toEqual([
      "id",
      "thingId",
      "unitPrice",
      "unitPrice2",
      "unitPrice3",
    ]);
  });
});

describe("writing a department", () => {
  it("is whole or not at all, and never over another", async () => {
    const directory = join(folder, "departments");
    writeDepartment(directory, "trouble", "first");
    expect(() => writeDepartment(directory, "trouble", "second")).toThrow(/is there already/);
    expect(readdirSync(join(directory, "trouble"))).toEqual(["department.graphql"]);
  });

  it("leaves nothing behind where it may not write", () => {
    const directory = join(folder, "blocked");
    mkdirSync(directory);
    writeFileSync(join(directory, "trouble"), "a file where the folder should be");
    expect(() => writeDepartment(directory, "trouble", "text")).toThrow(/cannot be written.*Nothing was left behind/);
    expect(existsSync(join(directory, "trouble", "department.graphql"))).toBe(false);
    expect(readdirSync(directory)).toEqual(["trouble"]);
  });
});
