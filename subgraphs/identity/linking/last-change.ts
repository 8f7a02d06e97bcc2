import type { PersonFeedDescription } from "../../../shared/department/person-feed.ts";

/**
 * How far behind the last change that was seen changes are read again, in milliseconds. A change is stamped before it is
 * committed: ten minutes are more than a transaction lasts at work. The hour is that in which local clocks, set back,
 * show times a second time that are read as those of the first.
 */
export const overlap = 70 * 60_000;

const day = 86_400_000;

/**
 * When the record of a department changed that changed last. Times that are still to come do not count: one placeholder
 * (9999-12-31) would hide every change from then on. They are told from the others by the clock of this machine, which
 * only puts off what a department's clock that is ahead has stamped; compared as instants, because offsets differ in
 * summer and winter.
 */
export class LastChange {
  /** RFC 3339, or a date where the department tells no more. */
  latest: string | undefined;
  /** Records whose time of change lies further ahead than clocks differ. */
  ahead = 0;
  private readonly until: number;
  private instant = Number.NEGATIVE_INFINITY;

  /** `until`: when the reading began, in milliseconds since 1970. */
  constructor(until: number, latest?: string) {
    this.until = until;
    this.add(latest);
    this.ahead = 0;
  }

  add(changed: string | undefined): void {
    if (changed === undefined) return;
    const instant = Date.parse(changed);
    if (instant > this.until + (isDate(changed) ? day : overlap)) this.ahead += 1;
    if (!(instant <= this.until) || instant <= this.instant) return;
    this.latest = changed;
    this.instant = instant;
  }

  /** Whether a record says that it changed after the reading began. */
  isToCome(changed: string | undefined): boolean {
    return changed !== undefined && !(Date.parse(changed) <= this.until);
  }
}

/** What those who run over everything should know of times that are still to come, in whole sentences. */
export function notesOnChanges(
  departments: readonly Pick<PersonFeedDescription, "department" | "name">[],
  changes: ReadonlyMap<string, LastChange>,
): readonly string[] {
  return departments.flatMap(({ department, name }) => {
    const ahead = changes.get(department)?.ahead ?? 0;
    const records = `${ahead.toLocaleString("en")} ${ahead === 1 ? "record has" : "records have"}`;
    return ahead === 0 ? [] : [`${name}: ${records} a time of change in the future, which is not gone by.`];
  });
}

/** From where changes are read so that none is missed which was stamped before this one, and committed later. */
export function beforeChange(changed: string): string {
  const instant = Date.parse(changed);
  return isDate(changed) ? instantText(instant - day).slice(0, changed.length) : instantText(instant - overlap);
}

/** From where changes are read when none is to come that is stamped as this one is; a day is never over everywhere. */
export function behindChange(changed: string): string {
  return isDate(changed) ? changed : instantText(Date.parse(changed) + 1000);
}

export function earlierChange(one: string, other: string): string {
  return Date.parse(one) < Date.parse(other) ? one : other;
}

function isDate(changed: string): boolean {
  return changed.length === "2026-01-01".length;
}

/** To the second, which is all that some engines compare by. */
function instantText(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
