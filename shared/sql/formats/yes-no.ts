import { type Format, unreadable } from "./format.ts";
import { trimmedText } from "./text.ts";

const yes = ["Y", "YES", "J", "JA", "T", "TRUE", "1", "X"];
const no = ["N", "NO", "NEIN", "F", "FALSE", "0"];

/** Flags of all sorts; blank means that nobody said. */
export const YES_NO: Format = {
  description: "Y/N, J/N, T/F, 1/0, X; blank is null.",
  produces: ["Boolean"],
  read(raw, context) {
    if (typeof raw === "boolean") return raw;
    const flag = trimmedText(raw, context).toUpperCase();
    if (flag === "") return null;
    return yes.includes(flag) ? true : no.includes(flag) ? false : unreadable;
  },
  write: (value) => (value ? yes : no).flatMap((flag) => [flag, flag.toLowerCase()]),
};
