import { userInfo } from "node:os";

/** Who runs the command: `--by`, else the operating system's user. */
export function actorOf(by: string | undefined): string {
  if (by !== undefined && by.trim() !== "") return by.trim();
  try {
    return userInfo().username;
  } catch {
    // A container can run as a number that has no name.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
