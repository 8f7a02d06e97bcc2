import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, printSchema, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClientGraph, readClientGraph } from "../../../gateway/front-end/graph-source.ts";
import { mockGraph } from "../../../gateway/front-end/mock.ts";
import { schemaPage } from "../../../gateway/front-end/schema-page.ts";
import { writeTypes } from "../../../gateway/front-end/write-types.ts";
import { ownDepartments } from "../../support/city.ts";

let folder: string;
let graph: ClientGraph;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-front-end-"));
  graph = await readClientGraph({ folders: [ownDepartments] });
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe("the graph that front ends see", () => {
  it("is the same from the departments and from a gateway's address", async () => {
    const server = createServer((_request, response) => response.end(printSchema(graph.schema)));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}/schema.graphql`;
    const elsewhere = await readClientGraph({ from, folders: [] });
    server.close();
    expect(printSchema(elsewhere.schema)).toBe(printSchema(graph.schema));
  });

  it("hides what never leaves the house, and knows which policies fields need", () => {
    expect(Object.keys(graph.schema.getType("Citizen")?.toConfig() ?? {})).toContain("fields");
    expect(printSchema(graph.schema)).not.toMatch(/socialServicesKeys|@inaccessible/);
    expect(graph.policies.get("Citizen.benefits")).toEqual([["benefits:read"]]);
  });

  it("leaves out departments that are not shown yet, or no more", async () => {
    const phases = { of: (department: string) => (department === "permits" ? "SHADOW" : "LIVE") } as const;
    const { schema } = await readClientGraph({ folders: [ownDepartments], phases });
    expect(schema.getType("Permit")).toBeUndefined();
    expect(schema.getType("Benefit")).toBeDefined();
  });

  it.each([
    ["nothing is there", "missing.graphql", undefined, "it cannot be read"],
    ["it is no schema", "no.graphql", "type {", "it is not one (Syntax Error"],
  ])("says what was expected where %s", async (_, name, text, message) => {
    const from = join(folder, name);
    if (text) write(name, text);
    await expect(readClientGraph({ from, folders: [] })).rejects.toThrow(message);
  });
});

describe("civigraph types", () => {
  it("writes types by which TypeScript accepts a right front end and refuses a wrong one", {
    timeout: 90_000,
  }, async () => {
    const operations = write(
      "operations/citizen.graphql",
      `query OneCitizen($id: ID!) {
        citizen(id: $id) { name { fullName } benefits(status: ACTIVE) { nodes { status monthlyAmount } } }
      }`,
    );
    await writeTypes({ schema: graph.schema, folder: join(folder, "graph"), documents: [operations] });
    const use = (field: string, id: string) => `
      import { createClient } from "./graph/client.ts";
      import { OneCitizenDocument } from "./graph/operations.ts";
      const request = createClient({ url: "http://127.0.0.1:4000/graphql" });
      const { data } = await request(OneCitizenDocument, { ${id} });
      const amounts: (string | null)[] | undefined = data?.citizen?.benefits?.nodes?.map((one) => one.${field});
      export { amounts };`;
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "dir");
    write("tsconfig.json", JSON.stringify(compilerOptions));
    write("right.ts", use("monthlyAmount", 'id: "1"'));
    write("wrong-field.ts", use("monthlyAmout", 'id: "1"'));
    write("wrong-variable.ts", use("monthlyAmount", "id: 1"));
    const found = compile();
    expect(found).toMatch(/wrong-field\.ts\(\d+,\d+\).*monthlyAmout/);
    expect(found).toMatch(/wrong-variable\.ts\(\d+,\d+\).*number/);
    expect(found.match(/error TS/g)).toHaveLength(2);
  });

  it("writes nothing when an operation does not fit, and says where each fault is", async () => {
    const file = write("bad.graphql", "{ departments { id } }\nquery Two { citizens { nodes { nam } } }");
    const written = writeTypes({ schema: graph.schema, folder: join(folder, "none"), documents: [file] });
    await expect(written).rejects.toThrow(
      /bad\.graphql:1:1 {2}Expected a name.*\n.*\n.*bad\.graphql:2:32 {2}Cannot query field "nam"/,
    );
    expect(() => readFileSync(join(folder, "none", "schema.ts"))).toThrow("ENOENT");
  });

  it("overwrites what it wrote, and nothing else", async () => {
    const written = () => writeTypes({ schema: graph.schema, folder: join(folder, "own"), documents: [] });
    await written();
    await written();
    write("own/client.ts", "export const mine = 1;");
    await expect(written()).rejects.toThrow("`civigraph types` did not write it");
    expect(readFileSync(join(folder, "own", "client.ts"), "utf8")).toContain("mine");
  });

  it.each([
    ["a folder without operations", "empty", "Expected .graphql files with operations"],
    ["a path that is not there", "nowhere", "There is no file or folder"],
  ])("refuses %s", async (_, name, message) => {
    if (name === "empty") mkdirSync(join(folder, name));
    const documents = [join(folder, name)];
    await expect(writeTypes({ schema: graph.schema, folder: join(folder, "none"), documents })).rejects.toThrow(
      message,
    );
  });

  const compilerOptions = {
    compilerOptions: {
      strict: true,
      noEmit: true,
      target: "es2023",
      module: "esnext",
      moduleResolution: "bundler",
      allowImportingTsExtensions: true,
      types: ["node"],
      skipLibCheck: true,
    },
    include: ["*.ts"],
  };

  function compile(): string {
    try {
      return execFileSync(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", folder], {
        encoding: "utf8",
      });
    } catch (error) {
      return String((error as { stdout: unknown }).stdout);
    }
  }
});

describe("civigraph mock", () => {
  const ask = async (query: string) => {
    const document = parse(query);
    expect(validate(graph.schema, document)).toEqual([]);
    const { data, errors } = await mockGraph(graph.schema).execute({
      query,
      document,
      context: { requestId: "r", audience: "city" },
    });
    expect(errors).toBeUndefined();
    return JSON.parse(JSON.stringify(data));
  };

  it("answers every field of a citizen with the same values each time", async () => {
    const query = `{ citizens(first: 3) { totalCount nodes {
      id name { fullName givenName familyName } dateOfBirth domicile { fullAddress postCode }
      benefits { nodes { status monthlyAmount startedOn } }
      contactCentreCases { nodes { id status requestedDatetime } }
    } } }`;
    const answer = await ask(query);
    expect(answer.citizens.nodes).toHaveLength(3);
    for (const { name, dateOfBirth, domicile } of answer.citizens.nodes) {
      expect(name.fullName).toBe(`${name.givenName} ${name.familyName}`);
      expect(dateOfBirth).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(domicile.fullAddress).toContain(domicile.postCode);
    }
    expect(await ask(query)).toEqual(answer);
  });

  it("finds a citizen by the id that a list showed", async () => {
    const { citizens } = await ask("{ citizens(first: 1) { nodes { id dateOfBirth name { fullName } } } }");
    const [listed] = citizens.nodes;
    const { citizen } = await ask(`{ citizen(id: "${listed.id}") { id dateOfBirth name { fullName } } }`);
    expect(citizen).toEqual(listed);
  });

  it("pages through a list to its end, every row once", async () => {
    const ids: string[] = [];
    let after = "";
    for (;;) {
      const { citizens } = await ask(
        `{ citizens(first: 20${after}) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
      );
      ids.push(...citizens.nodes.map(({ id }: { id: string }) => id));
      if (!citizens.pageInfo.hasNextPage) {
        expect(new Set(ids).size).toBe(citizens.totalCount);
        break;
      }
      after = `, after: "${citizens.pageInfo.endCursor}"`;
    }
  });

  it("takes over what the question says of the answer", async () => {
    expect((await ask(`{ permit(permitNo: "P-1") { permitNo } }`)).permit).toEqual({ permitNo: "P-1" });
  });
});

describe("civigraph docs", () => {
  it("shows every type and field, with descriptions, deprecations and the policies that they need", async () => {
    const page = schemaPage(graph);
    for (const type of ["Citizen", "Benefit", "PermitConnection", "ServiceRequest", "BenefitStatus"]) {
      expect(page).toContain(`<article id="${type}"`);
    }
    expect(page).toMatch(/<b>benefits<\/b>\(.*Needs benefits:read/s);
    expect(page).toContain("The number on the award letter.");
    expect(page).not.toMatch(/src=|href="http|@import/);
  });

  it("shows descriptions as text, whatever is in them", async () => {
    const from = write(
      "odd.graphql",
      'type Query { "<img src=x onerror=alert(1)> \\"q\\"" a: Int @deprecated(reason: "<b>old</b>") }',
    );
    const page = schemaPage(await readClientGraph({ from, folders: [] }));
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(page).toContain("Deprecated: &lt;b&gt;old&lt;/b&gt;");
    expect(page).not.toMatch(/<img|<b>old/);
  });
});
