import { createRequire } from "node:module";

interface Recogniser {
  removeErrorListeners(): void;
  addErrorListener(listener: object): void;
}

type Lexer = new (source: unknown) => Recogniser;
type Parser<Rule extends string> = new (tokens: unknown) => Recogniser & Record<Rule, () => unknown>;

interface Grammars {
  readonly CaseChangingStream: new (stream: unknown, upper: boolean) => unknown;
  readonly PlSqlLexer: Lexer;
  readonly PlSQLGrammar: { readonly PlSqlParser: Parser<"sql_script"> };
  readonly TSqlLexer: Lexer;
  readonly TSQLGrammar: { readonly TSqlParser: Parser<"tsql_file"> };
}

interface Runtime {
  readonly CommonTokenStream: new (lexer: Recogniser) => unknown;
  readonly CharStreams: { fromString(text: string): unknown };
}

// Published for `require` alone.
const require = createRequire(import.meta.url);
const { CommonTokenStream, CharStreams } = require("antlr4ts") as Runtime;
const grammars = require("antlr4ts-sql") as Grammars;

/** What ANTLR's published grammar of Oracle's SQL and PL/SQL has against a statement. */
export function oracleFaults(statement: string): readonly string[] {
  return faultsOf(statement, grammars.PlSqlLexer, grammars.PlSQLGrammar.PlSqlParser, "sql_script");
}

/** What ANTLR's published grammar of T-SQL has against a statement. */
export function tsqlFaults(statement: string): readonly string[] {
  return faultsOf(statement, grammars.TSqlLexer, grammars.TSQLGrammar.TSqlParser, "tsql_file");
}

/**
 * What is left to parse of a statement: two rows for however many rows of keys it has, two values for however long its
 * lists are, one quoted name for all, and of equal items of a list that follow each other the first.
 */
export function shapeOf(statement: string): string {
  return statement
    .replace(/(\(@p\d+(?:, @p\d+)*\), \(@p\d+(?:, @p\d+)*\))(?:, \(@p\d+(?:, @p\d+)*\))+/g, "$1")
    .replace(/( UNION ALL SELECT (?:(?!UNION).)+? FROM DUAL)(?: UNION ALL SELECT (?:(?!UNION).)+? FROM DUAL)+/g, "$1")
    .replace(/ IN \(([^()]+?, [^(),]+)(?:, [^(),]+)+\)/g, " IN ($1)")
    .replace(/@p\d+/g, "@p0")
    .replace(/:\d+/g, ":1")
    .replace(/"[^"]+"/g, '"N"')
    .replace(/\[[^\]]+\]/g, "[N]")
    .replace(/\b([a-z])\d+\b/g, "$10")
    .replace(/(, [^,()]+)\1+(?=,| FROM)/g, "$1");
}

function faultsOf<Rule extends string>(
  text: string,
  Lexer: Lexer,
  Grammar: Parser<Rule>,
  rule: Rule,
): readonly string[] {
  const faults: string[] = [];
  const listener = {
    syntaxError(_recogniser: unknown, _symbol: unknown, _line: number, column: number, message: string) {
      faults.push(`${text.slice(Math.max(0, column - 30), column + 30)}: ${message.slice(0, 80)}`);
    },
  };
  const lexer = new Lexer(new grammars.CaseChangingStream(CharStreams.fromString(text), true));
  const parser = new Grammar(new CommonTokenStream(lexer));
  for (const recogniser of [lexer, parser]) {
    recogniser.removeErrorListeners();
    recogniser.addErrorListener(listener);
  }
  parser[rule]();
  return faults;
}
