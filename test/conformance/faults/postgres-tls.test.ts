import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postgres as dialect } from "../../../shared/sql/postgres/dialect.ts";
import { postgres, postgresUrl } from "../../support/engines/postgres.ts";

const absence = await postgres.absence();
const skipped = absence !== undefined && process.env.REQUIRE_SERVICES !== "1";

/** The real server behind one that speaks TLS with a certificate for `localhost`, signed by nobody but itself. */
describe.skipIf(skipped)(`postgres over TLS${skipped ? `, skipped: ${absence}` : ""}`, () => {
  let folder: string;
  let front: Server;
  let encrypted = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "civigraph-tls-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    execFileSync("openssl", [...made, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
    const { hostname, port } = new URL(postgresUrl);
    front = createServer((socket) => {
      socket.on("error", () => {});
      // The client asks for TLS in eight bytes, the server says `S`.
      socket.once("data", (asked) => {
        if (asked.length !== 8) return socket.destroy();
        socket.write("S");
        const secure = new TLSSocket(socket, { isServer: true, key: readFileSync(key), cert: readFileSync(cert) });
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
    rmSync(folder, { recursive: true });
  });

  const ask = async (host: string, parameters: Readonly<Record<string, string>>) => {
    const url = new URL(postgresUrl);
    url.hostname = host;
    url.port = String((front.address() as AddressInfo).port);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const connection = dialect.connect(url.href, { department: "Works", schemas: [] });
    try {
      return await connection.select("SELECT 1", []);
    } finally {
      await connection.close();
    }
  };
  const refused = { code: "DEPARTMENT_UNAVAILABLE" };

  it("trusts the authority that the URL names, for the server's own name", async () => {
    const before = encrypted;
    const ca = { sslrootcert: join(folder, "cert.pem") };
    expect(await ask("localhost", { sslmode: "verify-full", ...ca })).toEqual([[1]]);
    expect(encrypted).toBe(before + 1);
    await expect(ask("127.0.0.1", { sslmode: "verify-full", ...ca })).rejects.toMatchObject(refused);
    expect(await ask("127.0.0.1", { sslmode: "verify-ca", ...ca })).toEqual([[1]]);
  });

  it("trusts no certificate that nobody vouches for, unless it is told only to encrypt", async () => {
    await expect(ask("localhost", { sslmode: "verify-full" })).rejects.toMatchObject(refused);
    await expect(ask("localhost", { sslmode: "verify-ca" })).rejects.toMatchObject(refused);
    expect(await ask("localhost", { sslmode: "require" })).toEqual([[1]]);
  });

  it("sends nothing unencrypted to a server that speaks only TLS", async () => {
    await expect(ask("localhost", { sslmode: "disable" })).rejects.toMatchObject(refused);
  });
});
