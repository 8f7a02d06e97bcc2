import { CivigraphError } from "../../shared/errors.ts";

/** Larger pages are asked for one after the other. */
const largestPage = 1_000;

/** The size of a page that was asked for, 0 for what is said of the list alone; @throws CivigraphError BAD_USER_INPUT. */
export function pageSize(first: number | null | undefined, byDefault = 20): number {
  const size = first === undefined ? byDefault : first;
  if (size !== null && size >= 0 && size <= largestPage) return size;
  throw new CivigraphError("BAD_USER_INPUT", {
    argument: "first",
    detail: `\`first\` must be a whole number from 0 to ${largestPage}, but got ${size}.`,
  });
}
