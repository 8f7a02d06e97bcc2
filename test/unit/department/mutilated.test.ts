import { readFileSync } from "node:fs";
import { Lexer, Source, TokenKind } from "graphql";
import { expect, it } from "vitest";
import { parseDepartment } from "../../../shared/department/parse/parse.ts";

it.each([
  "social-services.graphql",
  "permits.graphql",
])("answers with a model or with faults, never both, whatever word %s lacks or repeats", (file) => {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  for (const { start, end } of wordsOf(text)) {
    for (const broken of [text.slice(0, start) + text.slice(end), `${text.slice(0, end)} ${text.slice(start)}`]) {
      const { model, faults } = parseDepartment(broken, file);
      expect(model === undefined, broken).toBe(faults.length > 0);
      for (const { place } of faults) expect(place.line).toBeLessThanOrEqual(broken.split("\n").length);
    }
  }
}, 60_000);

it.each([
  "social-services.graphql",
  "permits.graphql",
])("says what is wrong when whole lines of %s are gone or exchanged", (file) => {
  const lines = readFileSync(new URL(file, import.meta.url), "utf8").split("\n");
  for (let index = 0; index + 1 < lines.length; index++) {
    const [one = "", other = ""] = [lines[index], lines[index + 1]];
    for (const replacement of [[], [other, one], [one, one, other]]) {
      const broken = lines.toSpliced(index, 2, ...replacement).join("\n");
      const { model, faults } = parseDepartment(broken, file);
      expect(model === undefined, broken).toBe(faults.length > 0);
    }
  }
}, 60_000);

function wordsOf(text: string): readonly { start: number; end: number }[] {
  const lexer = new Lexer(new Source(text));
  const words: { start: number; end: number }[] = [];
  while (lexer.advance().kind !== TokenKind.EOF) words.push({ start: lexer.token.start, end: lexer.token.end });
  return words;
}
