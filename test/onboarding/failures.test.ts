import { describe, expect, it } from "vitest";
import { CivigraphError } from "../../shared/errors.ts";
import { explainFailure, isDenied } from "../../shared/onboarding/failures.ts";

/** As drivers throw them. */
function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

const denied: readonly (readonly [engine: string, error: Error])[] = [
  [
    "SQL Server",
    failure(
      "EREQUEST",
      "The SELECT permission was denied on the object 'tblCertificate', database 'city', schema 'dbo'.",
    ),
  ],
  [
    "MariaDB, a column",
    failure(
      "ER_COLUMNACCESS_DENIED_ERROR",
      "SELECT command denied to user 'clerk'@'10.0.0.1' for column 'tls' in table 'login timeout'",
    ),
  ],
  ["MariaDB, a table", failure("ER_TABLEACCESS_DENIED_ERROR", "SELECT command denied to user 'clerk'@'db'")],
  ["PostgreSQL", failure("42501", "permission denied for table certificate")],
  ["Oracle", failure("ORA-01031", "ORA-01031: insufficient privileges")],
];

describe("what a database's refusal means", () => {
  it.each(denied)("%s: the account may not read", (_, error) => {
    expect(isDenied(error)).toBe(true);
    expect(explainFailure(error).message).toMatch(/may log in, but not read/);
    const wrapped = new CivigraphError("DEPARTMENT_UNAVAILABLE", { department: "city" }, { cause: error });
    expect(explainFailure(wrapped).message).toMatch(/may log in, but not read/);
  });

  it.each([
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"],
    ["CERT_HAS_EXPIRED", "certificate has expired"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match certificate's altnames: Host: a. is not b"],
    ["ORA-29024", "ORA-29024: Certificate validation failure"],
  ])("%s: the certificate cannot be verified", (code, message) => {
    expect(explainFailure(failure(code, message)).message).toMatch(/certificate cannot be verified/);
  });

  it("takes the name of a thing for no reason", () => {
    const error = failure("EREQUEST", "Invalid object name 'dbo.Certificate'. Invalid column name 'TLS'.");
    expect(explainFailure(error).message).toMatch(/does not answer/);
  });

  it("tells a database that is not there from one that refuses, with its name in quotes", () => {
    expect(explainFailure(failure("3D000", 'database "city" does not exist')).message).toMatch(/no database of that/);
    expect(explainFailure(failure("", 'Cannot open database "city"')).message).toMatch(/no database of that name/);
  });
});
