import { existsSync, readFileSync } from "node:fs";

/** The version in package.json, which lies beside `gateway/` in the clone and one folder higher in `dist/`. */
export const version: string = readVersion();

function readVersion(): string {
  const places = ["../../package.json", "../../../package.json"].map((place) => new URL(place, import.meta.url));
  const found = places.find((place) => existsSync(place));
  if (!found) return "unknown";
  const content: unknown = JSON.parse(readFileSync(found, "utf8"));
  return typeof content === "object" && content !== null && "version" in content ? String(content.version) : "unknown";
}
