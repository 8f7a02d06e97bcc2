import { afterAll, describe, expect, it } from "vitest";
import { storeKinds, type TestStore } from "./support/stores.ts";

const wanted = { links: 50, rows: 600, first: 20 };

for (const kind of await storeKinds()) {
  describe(`neighbours by tokens, on ${kind.name}`, () => {
    const opened: TestStore[] = [];
    afterAll(async () => {
      for (const test of opened) await test.remove();
    });

    /** Links of the numbers, and the tokens that each of them has; nothing is known before that is written. */
    async function storeOf(links: ReadonlyMap<number, readonly string[]>) {
      const test = await kind.open();
      opened.push(test);
      const { store } = test;
      await store.write(async (transaction) => {
        for (const [id, tokens] of links) {
          const place = { department: "schools", lookup_key: `s${id}`, ref: `ref${id}` };
          const why = { status: "AUTO_LINKED", method: "IDENTIFIER", rule: "IDENTIFIER", assertion_id: 1 };
          await transaction("link").insert({ id, ...place, ...why, content_digest: "" });
          for (const token of tokens) await transaction("token").insert({ token, link_id: id });
        }
      });
      const neighbours = (...tokens: string[]) =>
        store.write(async (_, reads) => (await reads.neighbours(tokens, wanted)).map(({ id }) => id), {
          replayable: true,
        });
      return { store, neighbours };
    }
    const links = (count: number, ...tokens: string[]): [number, string[]][] =>
      Array.from({ length: count }, (_, index) => [index + 1, tokens]);

    it("leaves out a token that very many have, the second time as the first", async () => {
      const { neighbours } = await storeOf(new Map([...links(151, "common"), [500, ["common", "rare"]]]));
      expect([await neighbours("common", "rare"), await neighbours("common", "rare")]).toEqual([[500], [500]]);
      expect([await neighbours("common"), await neighbours("rare")]).toEqual([[], [500]]);
    });

    it("remembers no token as common that only what was undone had made common", async () => {
      const { store, neighbours } = await storeOf(new Map(links(150, "common")));
      const undone = store.write(
        async (transaction, reads) => {
          await transaction("token").insert({ token: "common", link_id: 500 });
          expect(await reads.neighbours(["common"], wanted)).toEqual([]);
          throw new Error("undone");
        },
        { replayable: true },
      );
      await expect(undone).rejects.toThrow("undone");
      expect((await neighbours("common")).length).toBeGreaterThan(0);
    });

    it("counts such a token again after a run over everything", async () => {
      const { store, neighbours } = await storeOf(new Map(links(151, "common")));
      expect(await neighbours("common")).toEqual([]);
      await store.write((transaction) => transaction("token").where("link_id", ">", 2).delete());
      expect(await neighbours("common")).toEqual([1, 2]);
    });
  });
}
