import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mysql as dialect } from "../../../shared/sql/mysql/dialect.ts";
import { mysql, mysqlUrl } from "../../support/engines/mysql.ts";
import { type Certificate, makeCertificate } from "../../support/tls/certificates.ts";
import { mariadbAbsence, type OwnMariadb, startMariadb } from "../../support/tls/mariadb.ts";
import { ask, expectUntrusted, withParameters } from "./refusal.ts";

const absence = mariadbAbsence();
const required = process.env.REQUIRE_SERVICES === "1" && !process.env.CIVIGRAPH_TEST_MSSQL_URL;

/** A MariaDB of the test's own, with a certificate for `localhost`, signed by nobody but itself. */
describe.skipIf(absence !== undefined && !required)(`mysql over TLS${absence ? `, skipped: ${absence}` : ""}`, () => {
  let known: Certificate;
  let other: Certificate;
  let server: OwnMariadb;

  beforeAll(async () => {
    [known, other] = await Promise.all([makeCertificate("localhost"), makeCertificate("localhost")]);
    server = await startMariadb(known);
  });
  afterAll(async () => {
    await server?.stop();
    for (const each of [known, other]) each?.remove();
  });

  const cipher = "SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'";
  const read = (parameters: Readonly<Record<string, string>>, host = "localhost") =>
    ask(dialect, withParameters(server.url("encrypted"), parameters, host), cipher);

  it("trusts the authority that the URL names, for the server's own name", async () => {
    const ca = { "ssl-ca": known.certFile };
    expect(await read({ "ssl-mode": "VERIFY_IDENTITY", ...ca })).toEqual([[expect.stringMatching(/^TLS_|^EC/)]]);
    const elsewhere = await makeCertificate("elsewhere.example");
    await server.show(elsewhere);
    const other = { "ssl-ca": elsewhere.certFile };
    await expectUntrusted(read({ "ssl-mode": "VERIFY_IDENTITY", ...other }));
    expect(await read({ "ssl-mode": "VERIFY_CA", ...other })).toEqual([[expect.stringMatching(/^TLS_|^EC/)]]);
    await server.show(known);
    elsewhere.remove();
  });

  it("refuses to check an address, which the driver would take for another host", async () => {
    const asked = read({ "ssl-mode": "VERIFY_IDENTITY", "ssl-ca": known.certFile }, "127.0.0.1");
    await expect(asked).rejects.toMatchObject({ code: "CONFIGURATION_INVALID" });
  });

  it("trusts no certificate that nobody vouches for, unless it is told only to encrypt", async () => {
    await expectUntrusted(read({ "ssl-mode": "VERIFY_IDENTITY" }));
    await expectUntrusted(read({ "ssl-mode": "VERIFY_CA", "ssl-ca": other.certFile }));
    expect(await read({ "ssl-mode": "REQUIRED" })).toEqual([[expect.stringMatching(/^TLS_|^EC/)]]);
  });

  it("encrypts nothing when it is told not to, and an account that must is refused", async () => {
    const plain = withParameters(server.url("anyhow"), { "ssl-mode": "DISABLED" });
    expect(await ask(dialect, plain, cipher)).toEqual([[""]]);
    await expect(read({ "ssl-mode": "DISABLED" })).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
  });

  it("does not log in where the server declines to encrypt", async ({ skip }) => {
    const plain = withParameters(mysqlUrl, { "ssl-mode": "DISABLED" });
    const [row] = (await mysql.absence()) === undefined ? await ask(dialect, plain, "SELECT @@have_ssl") : [];
    if (row?.[0] !== "DISABLED") skip("no server without TLS at CIVIGRAPH_TEST_MYSQL_URL");
    const asked = ask(dialect, withParameters(mysqlUrl, { "ssl-mode": "REQUIRED" }));
    await expect(asked).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
  });
});
