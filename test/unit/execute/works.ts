import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionResult } from "graphql";
import type { DepartmentModel } from "../../../shared/department/model.ts";
import { parseDepartment } from "../../../shared/department/parse/parse.ts";
import { createWrapper, type Wrapper } from "../../../shared/department/wrapper.ts";
import { sqlite } from "../../../shared/sql/sqlite/dialect.ts";
import Database from "../../../shared/sql/sqlite/driver.js";
import type { Grants } from "../../../shared/transport/subgraph.ts";

const file = new URL("./works.graphql", import.meta.url);

export function worksModel(): DepartmentModel {
  const { model, faults } = parseDepartment(readFileSync(file, "utf8"), "works.graphql");
  if (!model) throw new Error(JSON.stringify(faults, null, 2));
  return model;
}

const tables = `
  CREATE TABLE PERSON (PNO CHAR(8) PRIMARY KEY, NAME CHAR(30), DOB INTEGER, DEL CHAR(1), DISTCD CHAR(4), NATID TEXT, CHG INTEGER);
  CREATE TABLE PATTR (PNO CHAR(8), ATTR TEXT, SEQ INTEGER, VAL TEXT);
  CREATE TABLE CODES (TBL TEXT, CD CHAR(4), DESCR CHAR(20));
  CREATE TABLE JOB (JYEAR INTEGER, JNO INTEGER, PNO CHAR(8), TITLE CHAR(40), KINDCD CHAR(4), ST CHAR(2), STARTED INTEGER,
    ENDED INTEGER, COST INTEGER, URG CHAR(1), TEAMCD CHAR(4), DEL CHAR(1), PRIMARY KEY (JYEAR, JNO));
  CREATE INDEX JOB_PNO ON JOB (PNO);
  CREATE TABLE JATTR (JYEAR INTEGER, JNO INTEGER, ATTR TEXT, SEQ INTEGER, VAL TEXT);
  CREATE TABLE STEP (STEPID INTEGER PRIMARY KEY, JYEAR INTEGER, JNO INTEGER, SEQ INTEGER, AT TEXT, VFROM INTEGER, VTO INTEGER);
  CREATE TABLE TEAM (CD CHAR(4) PRIMARY KEY, NAME CHAR(20));
  CREATE TABLE VISIT (VID INTEGER PRIMARY KEY, PNO CHAR(8), VDATE TEXT);
`;

export interface Works {
  readonly wrapper: Wrapper;
  readonly path: string;
  /** Writes as the department's own system would. */
  write(sql: string, ...values: readonly unknown[]): void;
  /** Texts of the statements since the last call. */
  statements(): readonly string[];
  run(query: string, variables?: Readonly<Record<string, unknown>>): Promise<ExecutionResult>;
  citizens(
    keys: readonly (readonly string[] | null)[],
    selection: string,
    variables?: object,
  ): Promise<ExecutionResult>;
  close(): Promise<void>;
}

/** City Works on a SQLite file of its own, its tables empty. */
export function openWorks(grants: Grants["grants"] = async (records) => records.map(() => true)): Works {
  const folder = mkdtempSync(join(tmpdir(), "civigraph-works-"));
  const path = join(folder, "works.sqlite");
  const database = new Database(path);
  database.exec(tables);
  let statements: string[] = [];
  const wrapper = createWrapper({
    model: worksModel(),
    url: `sqlite:${path}`,
    dialects: [sqlite],
    grants: { grants },
    onStatement: (sql) => statements.push(sql),
  });
  const run: Works["run"] = (query, variables = {}) =>
    wrapper.execute({ query, variables, context: { requestId: "test", audience: "city" } });
  return {
    wrapper,
    path,
    run,
    write(sql, ...values) {
      database.prepare(sql).run(...values);
    },
    statements() {
      const since = statements;
      statements = [];
      return since;
    },
    citizens(keys, selection, variables = {}) {
      const representations = keys.map((cityWorksKeys, index) => ({
        __typename: "Citizen",
        ref: `ref-${index}`,
        cityWorksKeys,
      }));
      const declared = selection.includes("$") ? (/^\(([^)]*)\)/.exec(selection)?.[1] ?? "") : "";
      const body = selection.replace(/^\([^)]*\)/, "");
      const query = `query ($representations: [_Any!]!, ${declared}) { _entities(representations: $representations) { ... on Citizen ${body} } }`;
      return run(query, { representations, ...variables });
    },
    async close() {
      database.close();
      await wrapper.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Five jobs of three people, one of nobody, with their steps and teams. */
export function writeJobs(works: Works): void {
  for (const [no, title, status, cost, started, person] of [
    [1, "100%", "O", 100, 20240101, "P1"],
    [2, "100x", "1", 250, 20240102, "P2"],
    [3, "back\\slash", "C ", -5, 20240103, "P1"],
    [4, "*star[", "?", null, null, null],
    [5, "' OR 1=1 --", "C", 100, 0, "P3"],
  ] as const) {
    works.write(
      "INSERT INTO JOB VALUES (2024, ?, ?, ?, 'RD', ?, ?, 0, ?, ?, 'T1', 'N')",
      no,
      person,
      title,
      status,
      started,
      cost,
      no === 1 ? "y" : "N",
    );
  }
  works.write("INSERT INTO TEAM VALUES ('T1', 'Pavers'), ('T2', 'Twins'), ('T3', 'Twins')");
  works.write(
    "INSERT INTO STEP VALUES (7, 2024, 1, 1, NULL, NULL, NULL), (8, 2024, 2, 1, NULL, NULL, NULL), (9, 1999, 9, 1, NULL, NULL, NULL)",
  );
}

/** The entities of an answer. */
export function entities(result: ExecutionResult): readonly Record<string, unknown>[] {
  return (result.data?._entities ?? []) as readonly Record<string, unknown>[];
}
