// What may go wrong behind a page, and must leave it alive: drawers and dialogs left in every way, parts that do not come or come from
// another version, a browser half that ends, and what is typed and pressed before it has come.
// Not here: what the drawers do (agents.spec.ts, screens.spec.ts).
// Pages: leads, templates, agents.
import { expect, test, type Locator, type Page, type Route } from "@playwright/test";
import { desk, type Desk } from "./support/desk";
import { inbound, talkWith, writeIn } from "./support/inbound";
import { hydrated } from "./support/server";
import { agent, template } from "./run/world.mjs";

let at: Desk;
let page: Page;
let talk: string;

desk({ name: "faults", env: { EMULATOR_PACE: "0", ...inbound } }, async (desk) => {
  at = desk;
  page = desk.page;
  await agent(at.client, { name: "Nora", prompt: "You are Nora. Answer in one sentence.", status: "live" });
  await at.client.must(at.client.post("/api/leads", { name: "Ada Lovelace", phone: "+14155550101", consent: true }), 201);
  await template(at.client, "greeting", "sms", "Hello {{lead.first_name}}");
  talk = (await talkWith(at.client, await writeIn(at.client, "Are you there?"))).id;
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

// --- leaving what is open ---

const ways: Record<string, (dialog: Locator) => Promise<unknown>> = {
  Esc: () => page.keyboard.press("Escape"),
  X: (dialog) => dialog.getByRole("button", { name: "Close", exact: true }).click(),
  "the backdrop": () => page.mouse.click(4, 400),
  Back: () => page.goBack(),
};
const button = (name: string) => () => page.getByRole("button", { name, exact: true }).first().click();
const link = (name: string) => () => page.getByRole("link", { name, exact: true }).first().click();
const key = (keys: string) => () => page.keyboard.press(keys);

/** Where it is opened, how, what it is called, and a field that is there once it is filled. */
const windows: { what: string; from: string; open: () => Promise<unknown>; name: RegExp; filled?: string; without?: string[] }[] = [
  { what: "a lead", from: "/leads", open: link("Ada Lovelace"), name: /Ada Lovelace/, filled: "Name" },
  { what: "a new lead", from: "/leads", open: link("New lead"), name: /New lead/, filled: "Name" },
  { what: "a template", from: "/templates", open: link("greeting"), name: /greeting/, filled: "Name" },
  { what: "a new template", from: "/templates", open: link("New template"), name: /New template/, filled: "Name" },
  { what: "an agent", from: "/agents", open: link("Nora"), name: /Nora/, filled: "Name" },
  { what: "a new campaign", from: "/campaigns", open: link("New campaign"), name: /New campaign/ },
  { what: "a new key", from: "/settings/keys", open: button("New key"), name: /New key/ },
  { what: "a new budget", from: "/settings/budgets", open: button("New budget"), name: /budget/i },
  { what: "a new person", from: "/phone", open: button("New person"), name: /New person/ },
  { what: "the palette", from: "/leads", open: key("Control+k"), name: /Go to/, without: ["X"] },
  { what: "the shortcuts", from: "/leads", open: key("?"), name: /shortcuts/ },
];

for (const each of windows) {
  test(`${each.what} is left by Esc, X, the backdrop and Back, and the page goes on`, async () => {
    for (const [way, leave] of Object.entries(ways)) {
      if (each.without?.includes(way)) continue;
      await test.step(way, async () => {
        await open("/");
        await open(each.from);
        await each.open();
        const dialog = page.getByRole("dialog", { name: each.name });
        await expect(dialog).toBeVisible();
        if (each.filled) await expect(dialog.getByLabel(each.filled, { exact: true }).first()).toBeVisible();
        await leave(dialog);
        await expect(dialog).toBeHidden();
        await goesOn();
        expect(at.noise, way).toEqual([]);
      });
    }
  });
}

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
  await open("/agents");
  await page.getByRole("link", { name: "Nora", exact: true }).first().click();
  const drawer = page.getByRole("dialog", { name: /Nora/ });
  await expect(drawer).toBeVisible();
  await expect(drawer.locator(":focus")).toHaveCount(1);
  await expect(drawer.locator("[data-footer] :focus")).toHaveCount(0);
});

// --- parts that do not come ---

test("a part that could not be fetched once is fetched again, and nobody notices", async () => {
  await open("/");
  const refused = new Set<string>();
  await page.route("**/*.wasm", (route: Route) => {
    const url = route.request().url();
    if (refused.has(url)) return route.continue();
    refused.add(url);
    return route.abort("failed");
  });
  await rail("Leads").click();
  await expect(heading("Leads")).toBeVisible();
  expect(refused.size).toBeGreaterThan(0);
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
  await open("/");
  let anew = false;
  page.once("framenavigated", () => (anew = true));
  await page.route("**/build", (route: Route) => (anew ? route.continue() : route.fulfill({ body: "another-build" })));
  await page.route("**/*.wasm", (route: Route) => (anew ? route.continue() : route.fulfill({ status: 404 })));
  const loaded = page.waitForRequest((request) => request.isNavigationRequest() && new URL(request.url()).pathname === "/leads");
  await rail("Leads").click();
  await loaded;
  anew = true;
  await expect(heading("Leads")).toBeVisible();
  await hydrated(page);
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
