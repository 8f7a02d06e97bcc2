import { FUNCTION } from "./messages.ts";
import type { TtcReader } from "./ttc-buffer.ts";

/** Calls that travel in front of another one and are not answered. */
export function readPiggyback(reader: TtcReader, closeCursor: (id: number) => void): void {
  const code = reader.u8();
  reader.skip(); // sequence number
  if (code === FUNCTION.closeCursors || code === FUNCTION.cancelCursors) {
    reader.skip();
    const count = reader.integer();
    for (let at = 0; at < count; at++) {
      const id = reader.integer();
      if (code === FUNCTION.closeCursors) closeCursor(id);
    }
  } else if (code === FUNCTION.setSchema) {
    reader.skip();
    reader.sized();
  } else if (code === FUNCTION.endToEnd) {
    skipEndToEnd(reader);
  } else {
    throw new Error(`The Oracle double does not know piggyback ${code}.`);
  }
}

/** Module, action and client identifiers: nobody reads them here. */
function skipEndToEnd(reader: TtcReader): void {
  reader.skip(2);
  reader.integer();
  const lengths: number[] = [];
  const field = () => {
    reader.skip();
    lengths.push(reader.integer());
  };
  for (let at = 0; at < 4; at++) field();
  reader.skip();
  reader.integer();
  field();
  for (let at = 0; at < 2; at++) {
    reader.skip();
    reader.integer();
  }
  field();
  for (const length of lengths) if (length > 0) reader.value();
}
