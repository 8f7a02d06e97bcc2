import { GraphQLError } from "graphql";
import { type DestinationStream, destination, type Logger, pino } from "pino";

/** Bytes and milliseconds that lines wait, so that a line is not a system call; what is left is written at the end. */
const gathered = { minLength: 4096, periodicFlush: 250 };

/** Keys under which personal data would travel, should it be handed to the log by mistake. */
const censored = ["variables", "query", "body", "headers"];

/** The log of a process: JSON lines on standard output that name classes, codes, routes and ids only. */
export function createLogger(
  level: string,
  stream: DestinationStream = destination({ dest: 1, sync: false, ...gathered }),
): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: censored, censor: "-" },
      serializers: { err: faultOf, req: () => undefined, res: () => undefined },
    },
    stream,
  );
}

/** What a log may say of an error: its class, code and the place in our code, never its message. */
export function faultOf(error: unknown): Readonly<Record<string, string>> {
  const cause = causeOf(error);
  if (!(cause instanceof Error)) return { class: typeof cause };
  const code = (cause as { code?: unknown }).code;
  const at = cause.stack?.split("\n").find((line) => /^\s+at /.test(line) && !line.includes("node_modules"));
  return {
    class: cause.name,
    ...(typeof code === "string" ? { code } : {}),
    ...(at ? { at: at.trim().replace(/\(?file:\/\/.*\/(gateway|subgraphs|shared)\//, "($1/") } : {}),
  };
}

function causeOf(error: unknown): unknown {
  if (error instanceof GraphQLError && error.originalError) return causeOf(error.originalError);
  return error instanceof Error && error.cause !== undefined ? causeOf(error.cause) : error;
}
