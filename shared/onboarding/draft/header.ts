import type { Engine } from "../../department/model.ts";
import { directive, directiveText, symbol } from "./sdl.ts";

/** What a draft says besides what was found in the database. */
export interface DraftHeader {
  readonly id: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly engine: Engine;
  /** Name of the environment variable that will hold the URL. */
  readonly urlVariable: string;
  readonly timeZone: string;
  readonly encoding?: string;
}

export function schemaText({ id, name, jurisdiction, engine, urlVariable, timeZone, encoding }: DraftHeader): string {
  const department = [
    `    id: ${JSON.stringify(id)}`,
    `    name: ${JSON.stringify(name)}`,
    `    jurisdiction: ${JSON.stringify(jurisdiction)}`,
    "    lawfulBasis: PUBLIC_TASK",
    `    purposes: [${JSON.stringify(id)}]`,
  ].join("\n");
  const source = directive("source", { engine: symbol(engine), url: urlVariable, timeZone, encoding });
  return `extend schema\n  @department(\n${department}\n  )\n  ${directiveText(source, "  ")}`;
}
