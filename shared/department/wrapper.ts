import { CivigraphError } from "../errors.ts";
import { createCursors } from "../sql/cursor.ts";
import type { Dialect, ReadConnection } from "../sql/dialect.ts";
import { safeErrors } from "../transport/safe-errors.ts";
import type { Grants, Subgraph } from "../transport/subgraph.ts";
import { createOperations } from "./execute/operations.ts";
import { createSource, type Log, type OnStatement, schemasOf, tablesOf } from "./execute/source.ts";
import { createPersonFeed } from "./feed/feed.ts";
import type { DepartmentResolvers } from "./load.ts";
import type { DepartmentModel } from "./model.ts";
import type { PersonFeed } from "./person-feed.ts";

export interface WrapperOptions {
  readonly model: DepartmentModel;
  /** Of the department's resolvers.ts, where it has one. */
  readonly resolvers?: DepartmentResolvers;
  /** Of the department's database; its scheme chooses the dialect. */
  readonly url: string;
  readonly dialects: readonly Dialect[];
  /** What identity decides about rows that were not reached through a citizen's keys. */
  readonly grants: Grants;
  /** Processes that share it take each other's cursors. */
  readonly cursorSecret?: string;
  /** Longest that a statement may run: 10 s by default. */
  readonly statementTimeoutMs?: number;
  /** Told the class names of errors that clients see only as internal ones. */
  readonly log?: Log;
  /** Told the text of each statement that is run, for tests and benches. */
  readonly onStatement?: OnStatement;
}

/** A department's database as a subgraph, and as a feed of persons for identity. */
export interface Wrapper extends Subgraph {
  readonly model: DepartmentModel;
  readonly feed: PersonFeed;
  readonly connection: ReadConnection;
}

/**
 * Wraps a department's database. Nothing is opened before the first question, so a department that is down stops
 * nobody's start.
 *
 * @throws CivigraphError CONFIGURATION_INVALID for a URL whose scheme no dialect speaks
 */
export function createWrapper(options: WrapperOptions): Wrapper {
  const { model, grants, onStatement, resolvers } = options;
  const dialect = dialectOf(options);
  const opened = dialect.connect(options.url, {
    department: model.name,
    urlVariable: model.source.urlVariable,
    schemas: schemasOf(tablesOf(model)),
    ...(options.statementTimeoutMs === undefined ? {} : { timeoutMs: options.statementTimeoutMs }),
  });
  const connection: ReadConnection = {
    ...onlyUnavailable(opened, model.name),
    reopen() {
      source.forget();
      return opened.reopen();
    },
  };
  const cursors = createCursors(options.cursorSecret);
  const source = createSource({
    model,
    dialect,
    connection,
    cursors,
    grants,
    onStatement,
    log: options.log,
    resolvers,
  });
  const operations = createOperations(source);
  const failed = { subgraph: model.id, log: options.log };

  return {
    name: model.id,
    sdl: model.sdl,
    model,
    connection,
    feed: createPersonFeed(source),
    async execute(call) {
      const { context } = call;
      const timedOut = () => {
        const error = new CivigraphError("SUBGRAPH_TIMEOUT", { department: model.name });
        return { data: null, errors: [error.toGraphQLError()] };
      };
      if (context.signal?.aborted) return timedOut();
      try {
        const result = await operations.run(call);
        if (context.signal?.aborted) return timedOut();
        return result.errors ? { ...result, errors: safeErrors(result.errors, context, failed) } : result;
      } catch (error) {
        return { data: null, errors: safeErrors([error], context, failed) };
      }
    },
    async health(signal) {
      try {
        await connection.ping(signal);
        return "UP";
      } catch {
        return "DOWN";
      }
    },
    close: () => connection.close(),
  };
}

/** Whatever a driver throws, in whatever way: the department cannot be read. */
function onlyUnavailable(connection: ReadConnection, department: string): ReadConnection {
  const fail = (cause: unknown): never => {
    if (cause instanceof CivigraphError) throw cause;
    throw new CivigraphError("DEPARTMENT_UNAVAILABLE", { department }, { cause });
  };
  const guard = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await ask();
    } catch (cause) {
      return fail(cause);
    }
  };
  return {
    // The same, for what is asked dozens of times a request.
    select(statement, parameters, options) {
      try {
        return connection.select(statement, parameters, options).catch(fail);
      } catch (cause) {
        return Promise.reject(cause).catch(fail);
      }
    },
    catalogue: (tables) => guard(() => connection.catalogue(tables)),
    ping: (signal) => guard(() => connection.ping(signal)),
    reopen: () => guard(() => connection.reopen()),
    close: () => connection.close(),
  };
}

function dialectOf({ model, url, dialects }: WrapperOptions): Dialect {
  const scheme = /^([a-z0-9+]+):/i.exec(url)?.[1]?.toLowerCase() ?? "";
  const dialect = dialects.find(({ schemes }) => schemes.includes(scheme));
  if (dialect) return dialect;
  const known = dialects.flatMap(({ schemes }) => schemes.map((each) => `${each}:`)).join(", ");
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `${model.source.urlVariable} must hold a URL that starts with one of ${known}, but starts with "${scheme}:".`,
  });
}
