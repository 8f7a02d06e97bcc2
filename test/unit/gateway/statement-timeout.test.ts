import { expect, it } from "vitest";
import { readConfig } from "../../../gateway/config.ts";
import { placeDepartments } from "../../../gateway/departments.ts";
import { openDepartments } from "../../../gateway/open-departments.ts";
import type { ConnectOptions } from "../../../shared/sql/dialect.ts";
import { sqlite } from "../../../shared/sql/sqlite/dialect.ts";
import { ownDepartments } from "../../support/city.ts";

it("gives each department's connection the longest that a statement may run", async () => {
  const config = readConfig({ CIVIGRAPH_STATEMENT_TIMEOUT_MS: "1234", CIVIGRAPH_DEMO_CITY: "1" }, "/");
  const departments = await placeDepartments(config, [ownDepartments]);
  const seen: ConnectOptions[] = [];
  const watched = {
    ...sqlite,
    connect(url: string, options: ConnectOptions) {
      seen.push(options);
      return sqlite.connect(url, options);
    },
  };
  const open = openDepartments(
    { config, departments, dialects: [watched], log: () => {} },
    { grants: async (records) => records.map(() => false) },
    "identity",
  );
  await Promise.all(open.map((department) => department.close()));
  expect(seen.map(({ timeoutMs }) => timeoutMs)).toEqual(departments.map(() => 1234));
});
