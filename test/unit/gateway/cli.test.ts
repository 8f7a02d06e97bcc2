import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCivigraph } from "../../support/civigraph-process.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(args: readonly string[], environment: Record<string, string> = {}, nodeOptions: readonly string[] = []) {
  return runCivigraph(args, { folder, environment, nodeOptions });
}

describe("civigraph", { timeout: 90_000 }, () => {
  it("lists its commands, and refuses others", async () => {
    const [help, unknown] = await Promise.all([run(["--help"]), run(["strat"])]);
    expect(help.status).toBe(0);
    for (const command of ["start", "gateway", "subgraph", "compose", "check", "link"]) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    }
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toContain("unknown command 'strat'");
  });

  it.each([["--version"], ["--help"], ["help"]])("answers %s without loading what commands need", async (word) => {
    const list = join(folder, "loaded.cjs");
    writeFileSync(list, "process.on('exit', () => console.error(Object.keys(require.cache).join('\\n')));");
    const { status, stderr } = await run([word], {}, ["--require", list]);
    expect(status).toBe(0);
    expect(stderr).toContain("commander");
    expect(stderr).not.toMatch(/node_modules\/(@apollo|better-sqlite3|fastify|graphql|knex|pino|zod)\//);
  });

  it("explains each command, with the options that it has", async () => {
    const [help, start] = await Promise.all([run(["help", "compose"]), run(["start", "--help"])]);
    expect(help.stdout).toContain("--out <file>");
    expect(start.stdout).toContain("--port <port>");
  });

  it("writes no colours where nobody looks at a terminal, even where CI is set", async () => {
    const { stdout, stderr } = await run(["check"], { CI: "true", COLORTERM: "truecolor" });
    expect(stdout).toContain("civil-registry");
    expect(stdout + stderr).not.toContain("\u001b[");
  });

  it("says so when the port is taken, in one line", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const { status, stderr } = await run(["start", "--port", String(port)]);
    taken.close();
    expect(status).toBe(1);
    expect(stderr.trim()).toBe(
      `civigraph: port ${port} is taken. Stop what listens there, or set PORT to another one.`,
    );
  });

  it("says which departments there are to who starts another, before it asks for settings", async () => {
    const { status, stderr } = await run(["subgraph", "nope"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^civigraph: There is no department `nope` among .*permits/);
    expect(stderr).not.toContain("CIVIGRAPH_SUBGRAPH_SECRET");
    expect((await run(["subgraph", "permits"])).stderr).toContain("CIVIGRAPH_SUBGRAPH_SECRET: expected at least 32");
  });

  it.runIf(existsSync("/proc/self"))("ends where no folder can be made for what it writes", async () => {
    const out = ["--out", "/proc/civigraph/page"];
    const ends = [
      run(["docs", ...out]),
      run(["types", ...out]),
      run(["start"], { CIVIGRAPH_DATA: "/proc/civigraph/data" }),
    ];
    for (const { status, stderr } of await Promise.all(ends)) {
      expect(status).toBe(1);
      expect(stderr.trim()).toBe("civigraph: /proc/civigraph: there is no such file, or no such folder to put it in.");
    }
  });

  it("refuses to let other machines in while rights are not enforced", async () => {
    const { status, stderr } = await run(["start"], { HOST: "0.0.0.0", PORT: "0" });
    expect(status).toBe(1);
    expect(stderr).toContain("rights are not enforced: demo data only");
    expect(stderr).toContain("CIVIGRAPH_INSECURE_DEMO=1");
  });

  it("lists every fault of the configuration without a stack", async () => {
    const { status, stderr } = await run(["start"], {
      PORT: "x",
      CITY_SIZE: "y",
      PERMITS_DATABASE_URL: "oracle://u:hunter2@h/x",
    });
    expect(status).toBe(1);
    expect(stderr).toContain("PORT: expected");
    expect(stderr).toContain("CITY_SIZE: expected");
    expect(stderr).not.toMatch(/\n\s+at |hunter2/);
  });

  it("does not mix the demo city with real departments", async () => {
    const { status, stderr } = await run(["start"], { PERMITS_DATABASE_URL: "sqlite:/somewhere/real.sqlite" });
    expect(status).toBe(1);
    expect(stderr).toContain("REVENUE_DATABASE_URL: expected");
    expect(stderr).not.toContain("PERMITS_DATABASE_URL");
  });

  it("composes a supergraph that names where each subgraph answers, without a secret", async () => {
    const { status, stderr } = await run(["compose", "--out", "supergraph.graphql"], {
      PERMITS_SUBGRAPH_URL: "http://permits.internal:4000/",
      SOCIAL_SERVICES_SUBGRAPH_URL: "https://social.example/graph",
    });
    expect(status).toBe(0);
    expect(stderr).toContain("IDENTITY_SUBGRAPH_URL");
    expect(stderr).not.toContain("PERMITS_SUBGRAPH_URL");
    const supergraph = readFileSync(join(folder, "supergraph.graphql"), "utf8");
    expect(supergraph).toContain('PERMITS @join__graph(name: "permits", url: "http://permits.internal:4000/graphql")');
    expect(supergraph).toContain('url: "https://social.example/graph/graphql")');
    expect(supergraph).toContain('REVENUE @join__graph(name: "revenue", url: "")');
  });

  it("refuses to compose with an address that belongs to no subgraph", async () => {
    const { status, stderr } = await run(["compose"], { PERMITZ_SUBGRAPH_URL: "http://permits.internal:4000" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/PERMITZ_SUBGRAPH_URL: expected one of the subgraphs identity, person, .*permits/);
  });

  it("checks departments: where the fault is, and exit code 1", async () => {
    const department = join(folder, "more", "parks");
    mkdirSync(department, { recursive: true });
    writeFileSync(join(department, "department.graphql"), "extend schema @department(id: 4)\n");
    const [good, bad] = await Promise.all([run(["check", "--json"]), run(["check", "--departments", "more"])]);
    expect(good.status).toBe(0);
    expect(JSON.parse(good.stdout).departments).toHaveLength(6);
    expect(bad.status).toBe(1);
    expect(bad.stdout).toMatch(/fault +\S*department\.graphql:1:\d+ {2}expected/);
  });
});
