import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import type { Certificate } from "./certificates.ts";

const path = `${process.env.PATH}:/usr/sbin`;

/** Why no MariaDB of a test's own can be started, or undefined. */
export function mariadbAbsence(): string | undefined {
  const found = ["mariadbd", "mariadb-install-db"].every(
    (name) => spawnSync("sh", ["-c", `command -v ${name}`], { env: { ...process.env, PATH: path } }).status === 0,
  );
  return found ? undefined : "no mariadbd on the PATH";
}

export interface OwnMariadb {
  /** As an account that must encrypt, if it says so. */
  url(account: "anyhow" | "encrypted"): string;
  /** From now on it shows this certificate. */
  show(certificate: Certificate): Promise<void>;
  stop(): Promise<void>;
}

/** A server of the test's own, with this certificate: a server that is there already is not to be reconfigured. */
export async function startMariadb(certificate: Certificate): Promise<OwnMariadb> {
  const folder = mkdtempSync(join(tmpdir(), "civigraph-mariadb-"));
  const [data, socket, port] = [join(folder, "data"), join(folder, "socket"), await freePort()];
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const write = ({ key, cert }: Certificate) => {
    writeFileSync(keyFile, key, { mode: 0o600 });
    writeFileSync(certFile, cert);
  };
  write(certificate);
  const env = { ...process.env, PATH: path };
  const user = `--user=${userInfo().username}`;
  const made = ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", user];
  execFileSync("mariadb-install-db", [...made, "--skip-test-db"], { env, stdio: "ignore" });
  const place = [`--datadir=${data}`, `--socket=${socket}`, `--port=${port}`, "--bind-address=127.0.0.1", user];
  const small = ["--innodb-buffer-pool-size=8M", "--innodb-log-file-size=4M", "--skip-name-resolve"];
  const tls = [`--ssl-cert=${certFile}`, `--ssl-key=${keyFile}`];
  const server = spawn("mariadbd", ["--no-defaults", ...place, ...small, ...tls], { env, stdio: "ignore" });
  const stop = async () => {
    await ended(server);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const root = await whenReady(socket, server);
    await root.query("CREATE DATABASE works");
    await root.query("CREATE USER anyhow@'%' IDENTIFIED BY 'first secret'");
    await root.query("CREATE USER encrypted@'%' IDENTIFIED BY 'first secret' REQUIRE SSL");
    for (const user of ["anyhow", "encrypted"]) await root.query(`GRANT SELECT ON works.* TO ${user}@'%'`);
    await root.end();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: (account) => `mysql://${account}:first%20secret@127.0.0.1:${port}/works`,
    async show(other) {
      write(other);
      const root = await createConnection({ socketPath: socket, user: "root" });
      await root.query("FLUSH SSL");
      await root.end();
    },
    stop,
  };
}

async function whenReady(socketPath: string, server: ChildProcess) {
  const until = Date.now() + 60_000;
  for (;;) {
    try {
      return await createConnection({ socketPath, user: "root" });
    } catch (error) {
      if (server.exitCode !== null || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const gone = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
