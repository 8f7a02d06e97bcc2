#!/usr/bin/env node
// Runs the compiled program where there is one (the package, the image), else the sources (the clone).
import { existsSync } from "node:fs";

const compiled = new URL("./program.js", import.meta.url);
if (existsSync(compiled)) {
  await import(compiled.href);
} else {
  const { register } = await import("tsx/esm/api");
  register();
  await import("./program.ts");
}
