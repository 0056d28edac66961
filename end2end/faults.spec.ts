// What may go wrong behind a page, and must leave it alive: parts that do not come or come from another version, a browser half that ends,
// and what is typed and pressed before it has come.
// Not here: drawers and dialogs (windows.spec.ts), what the pages do (their spec files).
// Pages: leads, templates, agents, campaigns, flows, settings, phone, inbox, console, replay, overview, sign_in.
import { expect, test, type Page, type Route } from "@playwright/test";
import { desk, type Desk } from "./support/desk";
import { inbound, talkWith, writeIn } from "./support/inbound";
import { hydrated } from "./support/server";
import { agent, drawing, template } from "./run/world.mjs";

let at: Desk;
let page: Page;
let talk: string;
let number: string;
/** What stands in the addresses below. */
const ids: Record<string, string> = {};

desk({ name: "faults", env: { EMULATOR_PACE: "0", ...inbound } }, async (desk) => {
  at = desk;
  page = desk.page;
  ids.agent = (await agent(at.client, { name: "Nora", prompt: "You are Nora. Answer in one sentence.", status: "live" })).id;
  ids.campaign = (await at.client.must(at.client.post("/api/campaigns", { name: "Winter", agent_id: ids.agent, flow: drawing([{ kind: "delay", secs: 60 }]) }), 201)).id;
  await at.client.must(at.client.post("/api/leads", { name: "Ada Lovelace", phone: "+14155550101", consent: true }), 201);
  await template(at.client, "greeting", "sms", "Hello {{lead.first_name}}");
  number = await writeIn(at.client, "Are you there?");
  // Once the agent has answered there is something to replay.
  ids.talk = talk = (await talkWith(at.client, number, (c) => c.last_direction === "outbound")).id;
  ids.number = number.slice(1);
});

test.afterEach(() => page.unrouteAll({ behavior: "ignoreErrors" }));

const rail = (name: string) => page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name });
const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const note = (name: string) => page.locator(".fault-note").filter({ hasText: name });

async function open(address: string) {
  await page.goto(at.server.url + address);
  await hydrated(page);
}

/** Three pages by the rail: a tab whose browser half has ended shows none of them. */
async function goesOn() {
  for (const [link, name] of [["Campaigns", "Campaigns"], ["Leads", "Leads"], ["Templates", "Templates"]]) {
    await rail(link).click();
    await expect(heading(name)).toBeVisible();
  }
}

/** Takes what a test brought about itself off the console; a panic is never among it. */
function forgive(...expected: RegExp[]) {
  const all = at.noise.splice(0);
  expect(all.filter((line) => !expected.some((one) => one.test(line)))).toEqual([]);
  expect(all.join("\n")).not.toMatch(/panicked|unreachable|disposed/);
}
const unfetched = [/^request: .*\.wasm/, /Failed to load resource.*\.wasm|Failed to fetch|ERR_FAILED|status code|HTTP status/, /^console: .*(TypeError|404)/];

// --- where the keyboard is ---

test("Esc leaves the reply, what was typed stays, and a second message needs no second R", async () => {
  await open(`/inbox?c=${talk}`);
  const reply = page.getByRole("textbox", { name: "Reply" });
  await page.keyboard.press("r");
  await page.keyboard.type("half written draft");
  await page.keyboard.press("Escape");
  await expect(reply).not.toBeFocused();
  await page.keyboard.press("j");
  await expect(reply).toHaveValue("half written draft");
  await page.keyboard.press("r");
  await page.keyboard.press("Control+Enter");
  await expect(reply).toHaveValue("");
  await expect(reply).toBeFocused();
  await page.keyboard.type("and more");
  await expect(reply).toHaveValue("and more");
  await reply.fill("");
  expect(at.noise).toEqual([]);
});

test("a drawer begins at its first field, and one without a field at its heading", async () => {
  await open("/leads");
  await page.getByRole("link", { name: "New lead" }).click();
  await expect(page.getByRole("dialog").getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  // The address is the state: the drawer is closed once it says so.
  await expect(page).not.toHaveURL(/edit=/);
  await open("/agents");
  await page.getByRole("link", { name: "Nora", exact: true }).first().click();
  const drawer = page.getByRole("dialog", { name: /Nora/ });
  await expect(drawer).toBeVisible();
  await expect(drawer.locator(":focus")).toHaveCount(1);
  await expect(drawer.locator("[data-footer] :focus")).toHaveCount(0);
});

// --- parts that do not come ---

/** Refuses each part of the browser half the first time that it is asked for; gives how many. */
async function refuseOnce(parts: RegExp): Promise<() => number> {
  const refused = new Set<string>();
  await page.route("**/*.wasm", (route: Route) => {
    const url = route.request().url();
    if (!parts.test(url) || refused.has(url)) return route.continue();
    refused.add(url);
    return route.abort("failed");
  });
  return () => refused.size;
}

/** The places of the rail, with their main headings. */
const places = ["Inbox", "Campaigns", "Agents", "Leads", "Templates", "Settings", "Phone", "Overview"].map((link) => ({ link, name: link === "Settings" ? "API keys" : link }));

test("parts that could not be fetched once are fetched again, and nobody notices", async () => {
  await open("/");
  const refused = await refuseOnce(/./);
  for (const { link, name } of places) {
    await rail(link).click();
    await expect(heading(name)).toBeVisible();
  }
  expect(refused()).toBeGreaterThan(places.length);
  await goesOn();
  forgive(...unfetched);
});

test("a part that does not come is told with a way to try again, and the rest of the tab goes on", async () => {
  await open("/inbox");
  await page.route("**/*.wasm", (route: Route) => route.abort("failed"));
  await rail("Leads").click();
  const again = page.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible({ timeout: 20_000 });
  await rail("Inbox").click();
  await expect(heading("Inbox")).toBeVisible();
  await rail("Leads").click();
  await expect(again).toBeVisible({ timeout: 20_000 });
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await again.click();
  await expect(heading("Leads")).toBeVisible();
  await goesOn();
  forgive(...unfetched);
});

test("a tab that was left open over a deployment loads the page it is asked for", async () => {
  // The overview and what shares its part are there already.
  for (const { link, name } of places.filter(({ link }) => link !== "Overview")) {
    await test.step(link, async () => {
      await open("/");
      let anew = false;
      await page.route("**/build", (route: Route) => (anew ? route.continue() : route.fulfill({ body: "another-build" })));
      await page.route("**/*.wasm", (route: Route) => (anew ? route.continue() : route.fulfill({ status: 404 })));
      const loaded = page.waitForRequest((request) => {
        const is = request.isNavigationRequest() && request.frame() === page.mainFrame();
        if (is) anew = true;
        return is;
      });
      await rail(link).click();
      await loaded;
      await expect(heading(name)).toBeVisible();
      await hydrated(page);
      await page.unrouteAll({ behavior: "ignoreErrors" });
    });
  }
  await goesOn();
  forgive(...unfetched);
});

test("a tab that was left open over a deployment is told of the new version", async () => {
  await page.route("**/live", (route: Route) => route.fulfill({ contentType: "text/event-stream", body: "event: build\ndata: another-build\n\n" }));
  await open("/leads");
  await expect(note("A new version is here")).toBeVisible();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  const loaded = page.waitForRequest((request) => request.isNavigationRequest());
  await note("A new version is here").getByRole("button", { name: "Load it now" }).click();
  await loaded;
  await hydrated(page);
  await expect(note("A new version is here")).toHaveCount(0);
});

test("a change of page shows that it is on its way within a tenth of a second, and never the new name over the old page", async () => {
  await open("/campaigns");
  const letThrough = await held();
  const told = page.evaluate(
    () =>
      new Promise<number>((done) => {
        let pressed = 0;
        addEventListener("click", () => (pressed = performance.now()), { capture: true, once: true });
        new MutationObserver(() => document.documentElement.hasAttribute("data-waits") && done(performance.now() - pressed)).observe(document.documentElement, { attributes: true });
      }),
  );
  await rail("Leads").click();
  expect(await told, "milliseconds until the bar").toBeLessThan(40);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement, "::before").animationDelay)).toBe("0.06s");
  await page.waitForTimeout(300);
  const here = page.getByRole("banner").getByText("Campaigns", { exact: true });
  await expect(heading("Campaigns")).toBeVisible();
  await expect(rail("Campaigns")).toHaveAttribute("aria-current", "page");
  await expect(rail("Leads")).not.toHaveAttribute("aria-current", "page");
  await expect(here).toBeVisible();
  letThrough();
  await expect(heading("Leads")).toBeVisible();
  await expect(rail("Leads")).toHaveAttribute("aria-current", "page");
  await expect(here).toHaveCount(0);
});

// --- before the browser half has come ---

/** Holds back the browser half until it is let through. */
async function held() {
  let letThrough = () => {};
  const gate = new Promise<void>((done) => (letThrough = done));
  await page.route("**/*.wasm", async (route: Route) => {
    await gate;
    await route.continue();
  });
  return letThrough;
}

/** Every page, and the field that somebody who opens it types into first. */
const pages: { address: string; field?: string }[] = [
  { address: "/" },
  { address: "/inbox", field: "Search conversations" },
  { address: "/inbox?c={talk}", field: "Reply" },
  { address: "/campaigns", field: "Search campaigns" },
  { address: "/campaigns/{campaign}" },
  { address: "/campaigns/{campaign}?tab=people", field: "Search people" },
  { address: "/campaigns/{campaign}/flow" },
  { address: "/agents", field: "Search agents" },
  { address: "/agents/{agent}/test", field: "Message as the lead" },
  { address: "/leads", field: "Search leads" },
  { address: "/leads/import" },
  { address: "/templates", field: "Search templates" },
  { address: "/settings/keys" },
  { address: "/settings/budgets" },
  { address: "/settings/channels" },
  { address: "/settings/work" },
  { address: "/phone", field: "Search people" },
  { address: "/phone?n={number}", field: "Write as" },
  { address: "/replay?c={talk}", field: "Prompt" },
];

test("every page comes although each of its parts was refused once, and what was typed meanwhile is kept", async () => {
  for (const { address, field } of pages) {
    await test.step(address, async () => {
      const refused = await refuseOnce(/\/(?!agent-outreach)[^/]*\.wasm/);
      await page.goto(at.server.url + address.replace(/\{(\w+)\}/g, (_, name) => ids[name]), { waitUntil: "commit" });
      const typed = field && page.getByRole("main").getByLabel(field, { exact: field !== "Write as" }).and(page.locator("input, textarea")).first();
      if (typed) {
        await expect(typed).toBeVisible({ timeout: 30_000 });
        await typed.fill("Tuesday at ten");
      }
      await hydrated(page);
      expect(refused(), "parts that were refused").toBeGreaterThan(0);
      if (typed) await expect(typed).toHaveValue("Tuesday at ten");
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      await rail("Leads").click();
      await expect(heading("Leads")).toBeVisible();
      await page.unrouteAll({ behavior: "ignoreErrors" });
      forgive(...unfetched);
    });
  }
});

test("what is typed into the form of signing in before it can answer is kept", async ({ browser }) => {
  const outside = await browser.newPage();
  let letThrough = () => {};
  const gate = new Promise<void>((done) => (letThrough = done));
  await outside.route("**/*.wasm", async (route: Route) => {
    await gate;
    await route.continue();
  });
  await outside.goto(`${at.server.url}/sign-in`, { waitUntil: "commit" });
  await outside.getByLabel(/e-?mail/i).fill("ada@example.test");
  await outside.getByLabel(/password/i).fill("a long secret");
  letThrough();
  await hydrated(outside);
  await expect(outside.getByLabel(/e-?mail/i)).toHaveValue("ada@example.test");
  await expect(outside.getByLabel(/password/i)).toHaveValue("a long secret");
  await outside.close();
});

test("what is typed and pressed before the page can answer is kept", async () => {
  const letThrough = await held();
  await page.goto(`${at.server.url}/inbox?c=${talk}`, { waitUntil: "commit" });
  const reply = page.getByRole("textbox", { name: "Reply" });
  await reply.pressSequentially("Yes, I am here.");
  await page.getByRole("button", { name: /Go to/ }).first().click();
  await expect(page.locator("[data-hydrated]")).toHaveCount(0);
  letThrough();
  await hydrated(page);
  await expect(page.getByRole("dialog", { name: "Go to" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(reply).toHaveValue("Yes, I am here.");
  await expect(page.getByRole("button", { name: /send$/i }).first(), "the page knows of it, too").toBeEnabled();
  await reply.fill("");
});

test("a page whose parts do not come says so, and is whole once they do", async () => {
  await page.route("**/*.wasm", (route: Route) => (/agent-outreach/.test(route.request().url()) ? route.continue() : route.abort("failed")));
  await page.goto(`${at.server.url}/inbox?c=${talk}`, { waitUntil: "commit" });
  const reply = page.getByRole("textbox", { name: "Reply" });
  await reply.pressSequentially("Still here");
  await expect(note("This page is not whole yet")).toBeVisible({ timeout: 20_000 });
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await hydrated(page);
  await expect(note("This page is not whole yet")).toHaveCount(0);
  await expect(reply).toHaveValue("Still here");
  await reply.fill("");
  await goesOn();
  forgive(...unfetched);
});

test("a browser half that does not come at all is told with a way to load it again", async () => {
  await page.route("**/*.wasm", (route: Route) => route.abort("failed"));
  await page.goto(`${at.server.url}/leads`);
  const told = note("This page is not whole yet");
  await expect(told).toBeVisible();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await told.getByRole("button", { name: "Load again" }).click();
  await hydrated(page);
  await goesOn();
  forgive(...unfetched, /^exception: .*(fetch|compil|wasm)/i);
});

// --- a browser half that ends ---

test("a page that ends says so, reports where, and gives back what was typed", async () => {
  await open("/leads?edit=new");
  const drawer = () => page.getByRole("dialog", { name: "New lead" });
  await drawer().getByLabel("Name", { exact: true }).fill("Grace Hopper");
  await page.evaluate(() => (window as any).outreach.fault("panic", "/home/builder/.cargo/registry/src/index/reactive_graph-0.2.16/src/traits.rs:394:39"));
  const told = page.getByRole("alertdialog", { name: "This page stopped working" });
  await expect(told).toContainText("What you typed is put back");
  await expect.poll(() => at.server.logs()).toMatch(/a page stopped working in a browser.*traits\.rs:394:39|traits\.rs:394:39.*a page stopped working/s);
  expect(at.server.logs()).not.toContain("Grace");
  expect(at.server.logs(), "nor the folders of whoever built it").not.toContain("/home/builder");
  await told.getByRole("button", { name: "Load again" }).click();
  await hydrated(page);
  await expect(drawer().getByLabel("Name", { exact: true })).toHaveValue("Grace Hopper");
  await expect(drawer(), "the page knows of it, too").toContainText(/Unsaved changes|problem/);
  await expect(note("What you had typed is back.")).toHaveCount(1);
});
