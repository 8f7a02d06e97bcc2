import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineName, RunningEngine } from "../support/engines/engine.ts";
import { engines } from "../support/engines/index.ts";
import { type OwnSoftware, runOwnSoftware } from "../support/engines/own-software.ts";
import { sqlite } from "../support/engines/sqlite.ts";
import { cityDepartments, type Wrapped, wrapOn } from "../support/engines/wrapped.ts";
import { type Question, questionsAbout } from "./questions.ts";

const requests = 1_000;
const atATime = 50;

interface Asked {
  readonly own: Wrapped;
  readonly question: Question;
  /** What SQLite answers, and so what the department holds. */
  readonly expected: string;
}

/**
 * Drivers share queues and prototypes between their pools: with many statements in flight, one department's statement has
 * run on another's connection. All six departments are asked at once here, mixed, while some callers give up, and while
 * the departments' own software keeps transactions open over the same drivers in the same process.
 */
for (const [name, engine] of Object.entries(engines)) {
  const absence = await engine.absence();
  const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";
  describe.skipIf(skipped)(`${name}${skipped ? `, skipped: ${absence}` : ""}`, () => {
    let running: RunningEngine;
    let reference: RunningEngine;
    const asked: Asked[] = [];
    const wrapped: Wrapped[] = [];
    const tables = new Map<Wrapped, string>();
    const others: OwnSoftware[] = [];

    beforeAll(async () => {
      running = await engine.start();
      reference = await sqlite.start();
      for (const department of await cityDepartments(100)) {
        const known = await wrapOn(reference, department);
        const own = await wrapOn(running, department);
        wrapped.push(known, own);
        const table = own.loaded.tableName(department.demo.tables[0]?.name ?? "");
        tables.set(own, table);
        for (const question of await questionsAbout(known)) {
          const expected = JSON.stringify(await known.run(question.query, question.variables));
          if (expected.length > 300) asked.push({ own, question, expected });
        }
      }
    });
    afterAll(async () => {
      await Promise.all(others.map((each) => each.stop()));
      for (const { wrapper } of wrapped) await wrapper.close();
      await running?.stop();
      await reference?.stop();
    });

    it(`gives 0 answers of a wrong database in ${requests} mixed requests, ${atATime} at a time`, async () => {
      for (const [own, table] of tables) {
        others.push(runOwnSoftware(name as EngineName, running.dialect, own.loaded.url, table));
      }
      let next = 0;
      let wrong = 0;
      let right = 0;
      let unanswered = 0;
      const departments = new Set<string>();
      await Promise.all(
        Array.from({ length: atATime }, async () => {
          while (next < requests) {
            const turn = next;
            next += 1;
            const { own, question, expected } = asked[(turn * 7919) % asked.length] as Asked;
            const gaveUp = turn % 11 === 0 ? AbortSignal.timeout(1) : undefined;
            const answer = JSON.stringify(await own.run(question.query, question.variables, gaveUp));
            departments.add(own.id);
            if (answer === expected) right += 1;
            else if (answer.includes("DEPARTMENT_UNAVAILABLE") || answer.includes("SUBGRAPH_TIMEOUT")) unanswered += 1;
            else wrong += 1;
          }
        }),
      );
      const transactions = others.map(({ begun }) => begun);
      console.info(
        `${name}: ${wrong} wrong-database answers in ${requests} requests, ${right} right ones, ${unanswered} given up, ${transactions.reduce((sum, each) => sum + each, 0)} transactions of others`,
      );
      expect(wrong).toBe(0);
      // On a machine with much else to do, some log-ins come too late.
      expect(right).toBeGreaterThan(requests / 2);
      expect(departments.size).toBe(6);
      expect(Math.min(...transactions)).toBeGreaterThan(1);
    }, 120_000);
  });
}
