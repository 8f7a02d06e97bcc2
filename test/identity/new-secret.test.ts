import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { identityKeys } from "../../subgraphs/identity/keys.ts";
import { entity, keyedCity, keyedRefs, keyedValues } from "./support/keyed-city.ts";
import { steward } from "./support/steward.ts";
import { storeKinds, type TestStore, testKeys } from "./support/stores.ts";

const context = { requestId: "test", audience: "city" };
const secretOf = (round: number) => Buffer.alloc(32, 100 + round);

for (const kind of await storeKinds()) {
  describe(`a new secret on ${kind.name}`, { timeout: 60_000 }, () => {
    const opened: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of opened.splice(0).reverse()) await close();
    });
    const city = () => keyedCity(kind, opened);
    type City = Awaited<ReturnType<typeof city>>;
    const replace = { actor: "Data protection", newSecret: { secret: secretOf(1), reason: "It was in a mail" } };
    const links = ({ store }: TestStore) =>
      store.write((transaction) => transaction("link").select("id", "department", "status").orderBy("id"));
    const idsOf = async ({ taxes }: City, identity: City["identity"]) =>
      Promise.all(taxes.feed.records.map(async ({ key }) => (await entity(identity, `taxes:${key}`))?.id));

    it("leaves every id as it was, and finds the same people, also when it is not the last", async () => {
      const all = await city();
      const { test, open, registry, centre } = all;
      const phone = centre.feed.records[3]?.key ?? "";
      const [ids, citizen, linked] = [
        await idsOf(all, all.identity),
        await entity(all.identity, `contact-centre:${phone}`),
        await links(test),
      ];
      expect(new Set(ids).size).toBeGreaterThan(20);
      expect(citizen).toMatchObject({ id: expect.any(String), contactCentreKeys: [phone] });
      let { identity } = all;
      for (let round = 1; round <= 3; round += 1) {
        const newSecret = { secret: secretOf(round), reason: "Someone left" };
        const summary = await identity.link({ newSecret });
        expect(summary).toMatchObject({ links: { added: 0, moved: 0, removed: 0 }, refs: { created: 0, retired: 0 } });
        await identity.close();
        identity = await open({ registry, secret: secretOf(round) });
        // Keys that come after it are of the new one, too.
        if (round === 2) await identity.link({ rotateKeys: true });
        expect(await idsOf(all, identity)).toEqual(ids);
        expect(await entity(identity, `contact-centre:${phone}`)).toEqual(citizen);
        for (const id of new Set(ids)) {
          const query = "query ($id: ID!) { citizen(id: $id) { id history { reason } } }";
          expect(await identity.execute({ query, variables: { id }, context })).toMatchObject({
            data: { citizen: { id } },
          });
        }
        expect((await identity.follow()).map(({ records }) => records)).toEqual([0, 0, 0]);
        expect(await links(test)).toEqual(linked);
      }
    });

    it("leaves nothing in the store that was computed under the old secret", async () => {
      const { test, identity } = await city();
      const before = await keyedValues(test, keyedRefs);
      // Of settings, what says nothing: versions, departments, the model.
      const plain = new Set(["personal departments", "linked apart", "model", "frequencies"]);
      const told = await test.store.write((transaction) => transaction("setting").select("name", "value"));
      const kept = new Set(
        told.filter(({ name, value }) => plain.has(name) || /^\d+$/.test(value)).map(({ value }) => value),
      );
      await identity.link(replace);
      const after = await keyedValues(test, keyedRefs);
      expect([...after].filter((value) => before.has(value) && !kept.has(value))).toEqual([]);
      expect(after.size).toBeGreaterThan(100);
      if (!("file" in test.location)) return;
      const { file } = test.location;
      const bytes = readFileSync(file, "latin1") + readFileSync(`${file}-wal`, "latin1");
      expect([...before].filter((value) => value.length > 10 && !kept.has(value) && bytes.includes(value))).toEqual([]);
    });

    it("is that of departments that are retired or left out, too, which come back as they were", async () => {
      const all = await city();
      const { test, identity, open, centre, taxes, registry } = all;
      const [before, linked, ids] = [await keyedValues(test), await links(test), await idsOf(all, identity)];
      await identity.close();
      const without = await open({ registry: [centre, taxes], retired: ["library"] });
      await without.link(replace);
      expect([...(await keyedValues(test))].filter((value) => before.has(value))).toEqual([]);
      await without.close();
      const again = await open({ registry, secret: secretOf(1) });
      expect(await again.link()).toMatchObject({ links: { added: 0, moved: 0, removed: 0 } });
      expect(await links(test)).toEqual(linked);
      expect(await idsOf(all, again)).toEqual(ids);
    });

    it("opens with the new secret alone, which says who replaced the old one and why", async () => {
      const { test, identity, open, registry } = await city();
      await identity.link(replace);
      await expect(open({ registry })).rejects.toThrow("filled under another secret");
      const settings = await test.store.write((transaction) => transaction("setting").pluck("value"));
      const reasons: readonly { actor: string; reason: string }[] = await test.store.write((transaction) =>
        transaction("assertion").select("actor", "reason").whereNotNull("reason").orderBy("id"),
      );
      const keys = identityKeys(secretOf(1));
      for (const text of [...settings, ...reasons.map(({ reason }) => reason)]) {
        for (const use of ["reasons", "earlier secrets", "personal local keys"] as const) {
          expect(() => testKeys.open(text, use)).toThrow();
        }
      }
      expect(reasons.map(({ actor, reason }) => [actor, keys.open(reason, "reasons")])).toEqual([
        ["steward", "The neighbour said so"],
        ["Data protection", "It was in a mail"],
      ]);
    });

    it("is not asked of anybody who has looked at the store before: they answer and write no more", async () => {
      const { test, identity, open, registry, taxes } = await city();
      const told: string[] = [];
      const other = await open({ registry, log: (event) => told.push(event) });
      expect(await other.health()).toBe("UP");
      await identity.link(replace);
      const before = await keyedValues(test, keyedRefs);
      taxes.feed.records[0] = { ...taxes.feed.records[0], key: "t0", familyName: "Renamed" };
      await expect(other.link()).rejects.toThrow("The secret of the identity store was replaced");
      await other.follow();
      expect(await keyedValues(test, keyedRefs)).toEqual(before);
      await expect
        .poll(() => other.execute({ query: "{ citizens(first: 1) { nodes { id } } }", context }), { timeout: 5_000 })
        .toMatchObject({ data: null, errors: [{ extensions: { code: "SUBGRAPH_UNAVAILABLE" } }] });
      expect(await other.health()).toBe("DOWN");
      expect(told.filter((event) => event.includes("was replaced"))).toHaveLength(1);
    });

    it("is the old one still when it is interrupted at any place", async () => {
      const all = await city();
      const { test, identity, open, registry } = all;
      const [dump, ids] = [await test.dump(), await idsOf(all, identity)];
      for (const phase of ["read", "compare", "write"] as const) {
        const controller = new AbortController();
        const linking = identity.link({
          ...replace,
          signal: controller.signal,
          onProgress: (progress) => {
            if (progress.phase === phase) controller.abort();
          },
        });
        await expect(linking).rejects.toMatchObject({ name: "AbortError" });
        expect(await test.dump()).toBe(dump);
      }
      all.centre.feed.down = true;
      await expect(identity.link(replace)).rejects.toMatchObject({ code: "DEPARTMENT_UNAVAILABLE" });
      expect(await test.dump()).toBe(dump);
      expect(await idsOf(all, await open({ registry }))).toEqual(ids);
    });

    if (kind.name === "PostgreSQL") {
      it("is in use although the files cannot be rewritten, which is told, and done by the next run", async () => {
        const { test, identity, open, registry } = await city();
        const sql = (text: string) => test.store.write((transaction) => transaction.raw(text));
        await sql(`create function unwritable(id integer) returns integer immutable language plpgsql as $$
          begin if current_query() like 'vacuum%' then raise exception 'the disk is full'; end if; return id; end $$`);
        await sql("create index unwritable on assertion (unwritable(id))");
        expect((await identity.link(replace)).notes.at(-1)).toContain("could not be rewritten (P0001)");
        expect(await test.store.setting("compaction asked")).not.toBeNull();
        await sql("drop index unwritable");
        const after = await open({ registry, secret: secretOf(1) });
        expect((await after.link()).notes.join()).not.toContain("could not be rewritten");
        expect(await test.store.setting("compaction asked")).toBeNull();
      });
    }

    it("leads ids that ended before to the same people, and takes decisions back that were made before", async () => {
      const all = await city();
      const { identity, open, registry } = all;
      const before = steward(identity);
      const [one, two] = [await before.idOf("taxes:t20"), await before.idOf("taxes:t21")];
      const { data } = await before.merge(one, two);
      const [kept] = data.mergeCitizens.citizens.map(({ id }: { id: string }) => id);
      await identity.link(replace);
      const after = steward(await open({ registry, secret: secretOf(1) }));
      for (const id of [one, two]) expect(await after.citizenOf(id)).toMatchObject({ id: kept });
      const query = "query ($id: ID!) { citizen(id: $id) { history { decision } } }";
      const { citizen } = (await after.ask(query, { id: kept })).data;
      const [decision] = citizen.history.flatMap((event: { decision: string | null }) => event.decision ?? []);
      expect((await after.undo(decision)).errors).toBeUndefined();
      const now = [await after.idOf("taxes:t20"), await after.idOf("taxes:t21")];
      expect(new Set(now).size).toBe(2);
      expect(now).toContain(kept);
      expect([(await after.citizenOf(one))?.id, (await after.citizenOf(two))?.id]).toEqual(now);
    });
  });
}
