import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ExecutionResult } from "graphql";
import { foundCity } from "../../../shared/demo-city/city.ts";
import type { DemoDepartment } from "../../../shared/demo-city/department.ts";
import { discoverDemoDepartments } from "../../../shared/demo-city/discover.ts";
import type { DepartmentModel } from "../../../shared/department/model.ts";
import { parseDepartment } from "../../../shared/department/parse/parse.ts";
import { createWrapper, type Wrapper, type WrapperOptions } from "../../../shared/department/wrapper.ts";
import type { LoadedTables, RunningEngine } from "./engine.ts";

/** A day on which nothing of the city is about to become too old. */
export const today = "2026-06-15";

/** The demo city's departments, small, with the text of each one's department.graphql. */
export async function cityDepartments(size = 300): Promise<readonly TestDepartment[]> {
  const city = foundCity({ size, seed: 7, today });
  const demos = await discoverDemoDepartments();
  return demos.map((demo) => ({ demo, rows: () => demo.rows(city), sdl: sdlOf(demo) }));
}

export interface TestDepartment {
  readonly demo: Pick<DemoDepartment, "id" | "tables">;
  readonly sdl: string;
  rows(): ReturnType<DemoDepartment["rows"]>;
}

/** A department on an engine, behind its wrapper. */
export interface Wrapped {
  readonly id: string;
  readonly model: DepartmentModel;
  readonly wrapper: Wrapper;
  readonly loaded: LoadedTables;
  /** Texts of the statements since the last call. */
  statements(): readonly string[];
  run(query: string, variables?: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<ExecutionResult>;
}

export async function wrapOn(
  engine: RunningEngine,
  department: TestDepartment,
  options: Partial<WrapperOptions> = {},
): Promise<Wrapped> {
  const loaded = await engine.load(department.demo.id, department.demo.tables, department.rows());
  return wrapLoaded(engine, department, loaded, options);
}

/** Wraps tables that were loaded before. */
export function wrapLoaded(
  engine: Pick<RunningEngine, "dialect">,
  { demo, sdl }: Pick<TestDepartment, "demo" | "sdl">,
  loaded: LoadedTables,
  options: Partial<WrapperOptions> = {},
): Wrapped {
  const model = modelOf(demo, sdl, loaded);
  let statements: string[] = [];
  const wrapper = createWrapper({
    model,
    url: loaded.url,
    dialects: [engine.dialect],
    grants: { grants: async (records) => records.map(isGranted) },
    cursorSecret: "conformance",
    onStatement: (sql) => statements.push(sql),
    ...options,
  });
  return {
    id: demo.id,
    model,
    wrapper,
    loaded,
    statements() {
      const since = statements;
      statements = [];
      return since;
    },
    run: (query, variables = {}, signal) =>
      wrapper.execute({
        query,
        variables,
        context: { requestId: "conformance", audience: "city", ...(signal ? { signal } : {}) },
      }),
  };
}

function modelOf(demo: TestDepartment["demo"], sdl: string, { tableName }: LoadedTables): DepartmentModel {
  let text = sdl;
  for (const { name } of demo.tables) text = text.replaceAll(`"${name}"`, `"${tableName(name)}"`);
  const { model, faults } = parseDepartment(text, `${demo.id}.graphql`);
  if (!model) throw new Error(JSON.stringify(faults, null, 2));
  return model;
}

/** About one record in eight is withheld, the same ones on every engine. */
function isGranted(record: string): boolean {
  return (createHash("sha256").update(record).digest()[0] ?? 0) % 8 !== 0;
}

function sdlOf({ id }: DemoDepartment): string {
  return readFileSync(fileURLToPath(new URL(`../../../subgraphs/${id}/department.graphql`, import.meta.url)), "utf8");
}
