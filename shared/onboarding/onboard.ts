import type { DepartmentModel } from "../department/model.ts";
import { faultText } from "../department/parse/fault.ts";
import { isTimeZone } from "../department/parse/header.ts";
import { parseDepartment } from "../department/parse/parse.ts";
import { CivigraphError } from "../errors.ts";
import type { FormatContext } from "../sql/formats/format.ts";
import { decisionsOf } from "./draft/decisions.ts";
import type { DraftHeader } from "./draft/header.ts";
import { namesFor, type TakenNames } from "./draft/names.ts";
import { planDraft } from "./draft/plan.ts";
import { draftFields, writeSdl } from "./draft/write.ts";
import { type Recognition, recognise } from "./recognise/recognise.ts";
import { statementMs } from "./sampling.ts";
import { readSource } from "./source.ts";
import { survey } from "./survey.ts";

export interface OnboardOptions {
  /** Kebab-case id of the new department. */
  readonly id: string;
  readonly url: string;
  /** What people call it; made from the id without one. */
  readonly name?: string;
  readonly jurisdiction: string;
  readonly timeZone: string;
  /** What other departments of the city have. */
  readonly taken: TakenNames;
  /** Schemas to look at (Oracle: owners; MySQL and MariaDB: databases); without any, those of the account itself. */
  readonly schemas?: readonly string[];
  /** Given names that are known, in small letters without accents: they tell in which order names are written. */
  readonly givenNames?: ReadonlySet<string>;
  readonly onTable?: (done: number, all: number) => void;
}

export interface Onboarding {
  /** The draft, whole, as it would be written: mapping, and decisions as comments. */
  readonly text: string;
  readonly model: DepartmentModel;
  readonly recognition: Recognition;
  /** What a human must decide. */
  readonly decisions: readonly string[];
  readonly urlVariable: string;
}

/**
 * Looks at a live database, only reading, and drafts the mapping of a department that keeps its records there.
 *
 * @throws CivigraphError CONFIGURATION_INVALID that says what to do where that cannot be done.
 */
export async function onboard(options: OnboardOptions): Promise<Onboarding> {
  checkId(options.id);
  checkTimeZone(options.timeZone);
  const source = readSource(options.url);
  const connection = source.dialect.connect(source.url, {
    department: options.id,
    schemas: [],
    timeoutMs: statementMs,
  });
  try {
    const seen = await survey(source, connection, options.schemas, options.onTable);
    const context: FormatContext = { timeZone: options.timeZone, today: new Date().toISOString().slice(0, 10) };
    const recognition = await recognise(seen, source.dialect, context, options.givenNames);
    const isBytes = seen.tables.some(({ columns }) => columns.some(({ profile }) => profile.isBytes));
    const header: DraftHeader = {
      id: options.id,
      name: options.name ?? titleOf(options.id),
      jurisdiction: options.jurisdiction,
      engine: source.engine,
      urlVariable: `${options.id.toUpperCase().replaceAll("-", "_")}_DATABASE_URL`,
      timeZone: options.timeZone,
      ...(isBytes ? { encoding: "latin1" } : {}),
    };
    return draft(header, recognition, options.taken);
  } finally {
    await connection.close();
  }
}

/** Names what is wrong with an id before anything is connected to. */
export function checkId(id: string): void {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) return;
  const suggestion = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `Expected a name of small letters, digits and single dashes such as \`social-services\`, but found \`${id}\`.${
      suggestion ? ` \`${suggestion}\` would do.` : ""
    }`,
  });
}

function checkTimeZone(timeZone: string): void {
  if (isTimeZone(timeZone)) return;
  throw new CivigraphError("CONFIGURATION_INVALID", {
    detail: `Expected an IANA time zone such as \`Europe/Tallinn\`, but found \`${timeZone}\`.`,
  });
}

function draft(header: DraftHeader, recognition: Recognition, taken: TakenNames): Onboarding {
  const names = namesFor(header.id.split("-"), taken);
  const plan = planDraft(recognition, names);
  if (plan.tables.length === 0 && plan.persons.length === 0) {
    throw new CivigraphError("CONFIGURATION_INVALID", {
      detail:
        "No table has a key, so that no row could be told from another. Offer views with a unique column, or add keys.",
    });
  }
  const fields = draftFields(plan, names, header.id);
  const sdl = writeSdl(header, plan, fields, names);
  const decisions = decisionsOf(header, plan, fields);
  const text = `${sdl}\n# What a human must decide:\n${decisions.map((each) => `# - ${each.replace(/\s+/g, " ")}`).join("\n")}\n`;
  const { model, faults } = parseDepartment(text, "department.graphql");
  if (!model) {
    throw new CivigraphError("DEPARTMENT_FILE_INVALID", {
      detail: ["The draft has faults, so that nothing was written. Please report them:", ...faults.map(faultText)].join(
        "\n",
      ),
    });
  }
  return { text, model, recognition, decisions, urlVariable: header.urlVariable };
}

/** `social-services` is `Social Services`. */
function titleOf(id: string): string {
  return id
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}
