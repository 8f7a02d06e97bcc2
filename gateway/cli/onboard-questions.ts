import { confirm, password } from "@inquirer/prompts";

/** Where a person reads questions and answers them. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** That of this process; undefined where nobody sits at it. */
export function ownTerminal(): Terminal | undefined {
  const { stdin, stdout } = process;
  return stdin.isTTY && stdout.isTTY ? { input: stdin, output: stdout } : undefined;
}

/** The URL can hold a password: it is not shown. */
export function askForUrl(terminal: Terminal): Promise<string> {
  return password({ message: "URL of the database (not shown)", mask: "*", validate: isGiven }, terminal);
}

export function askToWrite(file: string, terminal: Terminal): Promise<boolean> {
  return confirm({ message: `Write ${file}?`, default: true }, terminal);
}

/** Ctrl-C at a question. */
export function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.name === "ExitPromptError";
}

function isGiven(text: string): true | string {
  return text.trim() !== "" || "Paste the URL, or end with Ctrl-C.";
}
