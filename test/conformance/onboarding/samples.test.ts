import { createConnection } from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { samples } from "../../onboarding/samples/index.ts";
import { itServes, type OnboardedCity, onboardCity } from "../../onboarding/samples/onboarded.ts";
import type { Sample, SampleTable } from "../../onboarding/samples/sample.ts";
import type { EngineName, RunningEngine } from "../../support/engines/engine.ts";
import { engines } from "../../support/engines/index.ts";

/** Databases that stand beside each other on one server: each draft must keep to its own. SQLite is among the unit tests. */
for (const [name, engine] of Object.entries(engines).filter(([each]) => each !== "sqlite")) {
  const absence = await engine.absence();
  const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";
  describe.skipIf(skipped)(`${name}${skipped ? `, skipped: ${absence}` : ""}`, () => {
    let running: RunningEngine;
    let city: OnboardedCity;

    beforeAll(async () => {
      running = await engine.start();
      city = await onboardCity(samples, async (sample) => {
        const { url } = await running.load(sample.id, sample.tables, rowsOf(sample));
        await declareKeys(name as EngineName, url, sample.tables);
        return url;
      });
    }, 240_000);
    afterAll(async () => {
      await city?.close();
      await running?.stop();
    });

    describe.each(samples)("the sample $id, onboarded with nothing edited", (sample) => {
      itServes(sample, () => city);

      it("looks at its own tables alone", () => {
        const chosen = city.reports.get(sample.id)?.schemas.chosen ?? [];
        expect(chosen.map(({ tables }) => tables)).toEqual([sample.tables.length]);
      });

      it.skipIf(keysUndeclared.has(name))("takes every foreign key for a join, and no other as sure", () => {
        const sure = city.reports.get(sample.id)?.joins.filter(({ confidence }) => confidence === 1) ?? [];
        const declared = sample.tables.flatMap(({ name: table, foreignKeys }) =>
          foreignKeys.filter(({ table: to }) => to !== table).map(({ table: to }) => `${table} -> ${to}`),
        );
        const bare = (each: string) => (each.split(".").at(-1) ?? each).replace(/[[\]"]/g, "").toLowerCase();
        expect(sure.map(({ table, to }) => `${bare(table)} -> ${bare(to)}`).sort()).toEqual(
          declared.map((each) => each.toLowerCase()).sort(),
        );
      });
    });
  });
}

function* rowsOf({ tables }: Sample) {
  for (const table of tables) for (const values of table.rows) yield { table, values };
}

/** Where the vendor's own server runs, tests do not declare foreign keys; doubles do. */
const keysUndeclared = new Set(
  (["mssql", "oracle"] as const).filter((name) => process.env[`CIVIGRAPH_TEST_${name.toUpperCase()}_URL`]) as string[],
);

/** The loaders of the demo city know no foreign keys, as its departments have none. */
async function declareKeys(engine: EngineName, url: string, tables: readonly SampleTable[]): Promise<void> {
  const quote = engine === "mysql" ? "`" : '"';
  const statements = tables.flatMap(({ name, foreignKeys }) =>
    foreignKeys.map(
      ({ column, table, references }) =>
        `ALTER TABLE ${quote}${name}${quote} ADD FOREIGN KEY (${quote}${column}${quote}) REFERENCES ${quote}${table}${quote} (${quote}${references}${quote})`,
    ),
  );
  if (engine === "postgres") {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  } else if (engine === "mysql") {
    const connection = await createConnection({ uri: url });
    for (const statement of statements) await connection.query(statement);
    await connection.end();
  }
}
