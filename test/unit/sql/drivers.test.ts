import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CivigraphError } from "../../../shared/errors.ts";
import { dialects } from "../../../shared/sql/dialects.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

describe("the dialects", () => {
  it("load no driver before a department that needs it is asked", () => {
    const script = `
      const { dialects } = await import("./shared/sql/dialects.ts");
      for (const dialect of dialects) dialect.builder.from("t").limit(1).toSQL();
      const { createRequire } = await import("node:module");
      const loaded = Object.keys(createRequire(import.meta.url).cache ?? {});
      const drivers = ["pg", "mysql2", "oracledb", "tedious", "mssql"];
      console.log(JSON.stringify(drivers.filter((name) => loaded.some((file) => file.includes("/node_modules/" + name + "/")))));
    `;
    const output = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
      cwd: root,
    });
    expect(JSON.parse(String(output))).toEqual([]);
  });

  it("share no scheme", () => {
    const schemes = dialects.flatMap((dialect) => dialect.schemes);
    expect(new Set(schemes).size).toBe(schemes.length);
  });
});

describe("a database's URL", () => {
  const connect = (url: string) => {
    const scheme = url.slice(0, url.indexOf(":"));
    const dialect = dialects.find(({ schemes }) => schemes.includes(scheme));
    return dialect?.connect(url, { department: "Works", schemas: [] });
  };

  it.each([
    ["postgres://user:secret@db/works?sslmod=require", "sslmod"],
    ["postgres://user:secret@db/works?sslmode=maybe", "sslmode"],
    ["postgres://user:secret@db/works?sslrootcert=/nowhere/ca.pem", "sslrootcert"],
    ["postgres://user:secret@db/works?pool=0", "pool"],
    ["mysql://user:secret@db/works?ssl-mode=maybe", "ssl-mode"],
    ["mysql://user:secret@db/works?sslmode=require", "sslmode"],
  ])("is refused with the name of the parameter that is wrong, never with its password: %s", (url, parameter) => {
    const refusal = (() => {
      try {
        connect(url);
        return undefined;
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(CivigraphError);
    expect(refusal).toMatchObject({ code: "CONFIGURATION_INVALID" });
    expect(String(refusal)).toContain(parameter);
    expect(String(refusal)).not.toContain("secret");
  });

  it.each([
    "mssql",
    "oracle",
    "postgres",
    "mysql",
  ])("says for %s in which variable a `%` of the password begins no escape, and how to write it", (scheme) => {
    const dialect = dialects.find(({ schemes }) => schemes.includes(scheme));
    const options = { department: "Works", urlVariable: "WORKS_DATABASE_URL", schemas: [] };
    const open = (password: string) => () => dialect?.connect(`${scheme}://user:${password}@db/works`, options);
    for (const password of ["secret%", "se%cret", "secret%E9"]) {
      expect(open(password)).toThrow(
        "The database URL of Works has a `%` in its password in WORKS_DATABASE_URL that begins no escape: write %25 for a `%` itself.",
      );
      expect(open(password)).toThrow(CivigraphError);
    }
    expect(open("secret%25")).not.toThrow();
  });

  it("opens nothing before the first question", async () => {
    for (const url of ["postgres://user@nowhere.invalid/works", "mariadb://user@nowhere.invalid/works"]) {
      await connect(url)?.close();
    }
  });
});
