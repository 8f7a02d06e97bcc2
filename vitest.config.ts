import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";

/** The scripts of package.json name the folders of each suite. */
export default defineConfig({
  // Vite would give our files graphql's ES modules, while packages get the CommonJS ones as Node does: two realms.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") }] },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    pool: "forks",
    // Much of what tests do is wait for servers: left alone, Vitest keeps one core of two for itself.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
