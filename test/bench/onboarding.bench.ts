/**
 * How long a schema of 200 tables takes to be looked at and drafted:
 * `node --import tsx test/bench/onboarding.bench.ts [tables]`. SQLite always; PostgreSQL and MariaDB where the tests'
 * URLs say where they are.
 */
import Table from "cli-table3";
import { legacyTable } from "../../shared/demo-city/legacy-table.ts";
import { onboard } from "../../shared/onboarding/onboard.ts";
import { engines } from "../support/engines/index.ts";

const count = Number(process.argv[2] ?? 200);
/** Seconds that introspection may take. */
const limit = 30;
const rowsEach = 300;

const person = legacyTable(
  "person",
  ["person_id INTEGER", "first_name VARCHAR(40)", "last_name VARCHAR(40)", "birth_date DATE"],
  {
    primaryKey: ["person_id"],
  },
);
const words = ["permit", "meter", "invoice", "parcel", "inspection", "award", "licence", "complaint", "visit", "loan"];
const matters = Array.from({ length: count - 1 }, (_, index) => {
  const name = `${words[index % words.length]}_${String.fromCharCode(97 + (Math.floor(index / words.length) % 26))}`;
  return legacyTable(
    `${name}${index}`,
    [
      `${name}${index}_id INTEGER`,
      "person_id INTEGER",
      "opened_on DATE",
      "status CHAR(1)",
      ...Array.from({ length: 21 }, (__, column) => `remark_${column} VARCHAR(40) null`),
    ],
    { primaryKey: [`${name}${index}_id`], indexes: [{ name: `ix_${name}${index}`, columns: ["person_id"] }] },
  );
});

function* rows() {
  for (let row = 1; row <= rowsEach; row++) {
    yield { table: person, values: [row, `Anna${row}`, `Archer${row % 90}`, `19${10 + (row % 80)}-01-02`] };
  }
  const remarks = Array<string>(21).fill("some text that a clerk wrote");
  for (const table of matters) {
    for (let row = 1; row <= rowsEach; row++) {
      yield {
        table,
        values: [row, (row * 7) % rowsEach, `20${10 + (row % 15)}-03-04`, "ABC".charAt(row % 3), ...remarks],
      };
    }
  }
}

const printed = new Table({ head: ["engine", "tables", "introspected, s", "limit, s", "drafted, s", "CPU, s"] });
for (const engine of [engines.sqlite, engines.postgres, engines.mysql]) {
  const absence = await engine.absence();
  if (absence !== undefined) {
    process.stdout.write(`skipped: ${absence}\n`);
    continue;
  }
  const running = await engine.start();
  try {
    const { url } = await running.load("onboarding-bench", [person, ...matters], rows());
    const taken = { types: new Set<string>(), citizenFields: new Set<string>(), queryFields: new Set<string>() };
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    let introspected = Number.NaN;
    const seconds = () => (performance.now() - began) / 1000;
    const { recognition } = await onboard({
      id: "onboarding-bench",
      url,
      jurisdiction: "bench",
      timeZone: "UTC",
      taken,
      onTable: (done, all) => {
        if (done === all) introspected = seconds();
      },
    });
    const { user, system } = process.cpuUsage(cpu);
    const figures = [introspected, limit, seconds(), (user + system) / 1e6].map((each) => each.toFixed(1));
    printed.push([engine.name, recognition.survey.tables.length, ...figures]);
  } finally {
    await running.stop();
  }
}
process.stdout.write(`${printed.toString()}\n`);
