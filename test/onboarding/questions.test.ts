import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onboardCommand } from "../../gateway/cli/onboard.ts";
import Database from "../../shared/sql/sqlite/driver.js";

let folder: string;
let departments: string;
let url: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-questions-"));
  departments = join(folder, "departments");
  url = `sqlite:${join(folder, "register.sqlite")}`;
  const database = new Database(join(folder, "register.sqlite"));
  database.exec(`CREATE TABLE person (person_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, birth_date DATE);
    INSERT INTO person VALUES (1, 'Anna', 'Archer', '1980-01-02'), (2, 'Bruno', 'Costa', '1971-03-04')`);
  database.close();
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const file = () => join(departments, "register", "department.graphql");
const ctrlC = "\u0003";

describe("civigraph onboard, with a person at the terminal", () => {
  it("asks for the URL without showing it, and writes what is accepted", async () => {
    const { shown, printed } = await onboardWith({ "URL of the database": `${url}\r`, "Write ": "\r" });
    expect(existsSync(file())).toBe(true);
    expect(shown).not.toContain("register.sqlite");
    expect(printed).toMatch(/Persons in person[\s\S]*What a human must decide:[\s\S]*civigraph check register/);
  });

  it("asks again where nothing was typed", async () => {
    const { shown } = await onboardWith({
      "URL of the database": "\r",
      "Paste the URL": `${url}\r`,
      "Write ": "\r",
    });
    expect(shown).toContain("Paste the URL");
    expect(existsSync(file())).toBe(true);
  });

  it("writes nothing where the draft is declined, and says how to accept it", async () => {
    const { printed } = await onboardWith({ "URL of the database": `${url}\r`, "Write ": "n\r" });
    expect(existsSync(departments)).toBe(false);
    expect(printed).toContain("Nothing was written. --yes accepts the draft as it is.");
    expect(process.exitCode).toBeUndefined();
  });

  it.each([
    ["for the URL", { "URL of the database": ctrlC }],
    ["whether to write", { "URL of the database": "URL\r", "Write ": ctrlC }],
  ])("writes nothing when Ctrl-C answers the question %s", async (_, given) => {
    const answers = Object.entries(given).map(([question, answer]) => [question, answer.replace("URL", url)]);
    const { printed } = await onboardWith(Object.fromEntries(answers));
    expect(readdirSync(folder)).toEqual(["register.sqlite"]);
    expect(printed).toContain("Interrupted: nothing was written.");
    expect(process.exitCode).toBe(130);
  });

  it("asks nothing of who gives all by flags", async () => {
    const { shown } = await onboardWith({}, ["--url", url, "--yes"]);
    expect(shown).toBe("");
    expect(existsSync(file())).toBe(true);
  });
});

/** Types each answer once its question is on the screen; a question without an answer would wait for ever. */
async function onboardWith(answers: Readonly<Record<string, string>>, flags: readonly string[] = []) {
  const input = new PassThrough();
  const output = new PassThrough();
  // Like a terminal's, it stays open when a question is answered.
  output.end = () => output;
  const waiting = new Map(Object.entries(answers));
  let [shown, printed] = ["", ""];
  output.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    for (const [question, answer] of waiting) {
      if (!shown.includes(question)) continue;
      waiting.delete(question);
      setImmediate(() => input.write(answer));
    }
  });
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  }
  await onboardCommand({ input, output }).parseAsync(["register", "--departments", departments, ...flags], {
    from: "user",
  });
  vi.restoreAllMocks();
  return { shown, printed };
}
