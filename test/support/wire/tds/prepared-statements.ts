import { EngineError } from "../backend/engine-error.ts";
import type { BoundValue } from "../backend/results.ts";
import type { RpcParameter, RpcRequest } from "./parameters.ts";

/** What a call asks to run; `handle` is returned to the caller. */
export interface ResolvedCall {
  readonly sql: string | undefined;
  readonly binds: ReadonlyMap<string, BoundValue>;
  readonly handle: number | undefined;
}

/** sp_executesql, sp_prepare and their kin, for one session. */
export class PreparedStatements {
  private readonly byHandle = new Map<number, { readonly sql: string; readonly names: readonly string[] }>();
  private lastHandle = 0;

  /** @throws EngineError for procedures and handles that do not exist */
  resolve({ procedure, parameters }: RpcRequest): ResolvedCall {
    const [first, second, third, ...rest] = parameters;
    switch (procedure) {
      case "sp_executesql":
        return { sql: textOf(first), binds: bind(declaredNames(second), parameters.slice(2)), handle: undefined };
      case "sp_prepare":
        return { sql: undefined, binds: new Map(), handle: this.keep(textOf(third), declaredNames(second)) };
      case "sp_prepexec": {
        const handle = this.keep(textOf(third), declaredNames(second));
        return { sql: textOf(third), binds: bind(declaredNames(second), rest), handle };
      }
      case "sp_execute": {
        const statement = this.byHandle.get(Number(first?.value));
        if (!statement)
          throw new EngineError(8179, `Could not find prepared statement with handle ${first?.value}.`, { state: 2 });
        return { sql: statement.sql, binds: bind(statement.names, parameters.slice(1)), handle: undefined };
      }
      case "sp_unprepare":
        this.byHandle.delete(Number(first?.value));
        return { sql: undefined, binds: new Map(), handle: undefined };
      case "sp_reset_connection":
        return { sql: undefined, binds: new Map(), handle: undefined };
      default:
        throw missingProcedure(procedure);
    }
  }

  private keep(sql: string, names: readonly string[]): number {
    this.byHandle.set(++this.lastHandle, { sql, names });
    return this.lastHandle;
  }
}

export function missingProcedure(name: string): EngineError {
  return new EngineError(2812, `Could not find stored procedure '${name}'.`, { state: 62 });
}

function textOf(parameter: RpcParameter | undefined): string {
  return String(parameter?.value ?? "");
}

/** `@p0 nvarchar(4000), @p1 int` */
function declaredNames(parameter: RpcParameter | undefined): string[] {
  return [...textOf(parameter).matchAll(/@([\w$#]+)\s+\w/g)].map((match) => match[1] as string);
}

function bind(names: readonly string[], parameters: readonly RpcParameter[]): Map<string, BoundValue> {
  return new Map(parameters.map((parameter, at) => [parameter.name || (names[at] ?? String(at)), parameter]));
}
