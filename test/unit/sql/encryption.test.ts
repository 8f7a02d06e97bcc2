import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CivigraphError } from "../../../shared/errors.ts";
import { targetOf as mssql } from "../../../shared/sql/mssql/connection.ts";
import { targetOf as mysql } from "../../../shared/sql/mysql/connection.ts";
import { targetOf as oracle } from "../../../shared/sql/oracle/connection.ts";
import { targetOf as postgres } from "../../../shared/sql/postgres/connection.ts";
import { isLocal, readServerUrl, type ServerAddress } from "../../../shared/sql/server-url.ts";

const folder = mkdtempSync(join(tmpdir(), "civigraph-ca-"));
const authority = join(folder, "ca.pem");
writeFileSync(authority, "an authority");
afterAll(() => rmSync(folder, { recursive: true }));

const options = { department: "Works", schemas: [] };

/** Any parameter is read here, for it is not their names that is tested. */
function addressOf(url: string): ServerAddress {
  return readServerUrl(url, "Works", { port: 1, parameters: [...new URL(url).searchParams.keys()] });
}

const remote = "db.example.org";
const engines = {
  mssql: (rest: string) => mssql(addressOf(`mssql://u:p@${rest}`), options).options,
  oracle: (rest: string) => oracle(addressOf(`oracle://u:p@${rest}`), options).login.connectString,
  postgres: (rest: string) => postgres(addressOf(`postgres://u:p@${rest}`), options).ssl,
  mysql: (rest: string) => mysql(addressOf(`mysql://u:p@${rest}`), options).ssl,
};

/** What each driver is told to encrypt, and to check the certificate's authority and its name. */
const verified = {
  mssql: expect.objectContaining({ encrypt: true, trustServerCertificate: false }),
  oracle: expect.stringMatching(/PROTOCOL=tcps\).*SSL_SERVER_DN_MATCH=ON/),
  postgres: { rejectUnauthorized: true },
  mysql: { rejectUnauthorized: true, verifyIdentity: true },
};

/** What each driver is told on the machine itself. */
const plain = {
  mssql: expect.objectContaining({ encrypt: false }),
  oracle: expect.stringMatching(/PROTOCOL=tcp\)(?!.*SECURITY)/),
  postgres: false,
  mysql: undefined,
};

describe.each(Object.keys(engines) as (keyof typeof engines)[])("a URL of %s that says nothing of TLS", (engine) => {
  it("encrypts beyond the machine itself, and checks the certificate and its name", () => {
    expect(engines[engine](`${remote}/works`)).toEqual(verified[engine]);
    expect(engines[engine]("127.example.org/works")).toEqual(verified[engine]);
  });

  it("does not on the machine itself", () => {
    expect(engines[engine]("localhost/works")).toEqual(plain[engine]);
    expect(engines[engine]("127.0.0.1/works")).toEqual(plain[engine]);
  });
});

describe("a URL that names an authority, or whom the certificate is to be for", () => {
  it("encrypts and checks on the machine itself too", () => {
    const ca = "an authority";
    expect(engines.mssql(`localhost/works?ca=${authority}`)).toMatchObject({
      encrypt: true,
      trustServerCertificate: false,
      cryptoCredentialsDetails: { ca },
    });
    expect(engines.oracle(`localhost/works?wallet=${folder}`)).toEqual(verified.oracle);
    expect(engines.oracle("localhost/works?serverDn=CN=works")).toEqual(verified.oracle);
    expect(engines.postgres(`localhost/works?sslrootcert=${authority}`)).toEqual({ ca, ...verified.postgres });
    expect(engines.mysql(`localhost/works?ssl-ca=${authority}`)).toEqual({ ca, ...verified.mysql });
    expect(engines.mysql(`localhost/works?socket=/run/s&ssl-ca=${authority}`)).toEqual({
      ca,
      rejectUnauthorized: true,
      verifyIdentity: false,
    });
  });

  it("has the authority checked where PostgreSQL's `require` comes with one, as libpq does", () => {
    expect(engines.postgres(`${remote}/works?sslmode=require`)).toEqual({ rejectUnauthorized: false });
    expect(engines.postgres(`${remote}/works?sslmode=require&sslrootcert=${authority}`)).toMatchObject({
      ca: "an authority",
      rejectUnauthorized: true,
    });
  });

  it.each([
    ["mssql", `encrypt=false&ca=${authority}`, "ca"],
    ["mssql", "encrypt=false&hostNameInCertificate=works", "hostNameInCertificate"],
    ["mssql", `trustServerCertificate=true&ca=${authority}`, "ca"],
    ["oracle", `protocol=tcp&wallet=${folder}`, "wallet"],
    ["oracle", "protocol=tcp&walletPassword=secret", "walletPassword"],
    ["oracle", "protocol=tcp&serverDn=CN=works", "serverDn"],
    ["postgres", `sslmode=disable&sslrootcert=${authority}`, "sslrootcert"],
    ["mysql", `ssl-mode=DISABLED&ssl-ca=${authority}`, "ssl-ca"],
    ["mysql", `ssl-mode=REQUIRED&ssl-ca=${authority}`, "ssl-ca"],
  ] as const)("is refused for %s where it would be ignored: %s", (engine, parameters, name) => {
    const read = () => engines[engine](`${remote}/works?${parameters}`);
    expect(read).toThrow(CivigraphError);
    expect(read).toThrow(`has \`${name}\`, which \`${parameters.split("&")[0]}\` would ignore`);
    expect(read).not.toThrow(/secret/);
  });
});

describe("the machine itself", () => {
  it("is known by its addresses, and a name that begins like one is not", () => {
    for (const host of ["localhost", "127.0.0.1", "127.8.8.8", "::1", "/run/postgresql"]) {
      expect(isLocal(host), host).toBe(true);
    }
    for (const host of ["127.example.org", "127.0.0.1.example.org", "127.", "localhost.example.org", "10.0.0.1"]) {
      expect(isLocal(host), host).toBe(false);
    }
  });
});
