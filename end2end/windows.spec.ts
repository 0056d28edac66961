// Every dialog and drawer is left in every way, and the page lives on: the keyboard is where it was, three clicks lead to three pages, and
// nothing was said on the console. Each is held against axe-core while it is open.
// Not here: which there are (support/windows.ts), what they do (the spec files of their pages).
// Pages: leads, templates, agents, campaigns, flows, settings, phone, inbox, console.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { violations } from "./support/axe";
import { desk, type Desk } from "./support/desk";
import { inbound, talkWith, writeIn } from "./support/inbound";
import { hydrated } from "./support/server";
import { windows, type Opener, type Way, type Window } from "./support/windows";
import { until } from "./run/process.mjs";
import { agent, drawing, launch, sendSms, template } from "./run/world.mjs";

let at: Desk;
let page: Page;
let opener: Opener;

desk({ name: "windows", env: { EMULATOR_PACE: "0", ...inbound } }, async (desk) => {
  at = desk;
  page = desk.page;
  const { client } = desk;
  const nora = await agent(client, { name: "Nora", prompt: "You are Nora. Answer in one sentence.", status: "live" });
  const lead = await client.must(client.post("/api/leads", { name: "Ada Lovelace", phone: "+14155550101", consent: true }), 201);
  const greeting = await template(client, "greeting", "sms", "Hello {{lead.first_name}}");
  // A second version, which nobody hears yet.
  await client.must(client.send("PUT", `/api/agents/${nora.id}`, { name: "Nora", prompt: "You are Nora. Be short.", status: "draft" }), 200);
  await client.must(client.post(`/api/agents/${nora.id}/actions`, { name: "look", url: "https://example.com/", description: "x" }), 201);
  await client.must(client.upload(`/api/agents/${nora.id}/knowledge`, "warranty.txt", "The warranty is ten years.", { category: "general" }), 201);
  const expected = { name: "I want a refund", channel: "sms", input: "I want a refund", assertions: [{ kind: "escalated", reason: "refund" }] };
  await client.must(client.post(`/api/agents/${nora.id}/tests`, expected), 201);
  const run = await client.must(client.post(`/api/agents/${nora.id}/suite`, {}), 202);
  const campaign = await launch(client, { name: "Winter", graph: drawing([{ kind: "delay", secs: 864_000 }, sendSms(greeting.id)]), leads: [lead.id] });
  await client.must(client.post("/api/keys", { name: "reader", scopes: ["gateway"] }), 201);
  const talk = await talkWith(client, await writeIn(client, "Are you there?", "+14155550101"));
  await client.must(client.post(`/api/conversations/${talk.id}/reply`, { body: "Yes, I am." }), 201);
  await until("the tests to have run", async () => (await client.get(`/api/agents/${nora.id}/suite/runs/${run.id}`)).json.finished_at, { timeout: 60_000 });
  opener = { page, client, campaign };
  // What has no address of the API.
  await page.goto(`${desk.server.url}/settings/budgets`);
  await hydrated(page);
  await page.getByRole("button", { name: "New budget" }).first().click();
  await page.getByRole("dialog").getByLabel("Dollars a day").fill("5");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
});

test.afterEach(() => page.unrouteAll({ behavior: "ignoreErrors" }));

const rail = (name: string | RegExp) => page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name });
const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });

const leave: Record<Way, (dialog: Locator) => Promise<unknown>> = {
  Esc: () => page.keyboard.press("Escape"),
  // A question has no X: its safe answer is the same.
  X: (dialog) => dialog.getByRole("button", { name: /^(Close|Cancel)$/ }).last().click(),
  "the backdrop": () => page.mouse.click(...((page.viewportSize()?.width ?? 0) < 640 ? [385, 400] as const : [4, 400] as const)),
  Back: () => page.goBack(),
};

/** The page of a window, by clicks alone. */
async function reach({ by, narrow }: Window) {
  await page.setViewportSize(narrow ? { width: 390, height: 844 } : { width: 1280, height: 800 });
  const [place, ...rest] = by;
  await (narrow ? page.getByRole("navigation", { name: "Main, short" }).getByRole("link", { name: place }) : rail(place)).click();
  for (const link of rest) await page.getByRole("main").getByRole("link", { name: link, exact: true }).first().click();
}

/** A question gives way to what it asked about: everything that is still open, discarding what is unsaved. */
async function closeAll() {
  const yes = page.getByRole("alertdialog").getByRole("button", { name: "Discard" });
  for (let n = 0; n < 6 && (await page.locator("dialog[open]").count()) > 0; n += 1) {
    if (await yes.isVisible()) await yes.click();
    else await page.keyboard.press("Escape");
    await page.waitForTimeout(60);
  }
  await expect(page.locator("dialog[open]")).toHaveCount(0);
}

/** Other pages by clicks: a tab whose browser half has ended shows none of them. */
async function goesOn({ by, narrow }: Window, pages: number) {
  if (narrow) await page.setViewportSize({ width: 1280, height: 800 });
  for (const name of ["Leads", "Templates", "Campaigns", "Agents"].filter((name) => name !== by[0]).slice(0, pages)) {
    await rail(name).click();
    const anyway = page.getByRole("button", { name: "Leave without saving" });
    await expect(heading(name).or(anyway)).toBeVisible();
    if (await anyway.isVisible()) await anyway.click();
    await expect(heading(name)).toBeVisible();
  }
}

for (const each of windows) {
  test(`${each.what} is left by Esc, X, the backdrop and Back, and the page goes on`, async () => {
    if ((await page.locator("[data-hydrated]").count()) === 0 || !page.url().startsWith(at.server.url)) {
      await page.goto(`${at.server.url}/templates`);
      await hydrated(page);
    }
    const ways = (Object.keys(leave) as Way[]).filter((way) => !each.without?.includes(way));
    for (const way of ways) {
      await test.step(way, async () => {
        await reach(each);
        const before = await each.open(opener);
        const dialog = page.getByRole("dialog", { name: each.name }).or(page.getByRole("alertdialog", { name: each.name })).last();
        await expect(dialog).toBeVisible();
        if (each.filled) await expect(dialog.getByLabel(each.filled, { exact: true }).first()).toBeVisible();
        if (way === "Esc") expect.soft(await violations(page, "all", "dialog[open]")).toEqual([]);
        await leave[way](dialog);
        await expect(dialog).toBeHidden();
        if (way !== "Back") await expect.soft(before, `the keyboard after ${way}`).toBeFocused();
        await closeAll();
        // Then the next way comes by clicks, too.
        await goesOn(each, way === ways.at(-1) ? 3 : 1);
        expect(at.noise.splice(0).filter((line) => !each.said?.test(line)), way).toEqual([]);
      });
    }
  });
}

for (const each of windows.filter(({ what }) => ["a lead", "a template", "an agent", "a new campaign"].includes(what))) {
  test(`Back does not open ${each.what} again that was closed, and its sections are no steps`, async () => {
    await page.goto(`${at.server.url}/settings/keys`);
    await hydrated(page);
    await reach(each);
    await each.open(opener);
    const dialog = page.getByRole("dialog", { name: each.name });
    await expect(dialog).toBeVisible();
    for (const name of ["Prompt", "Model", "History"]) {
      const section = dialog.getByRole("navigation", { name: "Sections" }).getByRole("link", { name });
      if (await section.isVisible()) await section.click();
    }
    await dialog.getByRole("button", { name: "Close", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(page).not.toHaveURL(/edit=|new=/);
    await page.goBack();
    await expect(heading("API keys")).toBeVisible();
    await expect(dialog).toBeHidden();
  });
}
