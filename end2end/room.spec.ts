// Too little room. At 200 % a window has 640 by 400 pixels of its own: the thread can be read and answered, the flow can be drawn. Long names
// push nothing out of a list, and what is pushed along shows that there is more.
// Not here: what the pages do (their spec files).
// Pages: inbox, flows, leads.
import { expect, test, type Locator } from "@playwright/test";
import { desk, type Desk } from "./support/desk";
import { inbound, talkWith, writeIn } from "./support/inbound";
import { hydrated } from "./support/server";
import { agent, drawing, launch, sendSms, template } from "./run/world.mjs";

let at: Desk;
let campaign: { id: string };

desk({ name: "room", env: { EMULATOR_PACE: "0", ...inbound } }, async (desk) => {
  at = desk;
  await agent(at.client, { name: "Nora", prompt: "You are Nora. Answer in one sentence.", status: "live" });
  const hello = await template(at.client, "hello", "sms", "Hello {{lead.first_name}}");
  const lead = await at.client.must(at.client.post("/api/leads", { name: "Ada Lovelace", phone: "+14155550101", consent: true }), 201);
  campaign = await launch(at.client, { name: "Winter", graph: drawing([{ kind: "delay", secs: 864_000 }, sendSms(hello.id)]), leads: [lead.id] });
});

async function open(address: string) {
  await at.page.setViewportSize({ width: 640, height: 400 });
  await at.page.goto(at.server.url + address);
  await hydrated(at.page);
}

/** How many pixels of it are in sight, one below the other. */
const inSight = (it: Locator) =>
  it.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    let seen = 0;
    const x = element.getBoundingClientRect().left + element.clientWidth / 2;
    for (let y = Math.max(0, top) + 0.5; y < Math.min(innerHeight, bottom); y += 1) if (element.contains(document.elementFromPoint(x, y))) seen += 1;
    return seen;
  });

for (const { what, words } of [
  { what: "a conversation that the AI holds", words: "Are you there?" },
  { what: "a conversation that waits for a human", words: "I want a refund, now." },
]) {
  test(`${what} is read and answered at 200 %`, async () => {
    const talk = await talkWith(at.client, await writeIn(at.client, words), (c) => (/refund/.test(words) ? c.escalation_reason : c.last_direction === "outbound"));
    await open(`/inbox?c=${talk.id}`);
    expect(await inSight(at.page.getByRole("log", { name: "Messages" })), "pixels of the thread").toBeGreaterThanOrEqual(150);
    const reply = at.page.getByRole("textbox", { name: "Reply" });
    await reply.fill("Yes, I am here.");
    expect(await inSight(reply), "pixels of the reply").toBeGreaterThanOrEqual(30);
    await expect(at.page.getByRole("button", { name: /send$/i })).toBeInViewport({ ratio: 1 });
    await reply.fill("");
  });
}

test("a flow is drawn at 200 %", async () => {
  await open(`/campaigns/${campaign.id}/flow`);
  const canvas = at.page.locator("#flow-canvas");
  await expect(canvas).toBeVisible();
  expect(await inSight(canvas), "pixels of the drawing").toBeGreaterThanOrEqual(200);
  await expect(at.page.locator("#flow-node-n2")).toBeInViewport();
});

test("a long name cuts no column off a list, and hides no button", async () => {
  const long = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren";
  const lead = { name: `${long} ${long}`, email: `${long}@example.test`, company: "A company with a name of its own, Limited", phone: "+14155550199" };
  await at.client.must(at.client.post("/api/leads", lead), 201);
  await at.page.setViewportSize({ width: 1280, height: 800 });
  await at.page.goto(`${at.server.url}/leads`);
  await hydrated(at.page);
  const remove = at.page.getByRole("button", { name: `Delete ${long}` });
  await expect(remove).toBeInViewport({ ratio: 1 });
  expect(await at.page.getByRole("table", { name: "Leads" }).evaluate((table) => table.scrollWidth - table.parentElement!.clientWidth)).toBeLessThanOrEqual(0);
  const words = at.page.getByRole("table", { name: "Leads" }).getByRole("link", { name: "Ada Lovelace" });
  expect(await words.evaluate((link) => link.getClientRects().length && link.clientHeight), "a usual name is broken nowhere").toBeLessThan(30);
});

test("tabs that are pushed along fade where there is more, and only there", async () => {
  const mask = (name: string) => at.page.getByRole("navigation", { name }).evaluate((row) => [row.scrollWidth > row.clientWidth, getComputedStyle(row).maskImage !== "none"]);
  await at.page.setViewportSize({ width: 1280, height: 800 });
  await at.page.goto(`${at.server.url}/leads`);
  await hydrated(at.page);
  expect(await mask("Status")).toEqual([false, false]);
  await at.page.setViewportSize({ width: 320, height: 800 });
  await expect.poll(() => mask("Status")).toEqual([true, true]);
  await at.page.getByRole("navigation", { name: "Status" }).evaluate((row) => (row.scrollLeft = row.scrollWidth));
  await expect.poll(() => mask("Status")).toEqual([true, false]);
});

test("an address of nothing answers so: 404, with a way back", async () => {
  for (const [address, words] of [["/campaigns/cmp_0/flow", "Not found"], ["/campaigns/cmp_0", "Not found"], ["/inbox?c=cnv_0", "Not found"], ["/nothing", "There is no such page"]]) {
    const answer = await at.page.goto(at.server.url + address);
    expect(answer?.status(), address).toBe(404);
    await expect(at.page.getByRole("heading", { name: words })).toBeVisible();
  }
  // A browser calls every answer of 404 an error.
  expect(at.noise.splice(0).filter((line) => !/404/.test(line))).toEqual([]);
});
