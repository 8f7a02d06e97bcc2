import oracledb from "oracledb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { explainFailure } from "../../../shared/onboarding/failures.ts";
import type { Dialect } from "../../../shared/sql/dialect.ts";
import { failureReason } from "../../../shared/sql/failure-reason.ts";
import type { WireServer } from "../../support/wire/server.ts";
import { startTnsServer } from "../../support/wire/tns/server.ts";

describe("an Oracle that is older than the driver's own protocol", () => {
  let server: WireServer;
  let oracle: Dialect;
  beforeAll(async () => {
    const tables = [{ name: "WORKS.JOB", columns: { N: "NUMBER(9)" }, rows: [[1]] }];
    server = await startTnsServer({ users: { PORTAL: "first secret" }, database: { name: "WORKS", tables } });
  });
  // Client libraries are for the whole process: each test is one that has asked no Oracle yet.
  beforeEach(async () => {
    vi.resetModules();
    ({ oracle } = await import("../../../shared/sql/oracle/dialect.ts"));
  });
  afterEach(() => server.faults.clear());
  afterAll(() => server.close());

  const ask = async (parameters = "") => {
    const connection = oracle.connect(`${server.url}${parameters}`, { department: "Works", schemas: [] });
    try {
      return await connection.select("SELECT N FROM JOB", []);
    } finally {
      await connection.close();
    }
  };
  const failure = async (parameters: string) => ask(parameters).catch((error: unknown) => error);

  // First: the driver itself loads no libraries once it has spoken its own protocol.
  it("is reached over the libraries that the URL names, and says when they are not there", async () => {
    const init = vi.spyOn(oracledb, "initOracleClient");
    const refused = await failure("?thick=/nowhere/instantclient");
    expect(init).toHaveBeenCalledExactlyOnceWith({ libDir: "/nowhere/instantclient" });
    expect(failureReason(refused)).toBe("DPI-1047");
    expect(explainFailure(refused).message).toMatch(/folder that `thick` names/);
    init.mockImplementation(() => {});
    expect(await ask("?thick=")).toEqual([[1]]);
    expect(init).toHaveBeenLastCalledWith({});
    init.mockRestore();
  });

  it("is said to be one, with what to do", async () => {
    server.faults.oldListener = true;
    const refused = await failure("");
    expect(refused).toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
    expect(failureReason(refused)).toBe("NJS-138");
    expect(explainFailure(refused).message).toMatch(/older than Oracle 12\.1.*`thick` in the URL/);
  });

  it("shares its libraries with every Oracle department of the process, or has one of its own", async () => {
    await ask();
    const refused = await failure("?thick=/another");
    expect(refused).toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
    expect(explainFailure(refused)).toMatchObject({ code: "CONFIGURATION_INVALID" });
  });
});
