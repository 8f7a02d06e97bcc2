import { createConnection } from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Onboarding, onboard } from "../../../shared/onboarding/onboard.ts";
import { runId } from "../../support/engines/engine.ts";
import { engines } from "../../support/engines/index.ts";
import { mysqlUrl } from "../../support/engines/mysql.ts";
import { postgresUrl } from "../../support/engines/postgres.ts";

/** A server, by what differs between the two in making trouble. */
interface Place {
  readonly url: string;
  /** The URL of a room of the given name, as an account that may only log in there. */
  readonly roomOf: (room: string, user?: string) => string;
  readonly quote: (name: string) => string;
  run(statement: string): Promise<unknown>;
  close(): Promise<void>;
}

const reader = `${runId}_clerk`;
const password = "let me in";

const places: Readonly<Record<"postgres" | "mysql", () => Promise<Place>>> = {
  async postgres() {
    const client = new pg.Client({ connectionString: postgresUrl });
    await client.connect();
    return {
      url: postgresUrl,
      roomOf: (room, user) => {
        const url = withUser(postgresUrl, user);
        url.searchParams.set("options", `-c search_path=${room}`);
        return url.href.replaceAll("+", "%20");
      },
      quote: (name) => `"${name}"`,
      run: (statement) => client.query(statement),
      close: () => client.end(),
    };
  },
  async mysql() {
    const connection = await createConnection({ uri: mysqlUrl });
    return {
      url: mysqlUrl,
      roomOf: (room, user) => {
        const url = withUser(mysqlUrl, user);
        url.pathname = `/${room}`;
        return url.href;
      },
      quote: (name) => `\`${name}\``,
      run: (statement) => connection.query(statement),
      close: () => connection.end(),
    };
  },
};

for (const name of ["postgres", "mysql"] as const) {
  const absence = await engines[name].absence();
  const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";
  describe.skipIf(skipped)(`onboarding from ${name}${skipped ? `, skipped: ${absence}` : ""}`, () => {
    let place: Place;
    const rooms: string[] = [];

    beforeAll(async () => {
      place = await places[name]();
      await place.run(
        name === "postgres"
          ? `CREATE ROLE ${reader} LOGIN PASSWORD '${password}'`
          : `CREATE USER ${reader} IDENTIFIED BY '${password}'`,
      );
    });

    afterAll(async () => {
      if (!place) return;
      for (const room of rooms.reverse())
        await place.run(`DROP SCHEMA ${room}${name === "postgres" ? " CASCADE" : ""}`);
      await place.run(name === "postgres" ? `DROP ROLE ${reader}` : `DROP USER ${reader}`);
      await place.close();
    });

    /** A schema (PostgreSQL) or database (MariaDB) of the test's own; `$` stands for it, and quotation marks quote. */
    async function roomWith(...statements: readonly string[]): Promise<string> {
      const room = `${runId}_trouble_${rooms.length}`;
      rooms.push(room);
      await place.run(`CREATE SCHEMA ${room}`);
      for (const each of statements) {
        await place.run(each.replaceAll("$", room).replace(/"([^"]*)"/g, (_, word: string) => place.quote(word)));
      }
      return room;
    }

    const lettingIn = name === "postgres" ? [`GRANT USAGE ON SCHEMA $ TO ${reader}`] : [];

    describe("says what to do about", () => {
      it("a wrong password, without repeating it", async () => {
        const url = withUser(place.url, reader);
        url.password = "hunter2";
        // PostgreSQL may trust whoever comes from this machine; a role that is not there it never does.
        if (name === "postgres") url.username = "nobody_of_this_name";
        const error = await draft(url.href).catch((each: Error) => each);
        expect(String(error)).toMatch(/The database refuses this user or password. Check both in the URL/);
        expect(String(error)).not.toMatch(/hunter2|127\.0\.0\.1|nobody|clerk/);
      });

      it("a database that is not there", async () => {
        const url = new URL(place.url);
        url.pathname = "/no_such_database";
        await expect(draft(url.href)).rejects.toThrow(/has no database of that name. Correct the last part of the URL/);
      });

      it("a schema without a table, by naming those that have some", async () => {
        const [one, other, none] = [await roomWith(person), await roomWith(person), await roomWith()];
        const said = await draft(place.roomOf(none)).catch((each: Error) => each.message);
        expect(said).toMatch(/own schema has no table that it may read. Choose with --schema, which may be repeated: /);
        expect(said).toContain(`${one} (1 table)`);
        expect(said).toContain(`${other} (1 table)`);
      });

      it("an account that may log in, and read nothing", async () => {
        const room = await roomWith(person);
        await expect(draft(place.roomOf(room, reader))).rejects.toThrow(
          /may log in, but not read. Ask the database's administrator|no table that this account can see.*granted SELECT|own schema has no table that it may read/,
        );
      });

      it("a schema that is not there, by naming those that are", async () => {
        const room = await roomWith(person);
        await expect(draft(place.roomOf(room), ["no_such_schema"])).rejects.toThrow(
          new RegExp(`Expected --schema .* but found \`no_such_schema\`\\. There are: .*${room} \\(1 table\\)`),
        );
      });
    });

    describe("goes as far as it can with", () => {
      it("a table that the account may not read", async () => {
        const room = await roomWith(
          person,
          "CREATE TABLE $.secret (secret_id INT PRIMARY KEY, answer VARCHAR(30))",
          ...lettingIn,
          `GRANT SELECT ON $.person TO ${reader}`,
        );
        const { model } = await draft(place.roomOf(room, reader));
        expect([...model.types.keys()]).toEqual(["Person"]);
      });

      it.runIf(name === "mysql")("a view over a missing table, and says so", async () => {
        const room = await roomWith(
          person,
          "CREATE TABLE $.gone (id INT)",
          "CREATE VIEW $.lost AS SELECT * FROM $.gone",
          "DROP TABLE $.gone",
        );
        const { model, decisions } = await draft(place.roomOf(room));
        expect([...model.types.keys()]).toEqual(["Person"]);
        expect(decisions.join("\n")).toMatch(/lost is left out: it cannot be read.*Repair the view, drop it, or grant/);
      });

      it("two tables whose names differ by case only", async () => {
        const room = await roomWith(person, 'CREATE TABLE $."PERSON" (person_id INT PRIMARY KEY)');
        const { model, decisions } = await draft(place.roomOf(room));
        expect(model.types.size).toBe(1);
        expect(decisions.join("\n")).toMatch(
          /(?:PERSON|person) is left out: its name differs from (?:PERSON|person) by upper and lower case only\. Offer it as a view/,
        );
      });

      it("names of other letters, of reserved words, and with a point", async () => {
        const room = await roomWith(
          person,
          'CREATE TABLE $."Straßenschäden" ("Schadens-Nr" INT PRIMARY KEY, "Größe in m²" INT, "日付" VARCHAR(9))',
          'CREATE TABLE $."order" ("select" INT PRIMARY KEY, "from" DATE, "group" VARCHAR(9))',
          'CREATE TABLE $."fee.2024" (fee_id INT PRIMARY KEY, amount NUMERIC(9, 2))',
          'INSERT INTO $."fee.2024" VALUES (1, 12.5), (2, 7.25)',
        );
        const { model, decisions } = await draft(place.roomOf(room));
        expect([...model.types.values()].map(({ table }) => table.replace(/["`]/g, "")).sort()).toEqual(
          ["Straßenschäden", "fee.2024", "order", "person"].sort(),
        );
        expect(decisions.join("\n")).not.toContain("is left out");
      });

      it("a column whose name no statement can have", async () => {
        const room = await roomWith(
          'CREATE TABLE $.permit (permit_id INT PRIMARY KEY, "paid?" VARCHAR(9), fee INT)',
          "INSERT INTO $.permit VALUES (1, 'x', 2), (2, 'y', 3)",
        );
        const { model, decisions, recognition } = await draft(place.roomOf(room));
        expect([...(model.types.get("Permit")?.fields.keys() ?? [])]).toEqual(["id", "permitId", "fee"]);
        expect(recognition.survey.tables[0]?.sample).toHaveLength(2);
        expect(decisions.join("\n")).toMatch(/paid\? is left out: its name holds quotes, brackets or a question mark/);
      });

      it("a table of very many columns", async () => {
        const columns = Array.from({ length: 1_000 }, (_, index) => `answer_${index} SMALLINT`);
        const room = await roomWith(`CREATE TABLE $.survey (survey_id INT PRIMARY KEY, ${columns.join(", ")})`);
        const { model, decisions } = await draft(place.roomOf(room));
        expect(model.types.get("Survey")?.fields.size).toBe(151);
        expect(decisions.join("\n")).toMatch(/the table has 1001: the first 150 are drafted/);
      });

      it("several schemas: its own, or those that are named, with their foreign keys and comments", async () => {
        const own = await roomWith(person);
        const other = await roomWith(
          `CREATE TABLE $.award (award_id INT PRIMARY KEY, recipient INT REFERENCES ${own}.person (person_id))`,
          ...(name === "postgres"
            ? ["COMMENT ON TABLE $.award IS 'What was granted'", "COMMENT ON COLUMN $.award.recipient IS 'Who got it'"]
            : ["ALTER TABLE $.award COMMENT 'What was granted', MODIFY recipient INT COMMENT 'Who got it'"]),
        );
        const alone = await draft(place.roomOf(own));
        expect(alone.recognition.survey.tables.map((table) => table.name)).toEqual(["person"]);
        expect(alone.recognition.survey.schemas.chosen).toEqual([{ name: own, tables: 1 }]);
        expect(alone.recognition.survey.schemas.others).toContainEqual({ name: other, tables: 1 });

        const both = await draft(place.roomOf(own), [own, other.toUpperCase()]);
        const award = both.recognition.survey.tables.find((table) => table.name === `${other}.award`);
        expect(award).toMatchObject({ comment: "What was granted" });
        expect(award?.columns.find((column) => column.name === "recipient")).toMatchObject({ comment: "Who got it" });
        expect(both.recognition.joins).toMatchObject([{ table: `${other}.award`, to: "person", confidence: 1 }]);
        expect(both.text).toContain(`@table(name: "${other}.award"`);
      });
    });
  });
}

const person =
  "CREATE TABLE $.person (person_id INT PRIMARY KEY, first_name VARCHAR(30), last_name VARCHAR(30), birth_date DATE)";

function draft(url: string, schemas: readonly string[] = []): Promise<Onboarding> {
  const taken = { types: new Set<string>(), citizenFields: new Set<string>(), queryFields: new Set<string>() };
  return onboard({ id: "trouble", url, jurisdiction: "northport", timeZone: "UTC", taken, schemas });
}

function withUser(text: string, user: string | undefined): URL {
  const url = new URL(text);
  if (user === undefined) return url;
  url.username = user;
  url.password = password;
  return url;
}
