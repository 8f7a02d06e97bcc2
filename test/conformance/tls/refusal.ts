import { expect } from "vitest";
import type { CivigraphError } from "../../../shared/errors.ts";
import { explainFailure } from "../../../shared/onboarding/failures.ts";
import type { Dialect } from "../../../shared/sql/dialect.ts";
import type { RawRow } from "../../../shared/sql/raw.ts";

/** Asks the server of this URL one question. */
export async function ask(dialect: Dialect, url: string | URL, statement = "SELECT 1"): Promise<readonly RawRow[]> {
  const connection = dialect.connect(String(url), { department: "Works", schemas: [] });
  try {
    return await connection.select(statement, []);
  } finally {
    await connection.close();
  }
}

/** With parameters of its own, and perhaps another host. */
export function withParameters(url: string, parameters: Readonly<Record<string, string>>, host?: string): URL {
  const changed = new URL(url);
  if (host !== undefined) changed.hostname = host;
  for (const [name, value] of Object.entries(parameters)) changed.searchParams.set(name, value);
  return changed;
}

/** Refused for its certificate; what clients, and whoever onboards the department, are told names no host or account. */
export async function expectUntrusted(answer: Promise<unknown>): Promise<void> {
  const refused = (await answer.catch((error: unknown) => error)) as CivigraphError;
  expect(refused).toMatchObject({
    code: "DEPARTMENT_UNAVAILABLE",
    message: "The records of Works cannot be read at the moment.",
  });
  expect(JSON.stringify(refused.toGraphQLError())).not.toMatch(/localhost|127\.0\.0\.1|secret|certificate/i);
  const explained = explainFailure(refused).message;
  expect(explained).toMatch(/certificate cannot be verified/);
  expect(explained).not.toMatch(/localhost|127\.0\.0\.1|secret/);
}
