import { mkdirSync } from "node:fs";
import { parse } from "node:path";
import { expect, it, vi } from "vitest";
import { makeFolder } from "../../shared/make-folder.ts";

vi.mock("node:fs", () => ({
  existsSync: () => false,
  mkdirSync: vi.fn((path: string) => {
    throw Object.assign(new Error(`ENOENT: ${path}`), { code: "ENOENT" });
  }),
}));

it("ends with the system's error at a root that is not there, such as a drive of Windows", () => {
  const { root } = parse(process.cwd());
  expect(() => makeFolder(`${root}city/data`)).toThrow(`ENOENT: ${root}`);
  expect(mkdirSync).toHaveBeenCalledExactlyOnceWith(root);
});
