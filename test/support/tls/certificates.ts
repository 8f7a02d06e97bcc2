import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";

/** A certificate that vouches for itself, and the files in which clients and servers look for it. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly certFile: string;
  /** A folder with `ewallet.pem`, as Oracle's drivers read it. */
  readonly wallet: string;
  remove(): void;
}

/** For this host name, valid today. */
export async function makeCertificate(host: string): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: "commonName", value: host }], {
    keyType: "ec",
    curve: "P-256",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: host }] },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), "civigraph-tls-"));
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  writeFileSync(keyFile, key, { mode: 0o600 });
  writeFileSync(certFile, cert);
  writeFileSync(join(folder, "ewallet.pem"), `${key}\n${cert}`, { mode: 0o600 });
  return { key, cert, keyFile, certFile, wallet: folder, remove: () => rmSync(folder, { recursive: true }) };
}
