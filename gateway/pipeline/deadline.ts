import { CivigraphError } from "../../shared/errors.ts";

/** What running work has, after its signal, to answer with what it got. */
const graceMs = 500;

/**
 * Aborts `abort` after `timeoutMs`. Work that heeds its signal then answers with what it has; work that does not is
 * given up with `REQUEST_TIMEOUT`.
 */
export async function withDeadline<Answer>(
  timeoutMs: number,
  abort: AbortController,
  work: () => Promise<Answer>,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      abort.abort();
      timer = setTimeout(() => reject(new CivigraphError("REQUEST_TIMEOUT")), graceMs);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(), givenUp]);
  } finally {
    clearTimeout(timer);
  }
}
