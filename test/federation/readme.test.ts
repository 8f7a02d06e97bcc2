import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configReference } from "../../gateway/config.ts";
import { errorCatalogue } from "../../shared/errors.ts";

/** `README_UPDATE=1` writes the answers and the generated tables into the README instead of comparing them. */
const update = process.env.README_UPDATE === "1";
const root = fileURLToPath(new URL("../../", import.meta.url));
let readme = readFileSync(join(root, "README.md"), "utf8");

describe("the README", () => {
  let clone: string;
  let port: number;
  let running: ChildProcess | undefined;

  beforeAll(async () => {
    clone = mkdtempSync(join(tmpdir(), "civigraph-readme-"));
    for (const part of ["package.json", "gateway", "shared", "subgraphs", "node_modules"]) {
      symlinkSync(join(root, part), join(clone, part));
    }
    port = await freePort();
  });

  afterAll(async () => {
    await stop();
    rmSync(clone, { recursive: true, force: true });
    if (update) writeFileSync(join(root, "README.md"), readme);
  });

  it("shows the answer that its first query gets in the city of the first start", { timeout: 180_000 }, async () => {
    await start("npx civigraph start");
    await holds("first answer", "json", JSON.stringify(await ask(blockAfter("first query")), null, 2));
    expect(await status(commandWith("curl "))).toBe(0);
    await stop();
  });

  it("adds a department by the steps it gives, word for word", { timeout: 180_000 }, async () => {
    for (const [path, content] of filesOfReadme()) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      writeFileSync(join(clone, path), content);
    }
    await start(commandWith("npx civigraph start --departments"));
    await holds("library answer", "json", JSON.stringify(await ask(blockAfter("library query")), null, 2));
    await stop();
  });

  it("checks that department and brings it live, by the steps it gives", { timeout: 180_000 }, async () => {
    const environment = { ...process.env, LIBRARY_DATABASE_URL: "sqlite:.civigraph/library.sqlite" };
    const child = spawn("bash", ["-e", "-c", commandWith("npx civigraph accept")], { cwd: clone, env: environment });
    const exited = once(child, "exit");
    const text = Buffer.concat(await child.stdout.toArray()).toString();
    expect(await exited).toEqual([0, null]);
    await holds("check output", "text", text.trim());
  });

  it("drafts a department from its database, by the step it gives", { timeout: 180_000 }, async () => {
    const environment = { ...process.env, NO_COLOR: "1" };
    const child = spawn("bash", ["-e", "-c", commandWith("npx civigraph onboard")], { cwd: clone, env: environment });
    const exited = once(child, "exit");
    const text = Buffer.concat(await child.stdout.toArray()).toString();
    expect(await exited).toEqual([0, null]);
    // How long it took is another on every machine.
    await holds("onboard output", "text", text.replace(/in \d+\.\d s;/, "in a moment;").trim());
    expect(readFileSync(join(clone, "drafts/lending/department.graphql"), "utf8")).toContain("type Loan ");
  });

  it("gives front ends what it says, by the steps it gives", { timeout: 180_000 }, async () => {
    mkdirSync(join(clone, "queries"), { recursive: true });
    for (const [path, content] of filesOfReadme())
      if (path.startsWith("queries/")) writeFileSync(join(clone, path), content);
    await start(commandWith("npx civigraph types").replace("4100", String(port)));
    for (const file of ["schema.ts", "operations.ts", "client.ts"]) {
      expect(readFileSync(join(clone, "src/graph", file), "utf8")).toContain("export");
    }
    expect(readFileSync(join(clone, "schema-page/index.html"), "utf8")).toContain('id="Citizen"');
    expect(await ask("{ citizens(first: 1) { nodes { name { fullName } } } }")).not.toHaveProperty("errors");
    await stop();
  });

  it("lists every command", async () => {
    const help = spawn(process.execPath, ["gateway/cli/civigraph.js", "--help"], { cwd: root });
    const text = Buffer.concat(await help.stdout.toArray()).toString();
    const commands = [...text.matchAll(/^ {2}([a-z]+) .*? {2,}(\S.*)$/gm)].filter(([, name]) => name !== "help");
    const rows = commands.map(([, name, summary]) => `| \`civigraph ${name}\` | ${summary} |`);
    await holds("commands", undefined, ["| command | what it does |", "| --- | --- |", ...rows].join("\n"));
  });

  it("lists every setting and every error code", async () => {
    await holds("configuration", undefined, configReference());
    await holds("error codes", undefined, errorReference());
  });

  it("names only files that are there", () => {
    const links = [...readme.matchAll(/\]\(((?!https?:)[^)#]+)\)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(10);
    for (const path of links) expect(() => readFileSync(join(root, path)), path).not.toThrow(/ENOENT/);
  });

  /** Runs the lines of a README block in the clone until the server that the last one starts is ready. */
  async function start(lines: string): Promise<void> {
    const environment = { ...process.env, PORT: String(port), HOST: "127.0.0.1", LOG_LEVEL: "silent" };
    running = spawn("bash", ["-e", "-c", lines], { cwd: clone, env: environment, detached: true, stdio: "pipe" });
    let output = "";
    running.stdout?.on("data", (text) => (output += text));
    running.stderr?.on("data", (text) => (output += text));
    const ended = once(running, "exit").then(() => {
      throw new Error(`The commands ended before the server was ready:\n${lines}\n${output}`);
    });
    ended.catch(() => {});
    await Promise.race([ready(), ended]);
  }

  async function ready(): Promise<void> {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function stop(): Promise<void> {
    if (running?.pid === undefined || running.exitCode !== null) return;
    const gone = once(running, "exit");
    process.kill(-running.pid, "SIGTERM");
    await gone;
    running = undefined;
  }

  async function ask(query: string): Promise<unknown> {
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    return answer.json();
  }

  async function status(command: string): Promise<number | null> {
    const child = spawn("bash", ["-c", command.replaceAll(":4000", `:${port}`).replace("curl ", "curl -fsS ")], {
      cwd: clone,
    });
    const [code] = (await once(child, "exit")) as [number | null];
    return code;
  }
});

/** What stands between `<!-- name -->` and `<!-- /name -->`, fenced where a language is given. */
async function holds(name: string, language: string | undefined, content: string): Promise<void> {
  const text = language ? `\`\`\`${language}\n${content}\n\`\`\`` : content;
  const place = new RegExp(`(<!-- ${name} -->\n)([\\s\\S]*?)(\n?<!-- /${name} -->)`);
  const [, , found] = place.exec(readme) ?? [];
  expect(found, `<!-- ${name} --> in README.md`).toBeDefined();
  if (update) readme = readme.replace(place, (_, before: string) => `${before}${text}\n<!-- /${name} -->`);
  else expect(found?.trim()).toBe(text.trim());
}

/** The first fenced block after the comment that names it. */
function blockAfter(name: string): string {
  const [, content] = new RegExp(`<!-- ${name} -->\n\`\`\`\\w+\n([\\s\\S]*?)\n\`\`\``).exec(readme) ?? [];
  if (content === undefined) throw new Error(`README.md has no block named "${name}"`);
  return content;
}

/** The shell block that holds these words. */
function commandWith(words: string): string {
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, content = ""]) => content);
  const block = blocks.find((content) => content.includes(words));
  if (block === undefined) throw new Error(`README.md has no shell block with "${words}"`);
  return block;
}

/** Blocks whose fence names a file: path and content. */
function filesOfReadme(): [string, string][] {
  const files = [...readme.matchAll(/```\w+ (\S+\.\w+)\n([\s\S]*?\n)```/g)];
  return files.map(([, path = "", content = ""]) => [path, content]);
}

function errorReference(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { status, message, remedy }]) => `| \`${code}\` | ${status} | ${message} | ${remedy} |`,
  );
  return ["| Code | HTTP status | Message | What to do |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("expected an address with a port");
  return address.port;
}
