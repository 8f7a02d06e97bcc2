import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postgres as dialect } from "../../../shared/sql/postgres/dialect.ts";
import { postgres, postgresUrl } from "../../support/engines/postgres.ts";
import { type Certificate, makeCertificate } from "../../support/tls/certificates.ts";
import { ask, expectUntrusted, withParameters } from "./refusal.ts";

const absence = await postgres.absence();
const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";

/** The real server behind one that speaks TLS with a certificate for `localhost`, signed by nobody but itself. */
describe.skipIf(skipped)(`postgres over TLS${skipped ? `, skipped: ${absence}` : ""}`, () => {
  let known: Certificate;
  let other: Certificate;
  let front: Server;
  let encrypted = 0;
  /** What the server says when it is asked for TLS. */
  let answer = "S";

  beforeAll(async () => {
    [known, other] = await Promise.all([makeCertificate("localhost"), makeCertificate("localhost")]);
    const { hostname, port } = new URL(postgresUrl);
    front = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (asked) => {
        // The client asks for TLS in eight bytes.
        if (asked.length !== 8) return socket.destroy();
        socket.write(answer);
        if (answer !== "S") return;
        const secure = new TLSSocket(socket, { isServer: true, key: known.key, cert: known.cert });
        const server = connect(Number(port) || 5432, hostname);
        secure.on("secure", () => {
          encrypted += 1;
        });
        for (const side of [secure, server]) {
          side.on("error", () => {}).on("close", () => [secure, server].map((each) => each.destroy()));
        }
        secure.pipe(server).pipe(secure);
      });
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => front.close(resolve));
    for (const each of [known, other]) each.remove();
  });

  const read = (host: string, parameters: Readonly<Record<string, string>>) => {
    const url = withParameters(postgresUrl, parameters, host);
    url.port = String((front.address() as AddressInfo).port);
    return ask(dialect, url);
  };
  const refused = { code: "DEPARTMENT_UNAVAILABLE" };

  it("trusts the authority that the URL names, for the server's own name", async () => {
    const before = encrypted;
    const ca = { sslrootcert: known.certFile };
    expect(await read("localhost", { sslmode: "verify-full", ...ca })).toEqual([[1]]);
    expect(encrypted).toBe(before + 1);
    await expectUntrusted(read("127.0.0.1", { sslmode: "verify-full", ...ca }));
    expect(await read("127.0.0.1", { sslmode: "verify-ca", ...ca })).toEqual([[1]]);
  });

  it("trusts no certificate that nobody vouches for, unless it is told only to encrypt", async () => {
    await expectUntrusted(read("localhost", { sslmode: "verify-full" }));
    await expectUntrusted(read("localhost", { sslmode: "verify-ca" }));
    await expectUntrusted(read("localhost", { sslmode: "verify-full", sslrootcert: other.certFile }));
    await expectUntrusted(read("localhost", { sslmode: "require", sslrootcert: other.certFile }));
    expect(await read("localhost", { sslmode: "require", sslrootcert: known.certFile })).toEqual([[1]]);
    expect(await read("localhost", { sslmode: "require" })).toEqual([[1]]);
  });

  it("encrypts, and trusts nobody, where the URL says nothing and the host is not known to be this machine", async () => {
    await expectUntrusted(read("0.0.0.0", {}));
    await expectUntrusted(read("localhost", { sslrootcert: other.certFile }));
  });

  it("says nothing unencrypted to a server that speaks only TLS", async () => {
    await expect(read("localhost", { sslmode: "disable" })).rejects.toMatchObject(refused);
  });

  it("does not log in where the server declines to encrypt", async () => {
    answer = "N";
    await expect(read("localhost", { sslmode: "require" })).rejects.toMatchObject(refused);
    answer = "S";
  });
});
