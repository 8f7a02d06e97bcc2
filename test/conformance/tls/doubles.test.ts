import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainFailure } from "../../../shared/onboarding/failures.ts";
import { mssql } from "../../../shared/sql/mssql/dialect.ts";
import { oracle } from "../../../shared/sql/oracle/dialect.ts";
import { type Certificate, makeCertificate } from "../../support/tls/certificates.ts";
import type { WireServer } from "../../support/wire/server.ts";
import { startTdsServer } from "../../support/wire/tds/server.ts";
import { startTnsServer } from "../../support/wire/tns/server.ts";
import { ask, expectUntrusted, withParameters } from "./refusal.ts";

let known: Certificate;
let other: Certificate;
beforeAll(async () => {
  [known, other] = await Promise.all([makeCertificate("localhost"), makeCertificate("localhost")]);
});
afterAll(() => {
  for (const each of [known, other]) each.remove();
});

const rows = Array.from({ length: 3_000 }, (_, at) => [at, "x".repeat(100)]);

describe("SQL Server over TLS inside of TDS", () => {
  const tables = [{ name: "dbo.Line", columns: { N: "INT NOT NULL", Txt: "VARCHAR(100)" }, rows }];
  const users = { portal: "first secret" };
  let server: WireServer;
  beforeAll(async () => {
    const { key, cert } = known;
    server = await startTdsServer({ users, database: { name: "Works", tables }, tls: { key, cert } });
  });
  afterAll(() => server.close());
  const url = (parameters: Readonly<Record<string, string>>, host = "localhost") =>
    withParameters(server.url, parameters, host);
  const handshakes = () => server.events.filter((event) => event === "encrypted").length;

  it("encrypts to a server whose authority the URL names", async () => {
    const before = handshakes();
    const read = await ask(mssql, url({ encrypt: "true", ca: known.certFile }), "SELECT N, Txt FROM dbo.Line");
    expect(read).toEqual(rows);
    expect(handshakes()).toBe(before + 1);
  });

  it("encrypts, and trusts nobody, where the URL says nothing and the host is not known to be this machine", async () => {
    await expectUntrusted(ask(mssql, url({}, "0.0.0.0")));
    expect(await ask(mssql, url({ ca: known.certFile }))).toEqual([[1]]);
  });

  it("trusts any certificate only when it is told so", async () => {
    expect(await ask(mssql, url({ encrypt: "true", trustServerCertificate: "true" }))).toEqual([[1]]);
    await expectUntrusted(ask(mssql, url({ encrypt: "true" })));
    await expectUntrusted(ask(mssql, url({ encrypt: "true", ca: other.certFile })));
  });

  it("wants the server's own name in the certificate, or the one that the URL gives", async () => {
    const trusted = { encrypt: "true", ca: known.certFile };
    await expectUntrusted(ask(mssql, url({ ...trusted, hostNameInCertificate: "elsewhere.example" })));
    expect(await ask(mssql, url({ ...trusted, hostNameInCertificate: "localhost" }, "127.0.0.1"))).toEqual([[1]]);
  });

  it("does not log in where the server declines to encrypt", async () => {
    const plain = await startTdsServer({ users, database: { name: "Works", tables } });
    try {
      const asked = ask(mssql, withParameters(plain.url, { encrypt: "true", trustServerCertificate: "true" }));
      await expect(asked).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
      expect(plain.events).toEqual([]);
      expect(await ask(mssql, withParameters(plain.url, { encrypt: "false" }))).toEqual([[1]]);
    } finally {
      await plain.close();
    }
  });
});

describe("Oracle over TCPS", () => {
  const tables = [{ name: "WORKS.LINE", columns: { N: "NUMBER(9) NOT NULL", TXT: "VARCHAR2(100)" }, rows }];
  let server: WireServer;
  beforeAll(async () => {
    const { key, cert } = known;
    const users = { PORTAL: "first secret" };
    server = await startTnsServer({ users, database: { name: "WORKS", tables }, tls: { key, cert } });
  });
  afterAll(() => server.close());
  const url = (parameters: Readonly<Record<string, string>>, host = "localhost") =>
    withParameters(server.url, { protocol: "tcps", ...parameters }, host);
  const select = "SELECT N, TXT FROM LINE";

  it("encrypts to a server whose authority is in the wallet", async () => {
    expect(await ask(oracle, url({ wallet: known.wallet }), select)).toEqual(rows);
  });

  it("encrypts, and trusts nobody, where the URL says nothing and the host is not known to be this machine", async () => {
    await expectUntrusted(ask(oracle, withParameters(server.url, {}, "0.0.0.0"), select));
    expect(await ask(oracle, withParameters(server.url, { wallet: known.wallet }, "localhost"), select)).toEqual(rows);
  });

  it("trusts no other certificate", async () => {
    await expectUntrusted(ask(oracle, url({}), select));
    await expectUntrusted(ask(oracle, url({ wallet: other.wallet }), select));
  });

  it("wants the server's own name in the certificate, or the one that the URL gives", async () => {
    await expectUntrusted(ask(oracle, url({ wallet: known.wallet }, "127.0.0.1"), select));
    const named = url({ wallet: known.wallet, serverDn: "CN=localhost" }, "127.0.0.1");
    expect(await ask(oracle, named, select)).toEqual(rows);
    await expectUntrusted(ask(oracle, url({ wallet: known.wallet, serverDn: "CN=elsewhere" }), select));
  });

  it("explains how to reach a listener without TLS, which hangs up, answers otherwise or not at all", async () => {
    const otherwise = Buffer.from([0, 8, 0, 0, 11, 0, 0, 0]);
    for (const answer of [undefined, otherwise]) {
      const listener = createServer((socket) => {
        socket.on("error", () => {}).once("data", () => (answer ? socket.end(answer) : socket.destroy()));
      });
      await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
      const { port } = listener.address() as AddressInfo;
      const refused = await ask(oracle, `oracle://u:secret@0.0.0.0:${port}/WORKS`).catch((error: unknown) => error);
      expect(explainFailure(refused).message).toContain("`protocol=tcp`");
      listener.close();
    }
    expect(explainFailure(new Error("NJS-510: timed out")).message).toContain("`protocol=tcp`");
  });

  it("says nothing unencrypted to a server that speaks only TLS", async () => {
    const asked = ask(oracle, withParameters(server.url, { protocol: "tcp" }), select);
    await expect(asked).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
  });
});
