// An agent writes to a person: a draft with its tone, its reasons and its score in the lead's drawer, and one that becomes the reply in
// the Inbox, which a human edits and sends. The model is the scripted one. On the way: the list of leads stands still while nothing on it
// changes. Each test has a lead of its own, and all have one agent.
// Pages: content, leads, inbox.
import { expect, test, type Page } from "@playwright/test";
import { type Client, hydrated, type Server } from "./support/server";
import { desk } from "./support/desk";
import { inbound, talkWith, writeIn } from "./support/inbound";
import { until } from "./run/process.mjs";

let server: Server;
let client: Client;
let page: Page;
let mia: { id: string };

desk({ name: "content", env: { ...inbound, EMULATOR_PACE: "0" }, height: 900 }, async (at) => {
  ({ server, client, page } = at);
  const scripted = [{ provider: "scripted", model: "scripted-1" }];
  mia = await client.must(client.post("/api/agents", { name: "Mia", prompt: "You are Mia.", status: "live", models: scripted }), 201);
});

/** Somebody of whom everything is known; `phone` is the end of their number. */
async function lead(name: string, phone: string): Promise<{ id: string }> {
  const known = { company: "Larsen Homes, Inc.", title: "Owner", industry: "Real estate", consent: true, consent_source: "a fair" };
  return client.must(client.post("/api/leads", { name, phone: `+141555501${phone}`, ...known }), 201);
}

const drawer = () => page.getByRole("dialog", { name: /^\w+ Larsen$/ });

/** Makes somebody and opens their drawer. */
async function open(name: string, phone: string): Promise<{ id: string }> {
  const made = await lead(name, phone);
  await page.goto(`${server.url}/leads?edit=${made.id}`);
  await hydrated(page);
  await expect(page.getByRole("dialog", { name })).toBeVisible();
  return made;
}

const draft = () => drawer().getByRole("article", { name: "Draft" });

/** Asks for a draft in the drawer. */
async function write(form: string, about: string) {
  await drawer().getByLabel("As", { exact: true }).selectOption({ label: form });
  await drawer().getByLabel("What it is about").fill(about);
  await drawer().getByRole("button", { name: /^Write (a draft|again)$/ }).click();
}

test("who comes in elsewhere leaves a list that they are not on untouched", async () => {
  await lead("Ada Larsen", "01");
  await page.goto(`${server.url}/leads?q=Ada+Larsen`);
  await hydrated(page);
  await expect(page.getByRole("row", { name: /Ada Larsen/ })).toContainText(/just now|min ago/);
  const changes = await page.evaluateHandle(() => {
    const seen: string[] = [];
    const observer = new MutationObserver((all) => seen.push(...all.map((change) => `${change.type}: ${change.target.textContent}`)));
    observer.observe(document.querySelector("table")!, { subtree: true, childList: true, characterData: true, attributes: true });
    return seen;
  });
  // The second answer comes after the first was shown.
  for (const phone of ["+14155550102", "+14155550103"]) {
    const again = page.waitForResponse((response) => response.url().includes("list_leads"));
    await client.must(client.post("/api/leads", { name: "Ben Moss", phone }), 201);
    await (await again).finished();
  }
  expect(await changes.jsonValue()).toEqual([]);
});

test("a lead keeps what they do and in which trade", async () => {
  const bea = await open("Bea Larsen", "11");
  await expect(drawer().getByLabel("Job title")).toHaveValue("Owner");
  await drawer().getByLabel("Industry").fill("Property");
  await drawer().getByRole("button", { name: "Save" }).click();
  await until("the industry is kept", async () => (await client.get(`/api/leads/${bea.id}`)).json.industry === "Property");
});

test("an agent writes in the tone that fits, and says why and how personal it is", async () => {
  await open("Cleo Larsen", "21");
  await expect(drawer().getByRole("button", { name: "Write a draft" }), "nothing to write about yet").toBeDisabled();
  await write("E-mail", "Invite them to our open house");
  await expect(draft()).toContainText("Dear Cleo,");
  await expect(draft()).toContainText("open house");
  await expect(draft()).toContainText(/\d+ words, at most 500/);
  await expect(drawer()).toContainText("People who run a company have little time (title: Owner).");
  const personal = drawer().getByRole("region", { name: "Personalisation" });
  await expect(personal).toContainText("100 %");
  for (const detail of ["Name", "Company", "Job title", "Industry"]) await expect(personal).toContainText(`${detail}: used`);

  await write("SMS", "Invite them to our open house");
  await expect(draft()).toContainText(/of 160 characters, 1 segment/);
  await expect(personal).toContainText("Job title: not used");
  await expect(draft().getByRole("button", { name: "Copy the draft" })).toBeVisible();
});

test("a price that no passage states is shown and may not be used", async () => {
  await open("Dora Larsen", "31");
  await write("WhatsApp", "Tell them our plans start at $49 a month");
  const refused = drawer().getByRole("alert").filter({ hasText: "This draft may not be used" });
  await expect(refused).toContainText("Prices from passages only: 49");
  await expect(draft().getByRole("button", { name: "Copy the draft" })).toHaveCount(0);
});

test("a draft becomes the reply, which is edited and sent by a human", async () => {
  const talk = await talkWith(client, await writeIn(client, "When are you open?"), (c) => c.last_direction === "outbound");
  await page.goto(`${server.url}/inbox?c=${talk.id}`);
  await hydrated(page);
  const reply = page.getByRole("textbox", { name: "Reply", exact: true });
  await page.getByRole("button", { name: "Write with AI" }).click();
  const section = page.getByRole("region", { name: "Write with AI" });
  await expect(section.getByLabel("Written by")).toHaveValue(mia.id);
  await section.getByRole("textbox", { name: "What it should say" }).fill("Ask whether Tuesday suits them");
  await section.getByRole("button", { name: "Write it" }).click();
  await expect(reply).toHaveValue(/Tuesday/);
  await expect(section).toContainText("you send it");
  const before = (await client.get(`/api/conversations/${talk.id}/messages`)).json.total;
  const text = `${await reply.inputValue()} Yours, Ben`;
  await section.getByRole("button", { name: "Write again" }).click();
  await expect(section.getByRole("button", { name: "Write again" })).toBeEnabled();
  expect(await reply.inputValue(), "a second draft takes the place of the first").not.toMatch(/Tuesday.*Tuesday/s);
  expect((await client.get(`/api/conversations/${talk.id}/messages`)).json.total, "nothing was sent").toBe(before);

  await reply.fill(text);
  await page.getByRole("button", { name: "Take over and send", exact: true }).click();
  await expect(page.getByRole("log", { name: "Messages" })).toContainText("Yours, Ben");
});
