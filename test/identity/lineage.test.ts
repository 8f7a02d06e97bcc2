import { afterEach, describe, expect, it } from "vitest";
import type { PersonRecord } from "../../shared/department/person-feed.ts";
import { createIdentity } from "../../subgraphs/identity/index.ts";
import { probabilisticEngine } from "../../subgraphs/identity/linking/probabilistic.ts";
import { defaultModel } from "../../subgraphs/identity/matching/index.ts";
import { townspeople } from "./matching/townspeople.ts";
import { department, type TestDepartment } from "./support/city.ts";
import { steward } from "./support/steward.ts";
import { storeKinds } from "./support/stores.ts";

const secret = Buffer.alloc(32, 7);
const people = townspeople(12);
const records = (prefix: string, of: readonly number[]): PersonRecord[] =>
  of.map((index) => ({ ...people[index], key: `${prefix}${index}` }));

for (const kind of await storeKinds()) {
  describe(`decisions in odd orders, on ${kind.name}`, { timeout: 60_000 }, () => {
    const opened: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of opened.splice(0).reverse()) await close();
    });

    /** Person 0 is known to all three, person 1 to two, the others to one. */
    async function city() {
      const test = await kind.open();
      opened.push(() => test.remove());
      const registry = [
        department("library", records("l", [0, 1])),
        department("schools", records("s", [0])),
        department("taxes", records("t", [0, 1, 2, 3, 4, 5, 6])),
      ];
      const open = async (without: readonly string[] = []) => {
        const identity = await createIdentity({
          registry: registry.filter(({ id }) => !without.includes(id)),
          retired: without,
          store: test.location,
          secret,
        });
        opened.push(() => identity.close());
        return { identity, ...steward(identity) };
      };
      return { test, registry, open };
    }

    const decided = (answer: { data: Record<string, { id: string }>; errors?: unknown }): string => {
      expect(answer.errors).toBeUndefined();
      return Object.values(answer.data)[0]?.id ?? "";
    };

    for (const order of ["as they came", "the other way round"]) {
      it(`gives every citizen its id back when merges on top of each other are undone ${order}`, async () => {
        const { identity, citizenOf, idOf, merge, undo } = await (await city()).open();
        await identity.link();
        const places = ["taxes:t2", "taxes:t3", "taxes:t0", "taxes:t4"];
        const ids = await Promise.all(places.map(idOf));
        const [a, b, c, d] = ids as [string, string, string, string];
        expect(new Set(ids).size).toBe(4);
        const decisions = [decided(await merge(a, b)), decided(await merge(a, c)), decided(await merge(c, d))];
        const whole = await idOf("taxes:t0");
        for (const id of ids) expect((await citizenOf(id))?.id).toBe(whole);
        if (order !== "as they came") decisions.reverse();
        for (const decision of decisions) {
          expect((await undo(decision)).errors).toBeUndefined();
          // Whatever is together or apart meanwhile, an id leads to where its own record is.
          for (const [index, place] of places.entries()) {
            expect((await citizenOf(ids[index] ?? ""))?.id, place).toBe(await idOf(place));
          }
        }
        expect(await Promise.all(places.map(idOf))).toEqual(ids);
        expect(await identity.link()).toMatchObject({ links: { moved: 0 }, refs: { created: 0, retired: 0 } });
        expect(await Promise.all(places.map(idOf))).toEqual(ids);
      });
    }

    for (const how of ["at once", "in a run over everything"]) {
      it(`leads an old id to where its records went when a merged citizen falls apart, ${how}`, async () => {
        const { test, open } = await city();
        const { identity, citizenOf, idOf, merge, split } = await open();
        await identity.link();
        const places = ["taxes:t5", "taxes:t6", "taxes:t0"];
        const [z, a, b] = (await Promise.all(places.map(idOf))) as [string, string, string];
        decided(await merge(z, a));
        decided(await merge(a, b));
        const whole = await citizenOf(b);
        expect(whole?.identityLinks).toHaveLength(5);
        if (how === "at once") {
          const taxed = whole?.identityLinks.filter((link) => link.department.id === "taxes") ?? [];
          // Person 0 is known to three departments, the two others to the taxes alone.
          decided(
            await split(
              b,
              taxed.slice(1).map(({ id }) => id),
            ),
          );
        } else {
          await test.store.write((transaction) => transaction("decision").where({ id: 2 }).update({ undone_by: 1 }));
          await identity.link();
          expect(await idOf("taxes:t6")).not.toBe(await idOf("taxes:t0"));
        }
        for (const [index, id] of [z, a, b].entries()) {
          expect((await citizenOf(id))?.id, places[index]).toBe(await idOf(places[index] ?? ""));
        }
      });
    }

    it("merges what was said to be two, and tells them apart again when that is undone", async () => {
      const { identity, citizenOf, idOf, merge, split, undo } = await (await city()).open();
      await identity.link();
      const [a, b] = (await Promise.all(["taxes:t2", "taxes:t3"].map(idOf))) as [string, string];
      const first = decided(await merge(a, b));
      const whole = await idOf("taxes:t2");
      const second = decided(await split(whole, [(await citizenOf(whole))?.identityLinks[0]?.id ?? ""]));
      expect(await idOf("taxes:t2")).not.toBe(await idOf("taxes:t3"));
      const third = decided(await merge(a, b));
      expect(await idOf("taxes:t2")).toBe(await idOf("taxes:t3"));
      await undo(third);
      expect(await idOf("taxes:t2")).not.toBe(await idOf("taxes:t3"));
      // The first decision holds again.
      await undo(second);
      expect(await idOf("taxes:t2")).toBe(await idOf("taxes:t3"));
      await undo(first);
      expect(await Promise.all(["taxes:t2", "taxes:t3"].map(idOf))).toEqual([a, b]);
    });

    it("lets one of two stewards decide who decide at once, and one undo what two undo", async () => {
      const { identity, idOf, merge, undo } = await (await city()).open();
      await identity.link();
      const [a, b] = (await Promise.all(["taxes:t2", "taxes:t3"].map(idOf))) as [string, string];
      const answers = await Promise.all([merge(a, b), merge(a, b)]);
      const codes = answers.map(({ errors }) => errors?.[0].extensions.code);
      expect(codes.sort()).toEqual(["IDENTITY_CHANGED", undefined]);
      const { mergeCitizens } = answers.find(({ errors }) => errors === undefined).data;
      const undone = await Promise.all([undo(mergeCitizens.id), undo(mergeCitizens.id)]);
      expect(undone.map(({ errors }) => errors?.[0].extensions.code).sort()).toEqual(["BAD_USER_INPUT", undefined]);
      expect(await Promise.all(["taxes:t2", "taxes:t3"].map(idOf))).toEqual([a, b]);
    });

    it("takes the records of a retired department along, and never leaves them with an id that has ended", async () => {
      const { test, registry, open } = await city();
      const all = await open();
      await all.identity.link();
      await all.identity.close();
      const some = await open(["library"]);
      // Person 1 is known to library and taxes, person 0 to three.
      const [one, other] = (await Promise.all(["taxes:t1", "taxes:t0"].map(some.idOf))) as [string, string];
      decided(await some.merge(one, other));
      const ended = registry.find(({ id }) => id === "taxes") as TestDepartment;
      await some.identity.close();
      const again = await open();
      expect(await again.idOf("library:l1")).toBe(await again.idOf("taxes:t1"));
      await again.identity.close();
      // All that is served of a citizen goes; what is retired keeps its id.
      const rest = await open(["library"]);
      const [left] = ended.feed.records.splice(1, 1);
      await rest.identity.follow();
      await rest.identity.close();
      ended.feed.records.push(left as PersonRecord);
      const refs = await test.store.write((transaction) =>
        transaction("link").join("citizen", "citizen.ref", "link.ref").whereNotNull("citizen.retired_by").select(),
      );
      expect(refs).toEqual([]);
    });

    it("keeps the id of a citizen of whom a retired department alone has a record left", async () => {
      const { registry, open } = await city();
      const all = await open();
      await all.identity.link();
      const id = await all.idOf("library:l1");
      await all.identity.close();
      const some = await open(["library"]);
      const taxes = registry.find(({ id: own }) => own === "taxes") as TestDepartment;
      taxes.feed.records = taxes.feed.records.filter(({ key }) => key !== "t1");
      await some.identity.follow();
      expect(await some.citizenOf(id)).toBeNull();
      await some.identity.close();
      const again = await open();
      expect(await again.citizenOf(id)).toMatchObject({ id });
      expect(await again.idOf("library:l1")).toBe(id);
    });

    it("refuses what was decided on a review whose record has changed since, or that is settled", async () => {
      const { test, registry, open } = await city();
      const { identity, ask } = await open();
      const model = { ...defaultModel(), thresholds: { link: 0.999_999_999_999, review: 0.001 } };
      await identity.link({ engine: probabilisticEngine({ model }) });
      const query = "{ identityReviews(first: 100) { nodes { id version left { department { id } } } } }";
      const { nodes } = (await ask(query)).data.identityReviews;
      expect(nodes.length).toBeGreaterThan(2);
      const confirm = ({ id, version }: { id: string; version: string }) =>
        ask(`mutation ($id: ID!, $version: ID!) { confirmLink(review: $id, version: $version, reason: "so") { id } }`, {
          id,
          version,
        });
      const before = await test.dump();
      for (const { feed } of registry) {
        feed.records = feed.records.map((record) => ({ ...record, alternativeName: ["Otherwise"] }));
      }
      await identity.follow();
      for (const review of nodes) {
        expect((await confirm(review)).errors?.[0].extensions.code).toBe("IDENTITY_CHANGED");
      }
      expect(before.match(/^identity_event .*/gm)).toEqual((await test.dump()).match(/^identity_event .*/gm));
      const [fresh] = (await ask(query)).data.identityReviews.nodes;
      await test.store.write((transaction) => transaction("review").delete());
      expect((await confirm(fresh)).errors?.[0].extensions.code).toBe("IDENTITY_CHANGED");
    });

    it("refuses what was decided on a record that nobody has followed yet, and takes it over", async () => {
      const { registry, open } = await city();
      const { identity, ask } = await open();
      const model = { ...defaultModel(), thresholds: { link: 0.999_999_999_999, review: 0.001 } };
      await identity.link({ engine: probabilisticEngine({ model }) });
      const first = async () => (await ask("{ identityReviews(first: 1) { nodes { id version } } }")).data;
      const confirm = async ({ identityReviews: { nodes } }: { identityReviews: { nodes: readonly object[] } }) =>
        ask(
          `mutation ($id: ID!, $version: ID!) { confirmLink(review: $id, version: $version, reason: "so") { id } }`,
          nodes[0],
        );
      const read = await first();
      for (const { feed } of registry) {
        feed.records = feed.records.map((record) => ({ ...record, alternativeName: ["Otherwise"] }));
      }
      expect((await confirm(read)).errors?.[0].extensions.code).toBe("IDENTITY_CHANGED");
      const again = await first();
      expect(again).not.toEqual(read);
      expect((await confirm(again)).errors).toBeUndefined();
    });

    it("splits nobody off from records that nobody is shown", async () => {
      const { open } = await city();
      const all = await open();
      await all.identity.link();
      await all.identity.close();
      const { citizenOf, idOf, split } = await open(["library"]);
      const id = await idOf("taxes:t1");
      const [own] = (await citizenOf(id))?.identityLinks ?? [];
      const { errors } = await split(id, [own?.id ?? ""]);
      expect(errors?.[0].extensions).toMatchObject({ code: "BAD_USER_INPUT", argument: "links" });
    });
  });
}
