/** How a database keeps VARCHAR, and what it tells the client about that. */
export interface Collation {
  readonly name: string;
  /** Language, comparison flags and sort order (MS-TDS 2.2.5.1.2). */
  readonly bytes: Buffer;
  readonly encode: (text: string) => Buffer;
  readonly decode: (bytes: Buffer) => string;
}

/** By SQL Server's names: the default of a server, and the one that holds every language. */
export function findCollation(name: string | undefined): Collation {
  const utf8 = name?.endsWith("_UTF8") === true;
  return utf8
    ? {
        name,
        bytes: Buffer.from([0x09, 0x04, 0xd0, 0x24, 0x00]),
        encode: (text) => Buffer.from(text),
        decode: (bytes) => bytes.toString(),
      }
    : {
        name: "SQL_Latin1_General_CP1_CI_AS",
        bytes: Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]),
        encode: encodeCp1252,
        decode: decodeCp1252,
      };
}

/** Windows code page 1252, in which SQL Server's default collation keeps VARCHAR. */
const HIGH = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** Characters that the code page lacks become question marks, as they do in SQL Server. */
function encodeCp1252(text: string): Buffer {
  const bytes = Buffer.alloc(text.length);
  let at = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const high = HIGH.indexOf(character);
    if (high >= 0) bytes[at++] = 0x80 + high;
    else if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) bytes[at++] = code;
    else for (const _ of Array(character.length)) bytes[at++] = 0x3f;
  }
  return bytes.subarray(0, at);
}

function decodeCp1252(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replace(/[\u0080-\u009f]/g, (character) => HIGH[character.charCodeAt(0) - 0x80] as string);
}
