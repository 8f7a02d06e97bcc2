import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EngineName, RunningEngine } from "../support/engines/engine.ts";
import { engines } from "../support/engines/index.ts";
import { sqlite } from "../support/engines/sqlite.ts";
import { cityDepartments, type TestDepartment, type Wrapped, wrapOn } from "../support/engines/wrapped.ts";
import { edgeTests } from "./edges/edge-tests.ts";
import { edgeDepartment } from "./edges/edges.ts";
import { feedTests } from "./feed-tests.ts";
import { pagingTests } from "./paging-tests.ts";
import { type Question, questionsAbout } from "./questions.ts";

/** A department on the engine under test, and the same on SQLite. */
export interface Pair {
  readonly own: Wrapped;
  readonly known: Wrapped;
}

interface Asked {
  readonly department: TestDepartment;
  readonly known: Wrapped;
  readonly questions: readonly Question[];
}

/**
 * The whole suite on one engine: the demo city and a department of edges, the same questions as on SQLite, the same
 * answers byte for byte. Call it at the top of a test file, which then counts the engine's tests under its name.
 */
export async function engineSuite(name: EngineName): Promise<void> {
  const engine = engines[name];
  const absence = engine ? await engine.absence() : `nothing reaches ${name}`;
  if (!engine || (absence !== undefined && process.env.REQUIRE_SERVICES !== "1")) {
    describe(name, () => {
      it.skip(`skipped: ${absence}`, () => {});
    });
    console.info(`${name}: skipped: ${absence}`);
    return;
  }

  const reference = await sqlite.start();
  const all: Asked[] = [];
  for (const department of [...(await cityDepartments()), edgeDepartment()]) {
    const known = await wrapOn(reference, name === "oracle" ? withoutEmptyTexts(department) : department);
    all.push({ department, known, questions: await questionsAbout(known) });
  }

  describe(name, () => {
    const counts = { pass: 0, fail: 0 };
    const own = new Map<TestDepartment, Wrapped>();
    let running: RunningEngine | undefined;

    beforeAll(async () => {
      if (absence !== undefined) throw new Error(absence);
      running = await engine.start();
      for (const { department } of all) own.set(department, await wrapOn(running, department));
    });
    afterEach(({ task }) => {
      counts[task.result?.state === "fail" ? "fail" : "pass"] += 1;
    });
    afterAll(async () => {
      for (const { wrapper } of [...own.values(), ...all.map(({ known }) => known)]) await wrapper.close();
      await running?.stop();
      await reference.stop();
      console.info(`${name}: ${counts.pass} tests passed, ${counts.fail} failed`);
    });

    for (const { department, known, questions } of all) {
      const pair = (): Pair => ({ own: own.get(department) as Wrapped, known });
      describe(department.demo.id, () => {
        for (const question of questions) {
          it(`answers alike: ${question.name}`, async () => {
            const answers = await Promise.all([pair().own, pair().known].map((each) => answerTo(each, question)));
            expect(answers[0]).toBe(answers[1]);
            expect(answers[1]).toMatch(/^\{\s*"(?:data|errors)"/);
            expect(answers[1]).not.toMatch(/DEPARTMENT_UNAVAILABLE|INTERNAL_SERVER_ERROR|Cannot query|Unknown /);
          });
        }
        pagingTests(known, pair);
        feedTests(pair);
        if (department.demo.id === "edges") edgeTests(name, pair);
      });
    }
  });
}

/** The rows as Oracle keeps them: to it an empty text is NULL. Blanks that fill up a CHAR column stay. */
function withoutEmptyTexts(department: TestDepartment): TestDepartment {
  return {
    ...department,
    *rows() {
      for (const { table, values } of department.rows()) {
        const kept = values.map((value, at) => {
          return value === "" && !/^N?CHAR\b/i.test(table.columns[at]?.type ?? "") ? null : value;
        });
        yield { table, values: kept };
      }
    },
  };
}

/** The answer's bytes, errors and all. */
async function answerTo({ run }: Wrapped, { query, variables }: Question): Promise<string> {
  return JSON.stringify(await run(query, variables), null, 1);
}
