// Advice on a campaign, by clicking: nothing to read before it runs, four cards once people answered, the way from a recommendation to
// the action it names, and what stands there when money or the model is missing. People are the emulator's, the model is the scripted one.
// Pages: campaigns.
import { expect, test, type Page } from "@playwright/test";
import { type Client, hydrated, type Server } from "./support/server";
import { desk } from "./support/desk";
import { drawing, sendSms, template } from "./run/world.mjs";
import { until } from "./run/process.mjs";

let server: Server;
let client: Client;
let page: Page;
let noise: string[];
let mia: { id: string };
let hello: { id: string };

desk({ name: "advice", env: { EMULATOR_PACE: "0" }, height: 900 }, async (at) => {
  ({ server, client, page, noise } = at);
  mia = await agent("Mia", "scripted", "scripted-1");
  hello = await template(client, "hello", "sms", "Hi {{lead.first_name}}, may we call you?");
});

/** A live agent of this model. */
async function agent(name: string, provider: string, model: string, more = {}): Promise<{ id: string }> {
  const draft = { name, prompt: `You are ${name}.`, status: "live", models: [{ provider, model }], ...more };
  return client.must(client.post("/api/agents", draft), 201);
}

/** Made-up people: two say yes, one asks, one says STOP, one is silent (the last digit of a number decides). */
const people = [["Ada Eager", "1"], ["Ina Eager", "5"], ["Ben Curious", "2"], ["Dan Optout", "4"], ["Eve Silent", "7"]];
/** So that each campaign has people of its own. */
let crowds = 100;

type Campaign = { id: string; leads: string[] };

/** A campaign of one SMS and five people of its own; nothing was sent yet. */
async function drawn(name: string): Promise<Campaign> {
  crowds += 1;
  const leads = [];
  for (const [who, end] of people) {
    const notes = who === "Ada Eager" ? "Tier: hot" : "";
    const lead = { name: who, phone: `+1415555${crowds}${end}`, consent: true, consent_source: "a fair", notes };
    leads.push((await client.must(client.post("/api/leads", lead), 201)).id);
  }
  const graph = drawing(
    [sendSms(hello.id), { kind: "wait_reply", timeout_secs: 3_600 }, { kind: "agent", agent_id: mia.id }],
    [["n1", "next", "n2"], ["n2", "next", "n3"], ["n3", "reply", "n4"], ["n3", "timeout", "n5"], ["n4", "next", "n5"]],
  );
  const { id } = await client.must(client.post("/api/campaigns", { name, agent_id: mia.id, flow: graph }), 201);
  return { id, leads };
}

/** Lets it run until everybody was written to and answered who does. */
async function run({ id, leads }: Campaign): Promise<void> {
  await client.must(client.post(`/api/campaigns/${id}/enrol`, { lead_ids: leads }), 200);
  await client.must(client.post(`/api/campaigns/${id}/activate`), 200);
  await until("four of five answered", async () => {
    const { items } = (await client.get(`/api/campaigns/${id}/runs`)).json;
    return items.filter((each: { status: string }) => ["done", "stopped"].includes(each.status)).length === 4;
  }, { timeout: 60_000 });
  await until("five of five written to", async () => (await client.get(`/api/campaigns/${id}`)).json.progress.sent === 5, { timeout: 60_000 });
}

/** A campaign that ran and was advised on once, open in the browser. */
async function advised(name: string): Promise<Campaign> {
  const campaign = await drawn(name);
  await run(campaign);
  await client.must(client.post(`/api/campaigns/${campaign.id}/advice`), 200);
  await open(campaign);
  return campaign;
}

const panel = () => page.getByRole("region", { name: "Advice", exact: true });
const card = (name: string) => panel().getByRole("region", { name, exact: true });
const ask = () => panel().getByRole("button", { name: /^Ask (for advice|again)$/ });

/** Clicks and waits for the end of it. */
async function asked(): Promise<void> {
  await ask().click();
  await expect(ask()).toBeEnabled({ timeout: 30_000 });
}

async function open({ id }: { id: string }): Promise<void> {
  await page.goto(`${server.url}/campaigns/${id}`);
  await hydrated(page);
}

test("before anything was sent there is nothing to read, and no model is asked", async () => {
  const campaign = await drawn("Quiet visit");
  await open(campaign);
  await expect(panel()).toContainText("Nothing to read yet");
  await expect(ask()).toHaveCount(0);
  const refused = await client.post(`/api/campaigns/${campaign.id}/advice`);
  expect([refused.status, refused.json.error.message]).toEqual([409, expect.stringContaining("Nothing was sent")]);
  expect((await client.get(`/api/campaigns/${campaign.id}/advice`)).json).toBeNull();
});

test("once people answered, four cards say how it goes, over which channels, whom first and when", async () => {
  const campaign = await drawn("Four cards");
  await open(campaign);
  await expect(panel()).toContainText("Nothing to read yet");
  await run(campaign);

  await expect(ask(), "the button comes by itself once something was sent").toHaveText("Ask for advice");
  await asked();
  await expect(card("Analysis")).toContainText("5 messages went to 5 people");
  await expect(card("Analysis")).toContainText("Pause: 1 of 5 people asked us to stop.");
  await expect(card("Analysis").getByRole("list", { name: "What works" })).toContainText("SMS: 3 of 5 messages were answered.");
  await expect(card("Channels").getByRole("list", { name: "Channels for everybody" })).toContainText("SMS100 %");
  const first = card("Whom first").getByRole("list", { name: "Whom to turn to first" });
  await expect(first.getByRole("listitem")).toHaveCount(4);
  await expect(first.getByRole("listitem").filter({ hasText: "Ada Eager" })).toContainText("Hot");
  await expect(first.getByRole("link", { name: "Dan Optout" }), "who said STOP is left alone").toHaveCount(0);
  await expect(card("Next step")).toContainText(/Send SMS.*after 24 h, from \d+:00 to \d+:00 where the person is/);
  await expect(card("Next step").getByRole("img", { name: /[1-9]\d* answers by hour/ })).toBeVisible();
  await expect(panel()).toContainText("scripted/scripted-1");
  await expect(panel()).toContainText("$0.00");
  await expect(panel()).toContainText("from 5 messages");
});

test("advice stays through news, another tab of the page, and a reload; a lead is one click away", async () => {
  const campaign = await advised("Spring visit");
  await expect(card("Analysis")).toContainText("5 messages went to 5 people");
  await client.must(client.send("PUT", `/api/campaigns/${campaign.id}`, { name: "Spring visits", agent_id: (await client.get(`/api/campaigns/${campaign.id}`)).json.agent_id }), 200);
  await expect(page.getByRole("heading", { level: 1, name: "Spring visits" }), "the page follows").toBeVisible();
  await expect(card("Analysis")).toContainText("5 messages went to 5 people");
  await page.getByRole("navigation", { name: "Campaign" }).getByRole("link", { name: /^People/ }).click();
  await expect(panel()).toHaveCount(0);
  await page.getByRole("navigation", { name: "Campaign" }).getByRole("link", { name: "Overview" }).click();
  await expect(card("Whom first")).toContainText("Ada Eager");
  await page.reload();
  await hydrated(page);
  await expect(card("Next step")).toBeVisible();
  await card("Whom first").getByRole("link", { name: "Ada Eager" }).click();
  await expect(page.getByRole("dialog", { name: "Ada Eager" })).toBeVisible();
});

test("the recommendation leads to its action, and follows the campaign's state", async () => {
  const campaign = await advised("Paused visit");
  await card("Analysis").getByRole("button", { name: "Pause the campaign" }).click();
  await page.getByRole("alertdialog", { name: "Pause this campaign?" }).getByRole("button", { name: "Pause", exact: true }).click();
  await expect(card("Analysis")).toContainText("It is paused by now.");
  expect((await client.get(`/api/campaigns/${campaign.id}`)).json.status).toBe("paused");
  await asked();
  await expect(card("Analysis"), "what is paused is not paused again").toContainText("Modify: 1 of 5 people asked us to stop.");
  await card("Analysis").getByRole("link", { name: "Open the flow" }).click();
  await expect(page).toHaveURL(new RegExp(`/campaigns/${campaign.id}/flow`));
});

test("without a model the rules read the figures and say so; without money nobody does, and it says where to change that", async () => {
  const name = "Ruled visit";
  const campaign = await advised(name);
  const broken = await agent("Cy", "scripted", "scripted-fail");
  await client.must(client.send("PUT", `/api/campaigns/${campaign.id}`, { name, agent_id: broken.id }), 200);
  await open(campaign);
  await asked();
  await expect(panel()).toContainText("Read by rules, not by a model");
  await expect(card("Analysis")).toContainText("5 messages went to 5 people");

  const broke = await agent("Di", "openai", "gpt-4.1-mini", { daily_budget_micros: 1 });
  await client.must(client.send("PUT", `/api/campaigns/${campaign.id}`, { name, agent_id: broke.id }), 200);
  await asked();
  await expect(panel()).toContainText("The budget is used up");
  await expect(card("Analysis"), "the last advice stays").toContainText("5 messages went to 5 people");
  await expect(panel().getByRole("link", { name: "Open the budgets" })).toHaveAttribute("href", "/settings/budgets");
  // A browser calls every refusal an error; this one is what was asked for.
  expect(noise.filter((line) => !line.includes("409")), "nothing else went wrong").toEqual([]);
  noise.splice(0);
});

test("it fits a phone in the dark", async () => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 844 });
  await advised("Small visit");
  await expect(card("Next step")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), "nothing hangs over").toBeLessThanOrEqual(0);
  for (const name of ["Analysis", "Channels", "Whom first", "Next step"]) {
    const box = (await card(name).boundingBox())!;
    expect(box.x >= 0 && box.x + box.width <= 390, `${name}: ${JSON.stringify(box)}`).toBe(true);
  }
  // The window is the file's.
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: null });
});
