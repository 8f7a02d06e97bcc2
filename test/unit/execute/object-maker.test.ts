import { describe, expect, it } from "vitest";
import { objectMaker } from "../../../shared/object-maker.ts";

const asItIs = (value: unknown) => value;

describe("a maker of objects", () => {
  it("gives each property what is read of the source, or of one property of it, in order", () => {
    const make = objectMaker<{ a: number; b: number }, { factor: number }>([
      { key: "sum", read: ({ a, b }: { a: number; b: number }) => a + b },
      { key: "product", from: "b", read: (b: number, { factor }) => b * factor },
    ]);
    const made = make({ a: 1, b: 2 }, { factor: 5 });
    expect(made).toEqual({ sum: 3, product: 10 });
    expect(Object.keys(made)).toEqual(["sum", "product"]);
  });

  it("ends at the first value that is the stop", () => {
    const stop = Symbol("stop");
    const read: string[] = [];
    const make = objectMaker<Record<string, unknown>, undefined, typeof stop>(
      ["a", "b", "c"].map((key) => ({
        key,
        from: key,
        read(value: unknown) {
          read.push(key);
          return value;
        },
      })),
      stop,
    );
    expect(make({ a: 1, b: stop, c: 3 }, undefined)).toBe(stop);
    expect(read).toEqual(["a", "b"]);
    expect(make({ a: 1, b: undefined, c: 3 }, undefined)).toEqual({ a: 1, b: undefined, c: 3 });
  });

  it("takes `__proto__` and text that looks like code for keys like any other", () => {
    const keys = ["__proto__", "constructor", '"]: 0 }; throw new Error(source); //', "a\\", "\u2028"];
    const make = objectMaker<unknown, undefined>(keys.map((key) => ({ key, read: () => key })));
    const made = make({}, undefined);
    expect(Object.getOwnPropertyNames(made)).toEqual(keys);
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    const read = objectMaker<Record<string, unknown>, undefined>(
      keys.slice(2).map((from) => ({ key: from, from, read: asItIs })),
    );
    expect(Object.values(read(made, undefined))).toEqual(keys.slice(2));
  });
});
