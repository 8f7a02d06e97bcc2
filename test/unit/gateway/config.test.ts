import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configReference, readConfig } from "../../../gateway/config.ts";
import { settings } from "../../../gateway/settings.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "civigraph-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function faultsOf(environment: NodeJS.ProcessEnv, where = folder): string {
  try {
    readConfig(environment, where);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the configuration was accepted");
}

describe("the configuration", () => {
  it("needs nothing to be set", () => {
    expect(readConfig({}, folder)).toMatchObject({
      port: 4000,
      host: "127.0.0.1",
      dataDirectory: ".civigraph",
      citySize: 5000,
    });
  });

  it("reports every fault at once, with variable, expected and found", () => {
    const message = faultsOf({ PORT: "http", CITY_SIZE: "-1", LOG_LEVEL: "loud", PERMITS_SUBGRAPH_URL: "ftp://x" });
    expect(message).toContain("4 faults");
    expect(message).toContain("PORT: expected a whole number from 0 to 65535, found `http`");
    expect(message).toContain("CITY_SIZE: expected a whole number from 50 to 1000000, found `-1`");
    expect(message).toContain("LOG_LEVEL: expected one of fatal,");
    expect(message).toContain("PERMITS_SUBGRAPH_URL: expected a URL that starts with http:// or https://");
  });

  it("never prints a secret", () => {
    expect(faultsOf({ CIVIGRAPH_SUBGRAPH_SECRET: "hunter2" })).not.toContain("hunter2");
    expect(faultsOf({ IDENTITY_DATABASE_URL: "mysql://u:hunter2@h/d" })).not.toContain("hunter2");
  });

  it("asks for the shared secret as soon as a subgraph runs in a process of its own", () => {
    expect(faultsOf({ PERMITS_SUBGRAPH_URL: "http://permits:4000" })).toContain("CIVIGRAPH_SUBGRAPH_SECRET: expected");
  });

  it("knows subgraphs and databases by the names of their variables", () => {
    const config = readConfig(
      {
        SOCIAL_SERVICES_SUBGRAPH_URL: "http://social:4000",
        CIVIGRAPH_SUBGRAPH_SECRET: "s".repeat(32),
        PERMITS_DATABASE_URL: "oracle://u:p@h/x",
        UNRELATED_URL: "https://example.org",
      },
      folder,
    );
    expect([...config.subgraphUrls]).toEqual([["social-services", "http://social:4000"]]);
    expect([...config.databaseUrls]).toEqual([["PERMITS_DATABASE_URL", "oracle://u:p@h/x"]]);
  });

  it("counts an empty variable as unset", () => {
    expect(readConfig({ PORT: "", CIVIGRAPH_CORS_ORIGINS: "" }, folder)).toMatchObject({
      port: 4000,
      corsOrigins: undefined,
    });
  });

  it("cannot be changed", () => {
    expect(Object.isFrozen(readConfig({}, folder))).toBe(true);
  });

  it("takes origins but not addresses of pages", () => {
    const config = readConfig({ CIVIGRAPH_CORS_ORIGINS: "https://a.example, http://localhost:5173" }, folder);
    expect(config.corsOrigins).toEqual(["https://a.example", "http://localhost:5173"]);
    expect(faultsOf({ CIVIGRAPH_CORS_ORIGINS: "https://a.example/" })).toContain("CIVIGRAPH_CORS_ORIGINS");
  });

  it("is listed for the README with every variable, its default and its meaning", () => {
    const reference = configReference();
    for (const { variable, expected } of Object.values(settings)) {
      expect(reference).toContain(`| \`${variable}\` |`);
      expect(reference).toContain(expected);
    }
    expect(reference).toContain("`<NAME>_SUBGRAPH_URL`");
  });
});

describe("civigraph.yaml", () => {
  it("sets what the environment leaves unset", () => {
    writeFileSync(
      join(folder, "civigraph.yaml"),
      "PORT: 4100\nCITY_SIZE: 60\nCIVIGRAPH_INSECURE_DEMO: true\nCIVIGRAPH_CORS_ORIGINS:\n  - https://a.example\n  - https://b.example\n",
    );
    expect(readConfig({ PORT: "4200" }, folder)).toMatchObject({
      port: 4200,
      citySize: 60,
      insecureDemo: true,
      corsOrigins: ["https://a.example", "https://b.example"],
    });
  });

  it("is reported when it names what does not exist, or is no map", () => {
    writeFileSync(join(folder, "civigraph.yaml"), "PROT: 4100\n");
    expect(faultsOf({ LOG_LEVEL: "loud" })).toMatch(/2 faults[\s\S]*PROT in civigraph.yaml/);
    writeFileSync(join(folder, "civigraph.yaml"), "- a\n");
    expect(faultsOf({})).toContain("civigraph.yaml: expected a YAML map");
    writeFileSync(join(folder, "civigraph.yaml"), "a: [\n");
    expect(faultsOf({})).toContain("civigraph.yaml: expected a YAML map");
    rmSync(join(folder, "civigraph.yaml"));
  });
});
