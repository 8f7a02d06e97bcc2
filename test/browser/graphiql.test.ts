import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { chromiumPath, hasChromium, openBrowser, openPage, type WatchedPage } from "../support/browser.ts";
import { type CityServer, startCity } from "../support/city.ts";

if (!hasChromium) {
  if (process.env.REQUIRE_SERVICES) throw new Error(`no browser at ${chromiumPath}`);
  console.warn(`skipped: no browser at ${chromiumPath}`);
}

describe.skipIf(!hasChromium)("GraphiQL in a real browser, without the internet", { timeout: 90_000 }, () => {
  let city: CityServer;
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "civigraph-browser-"));
    [city, browser] = await Promise.all([startCity(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await city.close();
    rmSync(folder, { recursive: true });
  });

  /** GraphiQL, once it has read the schema. */
  async function openConsole(): Promise<WatchedPage> {
    const watched = await openPage(browser, city.url);
    const introspected = watched.page.waitForResponse((response) => asks(response, "__schema"));
    await watched.page.goto(`${city.url}/graphql`);
    await (await introspected).finished();
    return watched;
  }

  it("opens with the city's examples, and the first one answers with a name and six departments", async () => {
    const { page, faults, outside } = await openConsole();
    for (const tab of ["CitizenPage", "Citizens", "WhoIsWho", "Departments"]) {
      await page.locator(".graphiql-tab", { hasText: tab }).first().waitFor();
    }
    const answered = page.waitForResponse(isAnswer);
    await page.locator(".graphiql-execute-button").click();
    const { data, errors } = await (await answered).json();
    expect(errors).toBeUndefined();
    expect(data.citizen.name.fullName).toMatch(/\w/);
    for (const field of [
      "civilEvents",
      "benefits",
      "taxAccounts",
      "permits",
      "contactCentreContacts",
      "waterAccounts",
    ]) {
      expect(data.citizen[field].nodes, field).toBeInstanceOf(Array);
    }
    await page.locator(".result-window", { hasText: data.citizen.name.fullName.split(" ")[0] }).waitFor();
    await page.screenshot({ path: process.env.SCREENSHOT ?? join(folder, "graphiql.png") });
    expect(faults).toEqual([]);
    expect(outside).toEqual([]);
    await page.close();
  });

  it("answers every example in its own tab", async () => {
    const { page, faults } = await openConsole();
    for (const tab of ["Citizens", "WhoIsWho", "Departments"]) {
      await page.locator(".graphiql-tab-button", { hasText: tab }).click();
      await page.locator(".graphiql-query-editor", { hasText: new RegExp(`query\\s${tab}`) }).waitFor();
      // GraphiQL sees which operation a tab holds a moment after the tab is open; who is quicker presses again.
      const answer = await vi.waitFor(async () => {
        const answered = page.waitForResponse((response) => asks(response, `query ${tab}`), { timeout: 3_000 });
        await page.locator(".graphiql-execute-button[aria-label^='Execute']").click();
        return answered;
      }, 30_000);
      const { data, errors } = await answer.json();
      expect(errors).toBeUndefined();
      expect(data, tab).toBeTruthy();
    }
    expect(faults).toEqual([]);
    await page.close();
  });

  it("shows what fields mean", async () => {
    const { page } = await openConsole();
    await page.locator("button[aria-label*='ocumentation']").first().click();
    await page
      .locator(".graphiql-doc-explorer a", { hasText: /^Citizen$/ })
      .first()
      .click();
    await page.locator(".graphiql-doc-explorer", { hasText: "Opaque and stable" }).waitFor();
    await page.close();
  });

  it("keeps queries out of the address bar", async () => {
    const { page } = await openConsole();
    await page.locator(".graphiql-query-editor .view-lines").first().click();
    await page.keyboard.type("# Ada Lovelace");
    await page.locator(".graphiql-query-editor", { hasText: "Lovelace" }).waitFor();
    expect(page.url()).toBe(`${city.url}/graphql`);
    await page.close();
  });
});

interface Answer {
  url(): string;
  request(): { method(): string; postData(): string | null };
}

function isAnswer(response: Answer): boolean {
  return response.url().endsWith("/graphql") && response.request().method() === "POST" && !asks(response, "__schema");
}

function asks(response: Answer, text: string): boolean {
  return response.request().postData()?.includes(text) === true;
}
