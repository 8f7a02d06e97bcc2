import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import { type TtcReader, TtcWriter } from "./ttc-buffer.ts";

const VERIFIER_12C = 0x4815;
const VERIFIER_ITERATIONS = 4096;
const SESSION_ITERATIONS = 3;
const PARAMETER = 8;
const STATUS = 9;

/** One logon of the O5LOGON scheme with the 12c verifier: both sides prove that they know the password. */
export class Logon {
  readonly user: string;
  private readonly password: string | undefined;
  private readonly salt = randomBytes(16);
  private readonly mixingSalt = randomBytes(16);
  private readonly serverKey = randomBytes(32);
  private readonly passwordHash: Buffer;

  /** `password` is undefined for an unknown user: the failure comes at the same point as for a wrong password. */
  constructor(user: string, password: string | undefined) {
    this.user = user;
    this.password = password;
    const salt = Buffer.concat([this.salt, Buffer.from("AUTH_PBKDF2_SPEEDY_KEY")]);
    const key = pbkdf2Sync(password ?? randomBytes(16), salt, VERIFIER_ITERATIONS, 64, "sha512");
    this.passwordHash = createHash("sha512").update(key).update(this.salt).digest().subarray(0, 32);
  }

  /** The answer to phase one. */
  challenge(): Buffer {
    return writeParameters([
      ["AUTH_SESSKEY", hex(encrypt(this.passwordHash, this.serverKey))],
      ["AUTH_VFR_DATA", hex(this.salt), VERIFIER_12C],
      ["AUTH_PBKDF2_CSK_SALT", hex(this.mixingSalt)],
      ["AUTH_PBKDF2_VGEN_COUNT", String(VERIFIER_ITERATIONS)],
      ["AUTH_PBKDF2_SDER_COUNT", String(SESSION_ITERATIONS)],
    ]);
  }

  /** The answer to phase two, or undefined when the password is wrong. */
  verify(parameters: ReadonlyMap<string, string>, facts: ReadonlyMap<string, string>): Buffer | undefined {
    const clientKey = decrypt(
      this.passwordHash,
      Buffer.from(parameters.get("AUTH_SESSKEY") ?? "", "hex").subarray(0, 32),
    );
    const mixed = Buffer.from(hex(Buffer.concat([clientKey, this.serverKey])));
    const sessionKey = pbkdf2Sync(mixed, this.mixingSalt, SESSION_ITERATIONS, 32, "sha512");
    const given = decrypt(sessionKey, Buffer.from(parameters.get("AUTH_PASSWORD") ?? "", "hex")).subarray(16);
    const padding = given.at(-1) ?? 0;
    const password = given.subarray(0, given.length - padding).toString();
    if (this.password === undefined || password !== this.password) return undefined;
    const proof = encrypt(sessionKey, Buffer.concat([randomBytes(16), Buffer.from("SERVER_TO_CLIENT")]));
    return writeParameters([["AUTH_SVR_RESPONSE", hex(proof)], ...facts]);
  }
}

export interface AuthMessage {
  readonly user: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads phase one and phase two: both are a user and key-value pairs. */
export function readAuthMessage(reader: TtcReader): AuthMessage {
  const hasUser = reader.u8() === 1;
  reader.integer(); // length of the user
  reader.integer(); // mode
  reader.skip();
  const pairs = reader.integer();
  reader.skip(2);
  const user = hasUser ? (reader.value()?.toString() ?? "") : "";
  const parameters = new Map<string, string>();
  for (let pair = 0; pair < pairs; pair++) {
    parameters.set(reader.text(), reader.text());
    reader.integer(); // flags
  }
  return { user, parameters };
}

/** What the server tells about itself after a logon. */
export function sessionFacts(service: string): Map<string, string> {
  const version = 19 * 2 ** 24 + 22 * 2 ** 16;
  return new Map([
    ["AUTH_VERSION_STRING", "- Production"],
    ["AUTH_VERSION_NO", String(version)],
    ["AUTH_SESSION_ID", "101"],
    ["AUTH_SERIAL_NUM", "1"],
    ["AUTH_SC_SERVICE_NAME", service],
    ["AUTH_SC_DBUNIQUE_NAME", service],
    ["AUTH_SC_REAL_DBUNIQUE_NAME", service],
    ["AUTH_SC_DB_DOMAIN", ""],
    ["AUTH_INSTANCENAME", service],
    ["AUTH_DBNAME", service],
    ["AUTH_MAX_OPEN_CURSORS", "300"],
    ["AUTH_MAX_IDEN_LENGTH", "128"],
  ]);
}

function writeParameters(pairs: readonly (readonly [string, string, number?])[]): Buffer {
  const writer = new TtcWriter().u8(PARAMETER).integer(pairs.length);
  for (const [key, value, flag] of pairs)
    writer
      .text(key)
      .text(value)
      .integer(flag ?? 0);
  return writer.u8(STATUS).integers(0, 0).done();
}

function encrypt(key: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv("aes-256-cbc", key, Buffer.alloc(16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

function decrypt(key: Buffer, secret: Buffer): Buffer {
  const whole = secret.subarray(0, secret.length - (secret.length % 16));
  const decipher = createDecipheriv("aes-256-cbc", key, Buffer.alloc(16)).setAutoPadding(false);
  return Buffer.concat([decipher.update(whole), decipher.final()]);
}

function hex(bytes: Buffer): string {
  return bytes.toString("hex").toUpperCase();
}
