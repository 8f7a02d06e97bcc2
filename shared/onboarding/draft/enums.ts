import type { CodeList } from "../recognise/code-lists.ts";
import { nounOf } from "../recognise/keys.ts";
import { enumValueName } from "./names.ts";
import { directive, type SdlEnum } from "./sdl.ts";

/** A table of codes names its enum, unless it is called `kinds` or `status` like many; lists of one table do not. */
export function wordsOfList({ table, list }: CodeList, prefix: string | undefined): readonly string[] | undefined {
  if (list !== undefined) return undefined;
  const words = nounOf(table.table, prefix).filter((word) => !/^(?:code|list|lookup|reference)$/.test(word));
  const [only = ""] = words;
  return words.length === 0 || (words.length === 1 && /^(?:kind|status|state|type|value|reason|row)$/.test(only))
    ? undefined
    : words;
}

export function enumOf(name: string, codes: readonly string[], meanings: ReadonlyMap<string, string>): SdlEnum {
  const byName = new Map<string, string[]>();
  for (const code of codes) {
    if (!/[\p{L}\p{N}]/u.test(code)) continue;
    const meaning = meanings.get(code);
    const value = enumValueName(meaning ? meaning : `CODE_${code}`);
    const unique = value === "UNRECOGNISED" ? "UNRECOGNISED_CODE" : value;
    byName.set(unique, [...(byName.get(unique) ?? []), code]);
  }
  const values = [...byName].map(([value, is]) => ({ name: value, directive: directive("code", { is }) }));
  return { name, values: [...values, { name: "UNRECOGNISED", directive: directive("code", { other: true }) }] };
}

/** `A actual, E estimated` or `1=open; 2=closed` */
export function meaningsInComment(comment: string | undefined): ReadonlyMap<string, string> {
  const meanings = new Map<string, string>();
  for (const part of comment?.split(/[,;]/) ?? []) {
    const [, code, meaning] = /^\s*([A-Z0-9]{1,4})\s*(?:[=:-]\s*|\s)([a-z][\w -]{2,40})\s*$/i.exec(part) ?? [];
    if (code !== undefined && meaning !== undefined && code === code.toUpperCase()) meanings.set(code, meaning);
  }
  return meanings.size > 1 ? meanings : new Map();
}
