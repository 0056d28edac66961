// Why an agent said what it said, by clicking: what replies mean in the Inbox, the panel behind a message, and a stored conversation
// once more with another model, prompt or set of guardrails. The model is aimock, which nobody here wrote; people write on the emulator.
// All have one agent and two conversations that they only read; a test that changes one has its own.
// Pages: inbox, phone, replay, turns.
import path from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { key, startLlm } from "./peers/llm.mjs";
import { type Client, hydrated, type Server } from "./support/server";
import { desk } from "./support/desk";
import { inbound, talkWith, writeIn } from "./support/inbound";
import { root } from "./run/process.mjs";

let server: Server;
let llm: Awaited<ReturnType<typeof startLlm>>;
let client: Client;
let page: Page;
let noise: string[];
/** What the agent wrote itself, and what a meeting is wanted in: to look at, not to change. */
let asked: any;
let meeting: any;

const answered = (c: any) => c.last_direction === "outbound";
const escalated = (c: any) => c.escalation_reason === "refund";
const meets = (c: any) => c.intent === "meeting_request";

desk(
  {
    name: "trust",
    env: async () => {
      llm = await startLlm(path.join(root, "end2end/peers/trust-fixtures.json"));
      return { ...inbound, EMULATOR_PACE: "0", OPENAI_BASE_URL: `${llm.url}/v1`, OPENAI_API_KEY: key };
    },
  },
  async (at) => {
    ({ server, client, page, noise } = at);
    const draft = { name: "Mia", prompt: "You are Mia. Answer in one sentence.", status: "live", models: [{ provider: "openai", model: "gpt-4.1-mini" }] };
    await client.must(client.post("/api/agents", draft), 201);
    const people = [await writeIn(client, "What are your opening hours?"), await writeIn(client, "Can we meet on Tuesday at 10? My boss decides.")];
    [asked, meeting] = await Promise.all([talkWith(client, people[0], answered), talkWith(client, people[1], meets)]);
  },
  () => llm?.stop(),
);

const list = () => page.getByRole("region", { name: "Conversations" });
const thread = () => page.getByRole("log", { name: "Messages" });
const panel = () => page.getByRole("dialog", { name: "Why this message?" });

async function open(address: string) {
  await page.goto(server.url + address);
  await hydrated(page);
}

/** The line of a conversation in the list; an address may escape the underscore of its id. */
const row = (c: { id: string }) => list().locator(`a[href*="${c.id.slice("cnv_".length)}"]`);

/** Somebody unknown writes on their phone, and is played by hand from then on. Gives their number. */
async function writes(text: string): Promise<string> {
  await open("/phone");
  await page.getByRole("button", { name: "New person" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New person" });
  await dialog.getByLabel("What they write").fill(text);
  await dialog.getByLabel("How they go on").selectOption("hand");
  await dialog.getByRole("button", { name: "Write in" }).click();
  await expect(page).toHaveURL(/[?&]n=/);
  return new URL(page.url()).searchParams.get("n") ?? "";
}

/** Somebody unknown writes what no agent answers. Gives the conversation once it waits for a human. */
const newAngry = async () => talkWith(client, await writeIn(client, "I want a refund, this is terrible"), escalated);

/** The address at which the agent's message says why it came. */
async function whyAddress(c: { id: string }): Promise<string> {
  const { items } = await client.must(client.get(`/api/conversations/${c.id}/messages`), 200);
  return `/inbox?c=${c.id}&why=${items.findLast((m: any) => m.direction === "outbound").id}`;
}

test("replies come in, and the list says what each wants, how they sound, and who needs a human", async () => {
  test.setTimeout(180_000);
  const waiting = (await client.must(client.get("/api/conversations?owner=escalated"), 200)).total;
  const [first, second, third] = [await writes("What are your opening hours?"), await writes("I want a refund, this is terrible"), await writes("Can we meet on Tuesday at 10? My boss decides.")];
  const question = await talkWith(client, first, answered);
  const angry = await talkWith(client, second, escalated);
  const proposal = await talkWith(client, third, meets);
  await open("/inbox");
  await expect(row(question)).toContainText("Question");
  await expect(row(question)).toContainText(/Sounds (neutral|happy)/);
  await expect(row(angry)).toContainText("Escalated: Refund");
  await expect(row(angry)).toContainText("Waits for a human");
  await expect(row(angry)).toContainText(/Sounds (angry|unhappy)/);
  await expect(row(proposal)).toContainText("Wants to meet");

  await page.getByRole("navigation", { name: "Queue" }).getByRole("link", { name: new RegExp(`^Waits for a human ${waiting + 1}$`) }).click();
  await expect(row(question)).toHaveCount(0);
  await expect(row(angry)).toBeVisible();
  await page.getByRole("navigation", { name: "Queue" }).getByRole("link", { name: /^All/ }).click();
  await page.getByLabel("Intent").selectOption({ label: "Wants to meet" });
  await expect(page).toHaveURL(/intent=meeting_request/);
  await expect(row(proposal)).toBeVisible();
  await expect(row(angry)).toHaveCount(0);
  await page.reload();
  await hydrated(page);
  await expect(row(proposal), "the address is the state").toBeVisible();
  await expect(page.getByLabel("Intent")).toHaveValue("meeting_request");
});

test("beside the thread stands what they want and why we think so, their tickets, and answers to begin with", async () => {
  const angry = await newAngry();
  await open("/inbox");
  await row(meeting).click();
  const person = page.getByRole("complementary", { name: "Person" });
  const wants = person.getByRole("region", { name: "What they want" });
  await expect(wants).toContainText("Wants to meet");
  await expect(wants).toContainText(/\d+ % sure, read by (rules|a model)/);
  await expect(wants).toContainText("Because:");
  await expect(wants).toContainText(/boss/i);

  await open(`/inbox?c=${angry.id}`);
  const banner = page.getByRole("alert").filter({ hasText: "Escalated: Refund" });
  await expect(banner).toContainText("refund");
  const why = banner.getByRole("button", { name: "The whole reason" });
  const folded = (await banner.boundingBox())!.height;
  await why.click();
  await expect(why).toHaveAttribute("aria-expanded", "true");
  await expect.poll(async () => (await banner.boundingBox())!.height, { message: "the whole sentence is shown" }).toBeGreaterThan(folded);
  await why.click();
  await expect(why).toHaveAttribute("aria-expanded", "false");
  const ticket = person.getByRole("region", { name: "Tickets" });
  await expect(ticket).toContainText(/TKT-\d{4}/);
  await expect(ticket).toContainText("Refund");
  await ticket.getByRole("button", { name: /^Resolve TKT-/ }).click();
  await expect(ticket).toContainText("Resolved");
  await ticket.getByRole("button", { name: /^Reopen TKT-/ }).click();
  await expect(ticket).toContainText("Open");

  const ideas = page.getByRole("list", { name: "Suggested answers" });
  const idea = ideas.getByRole("button").first();
  const words = (await idea.innerText()).trim();
  await idea.click();
  const reply = page.getByRole("textbox", { name: "Reply", exact: true });
  await expect(reply).toHaveValue(words);
  await expect(ideas, "with something written there is nothing to suggest").toBeHidden();
  await reply.fill("");
});

test("what the rules are not sure of is read by a model", async () => {
  const number = await writeIn(client, "hmm the blue thing at Harbour Homes");
  const found = await talkWith(client, number, (c) => c.intent === "interested");
  await open(`/inbox?c=${found.id}`);
  const wants = page.getByRole("complementary", { name: "Person" }).getByRole("region", { name: "What they want" });
  await expect(wants).toContainText("91 % sure, read by a model");
  await expect(wants).toContainText("“Harbour Homes”");
});

test("why this message, by click and by its address", async () => {
  await open(`/inbox?c=${asked.id}`);
  await thread().getByRole("article", { name: /Mia · AI/ }).first().getByRole("link", { name: "Why this message?" }).click();
  await expect(panel()).toContainText("Mia, version 1, wrote this with openai/gpt-4.1-mini");
  for (const part of ["Models, in the order they were asked", "Rules", "Passages from the knowledge", "Tools", "Step by step"]) await expect(panel().getByRole("heading", { name: part })).toBeVisible();
  await expect(panel().getByText("111 + 22 tokens")).toBeVisible();
  await expect(panel().getByText("create_ticket", { exact: true }).first()).toBeVisible();
  await panel().getByText("What the model was told").click();
  await expect(panel().getByText(/You are Mia\. Answer in one sentence\./).first()).toBeVisible();
  await expect(page).toHaveURL(/why=msg(_|%5F)/);
  const deep = new URL(page.url());
  expect(new URL(await whyAddress(asked), deep).searchParams.get("why"), "its address names it").toBe(deep.searchParams.get("why"));
  await page.keyboard.press("Escape");
  await expect(panel()).toBeHidden();
  await expect(page).not.toHaveURL(/why=/);

  await open(deep.pathname + deep.search);
  await expect(panel(), "the address opens it too").toContainText("Mia, version 1, wrote this");
  await panel().getByRole("button", { name: "Close" }).click();
  await expect(page).not.toHaveURL(/why=/);
  await page.goBack();
  await open(`/inbox?c=${asked.id}&why=msg_00000000000000000000000000000000`);
  await expect(panel().getByRole("alert").or(panel().getByText(/not exist|not found/i)).first(), "an old address says so").toBeVisible();
  expect(noise.splice(0).filter((line) => !/status of 404/.test(line)), "nothing but that").toEqual([]);
});

test("why a human has to answer: the rule that decided, and that no model was asked", async () => {
  const angry = await newAngry();
  await open(`/inbox?c=${angry.id}`);
  await thread().getByRole("article", { name: /Mia · AI/ }).first().getByRole("link", { name: "Why this message?" }).click();
  await expect(panel()).toContainText("handed over to a human (Refund)");
  await expect(panel()).toContainText("No model was asked: a rule decided before that.");
  await page.keyboard.press("Escape");
});

test("what waits for a human says so until one takes it over", async () => {
  const angry = await newAngry();
  const pane = page.getByRole("region", { name: "Conversation", exact: true });
  await open(`/inbox?c=${angry.id}`);
  const banner = page.getByRole("alert").filter({ hasText: "Escalated: Refund" });
  await expect(banner).toBeVisible();
  await expect(pane.getByText("Waits for a human")).toBeVisible();
  await expect(pane.getByText("AI is handling")).toHaveCount(0);
  await expect(pane.getByRole("button", { name: "Take over and send" }), "writing takes it over, and the button says so").toBeVisible();
  await pane.getByRole("button", { name: "Take over", exact: true }).click();
  await expect(pane.getByText("You are handling")).toBeVisible();
  await expect(banner).toHaveCount(0);
  await expect(row(angry)).not.toContainText("Escalated");
  await expect(row(angry)).not.toContainText("Waits for a human");
  await expect(pane.getByRole("button", { name: "Return to AI" })).toHaveCount(1);
  await expect(pane.getByRole("button", { name: "Send", exact: true })).toBeVisible();
  await page.getByRole("navigation", { name: "Queue" }).getByRole("link", { name: /^Waits for a human/ }).click();
  await expect(page).toHaveURL(/owner=escalated/);
  await expect(row(angry)).toHaveCount(0);
});

const turns = () => page.getByRole("region", { name: "What came of it" });
const side = (name: string) => turns().getByRole("region", { name, exact: true }).first();

test("a stored conversation once more with another model: side by side, with cost and time", async () => {
  const before = (await client.get(`/api/conversations/${asked.id}/messages`)).json.total;
  await open(await whyAddress(asked));
  await panel().getByRole("link", { name: "Replay with something changed" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Replay" })).toBeVisible();
  await page.getByLabel("Model", { exact: true }).selectOption({ label: "GPT-4o mini" });
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(side("Then")).toContainText("openai/gpt-4.1-mini");
  await expect(side("Then").locator("del").first()).toBeVisible();
  await expect(side("Now")).toContainText("openai/gpt-4o-mini");
  await expect(side("Now").locator("ins").first()).toContainText(/eight/);
  for (const name of ["Then", "Now"]) await expect(side(name)).toContainText(/\d+ ms.*\d+ tokens.*\$0\.0/s);
  await expect(turns().getByText("1 of 1", { exact: true })).toBeVisible();
  expect((await client.get(`/api/conversations/${asked.id}/messages`)).json.total, "nothing was sent").toBe(before);
});

test("and with another prompt, and with other guardrails", async () => {
  await open(`/replay?c=${asked.id}`);
  await page.getByLabel("Model", { exact: true }).selectOption({ label: "GPT-4o mini" });
  await page.getByLabel("Model", { exact: true }).selectOption({ label: "As it was" });
  await page.getByRole("textbox", { name: "Prompt" }).fill("Always speak like a sailor.");
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(side("Now")).toContainText("Ahoy!");

  await page.getByRole("textbox", { name: "Prompt" }).fill("You are Mia. Answer in one sentence.");
  await page.getByRole("textbox", { name: "Never say" }).fill("nine to five");
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(side("Now")).toContainText("Handed over");
  await side("Now").getByText("Rules", { exact: true }).click();
  await expect(side("Now")).toContainText("nine to five");
  await page.getByRole("textbox", { name: "Never say" }).fill("");
  await page.getByRole("textbox", { name: "Hand over on" }).fill("opening hours");
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(side("Now")).toContainText("no model asked");
  await page.getByRole("textbox", { name: "Hand over on" }).fill("");
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(turns().getByText("Came out the same.")).toBeVisible();
});

test("on a phone the panel and the replay fit", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const address of [await whyAddress(asked), `/replay?c=${asked.id}`, "/inbox", `/inbox?c=${meeting.id}&d=1`, "/replay"]) {
    await open(address);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide, `nothing sticks out of ${address}`).toBe(false);
  }
  await expect(page.getByText("No conversation chosen"), "without a conversation it says how to get there").toBeVisible();
});
