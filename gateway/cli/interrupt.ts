import { setMaxListeners } from "node:events";
import { remark } from "./process.ts";

/**
 * Does work that the first SIGINT or SIGTERM lets undo what it has written; a second one does not wait. What was
 * interrupted says so in these words, and ends the process with 130.
 */
export async function interruptible(words: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  // Each call that is under way listens, and there are many.
  setMaxListeners(0, controller.signal);
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    remark(`Interrupted: ${words}`);
    process.exitCode = 130;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
