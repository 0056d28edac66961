// The Test Console and an agent's suite by clicking, in a real browser: what must go to a human does, the trace says why, an answer becomes
// a test, the suite runs and opens, a model judges, what is not green is published only with a reason, a voice is heard, a conversation is
// replayed from an answer, a wrong answer becomes a test that a change mends, leaving stops the call to the model, changes hold for the
// session only, two versions answer side by side. Any error on the console fails the test it happens in. Each test has an agent of its own.
// Pages: console, turns.
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { key, startLlm } from "./peers/llm.mjs";
import { type Client, hydrated, type Server } from "./support/server";
import { desk } from "./support/desk";
import { root, until } from "./run/process.mjs";

let server: Server;
let page: Page;
let noise: string[];
let client: Client;
let llm: Awaited<ReturnType<typeof startLlm>>;

/** A model that says one word and then thinks for ever; counts who was asked and who hung up. */
const endless = {
  asked: 0,
  left: 0,
  server: http.createServer((request, response) => {
    request.resume();
    // Probes of its health are none of the calls that are counted.
    if (!request.url?.endsWith("/chat/completions")) return void response.writeHead(404).end();
    endless.asked += 1;
    response.on("close", () => (endless.left += 1));
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", choices: [{ index: 0, delta: { role: "assistant", content: "Well" }, finish_reason: null }] })}\n\n`);
  }),
};

desk(
  {
    name: "console",
    env: async () => {
      await new Promise<void>((ready) => endless.server.listen(0, "127.0.0.1", ready));
      llm = await startLlm(path.join(root, "end2end/peers/trust-fixtures.json"));
      const slow = `http://127.0.0.1:${(endless.server.address() as AddressInfo).port}/v1`;
      return { OPENAI_BASE_URL: `${llm.url}/v1`, OPENAI_API_KEY: key, COMPATIBLE_BASE_URL: slow };
    },
  },
  (at) => ({ server, client, page, noise } = at),
  async () => {
    await llm?.stop();
    endless.server.closeAllConnections();
    endless.server.close();
  },
);

const log = () => page.getByRole("log", { name: "Messages", exact: true });
const trace = () => page.getByRole("region", { name: "Trace" });

/** An agent of the test's own; `more` is what differs from a friendly one. */
async function make(name: string, more: Record<string, unknown> = {}): Promise<string> {
  const draft = { name, prompt: `You are ${name}. Answer in one friendly sentence.`, ...more };
  return (await client.must(client.post("/api/agents", draft), 201)).id;
}

/** The model that the judge and the figures are known of. */
const models = [{ provider: "openai", model: "gpt-4.1-mini" }];

/** Saves an agent with something changed, which makes a version. */
async function change(agent: string, more: Record<string, unknown>) {
  const saved = await client.must(client.get(`/api/agents/${agent}`), 200);
  await client.must(client.send("PUT", `/api/agents/${agent}`, { ...saved, version: undefined, ...more }), 200);
}

/** Opens an agent's console. */
async function open(agent: string, query = "") {
  await page.goto(`${server.url}/agents/${agent}/test${query}`);
  await hydrated(page);
}

/** Says as the lead what goes to a human whatever the model says. */
async function askForRefund() {
  await page.getByRole("button", { name: "I want a refund" }).click();
  await expect(log().getByText("Escalated: Refund")).toBeVisible({ timeout: 30_000 });
}

/** Says something as the lead and waits until there are so many answers. */
async function say(words: string, answers: number) {
  await page.getByLabel("Message as the lead").fill(words);
  await page.keyboard.press("Control+Enter");
  await expect(log().getByText(/\d+ \+ \d+ tokens$/)).toHaveCount(answers, { timeout: 30_000 });
}

/** The tests that the console's window writes, from an answer and by hand. */
const refund = {
  name: "I want a refund", channel: "sms", lead_name: "Ada Lovelace", input: "I want a refund",
  assertions: [{ kind: "escalated", reason: "refund" }, { kind: "at_most_segments", segments: 1 }, { kind: "contains", text: "colleague" }],
};
const zebras = { name: "Speaks of zebras", channel: "sms", input: "Hello", assertions: [{ kind: "contains", text: "zebra" }] };

/** Writes a test of an agent over HTTP. */
const write = (agent: string, draft: unknown) => client.must(client.post(`/api/agents/${agent}/tests`, draft), 201);

/** Runs an agent's tests over HTTP, to the end. */
async function run(agent: string): Promise<any> {
  const { id } = await client.must(client.post(`/api/agents/${agent}/suite`, {}), 202);
  return until("the tests to have run", async () => {
    const report = await client.must(client.get(`/api/agents/${agent}/suite/runs/${id}`), 200);
    return report.finished_at ? report : null;
  }, { timeout: 60_000 });
}

test("what must go to a human does, and the trace says why", async () => {
  await open(await make("Rules"));
  await askForRefund();
  await expect(log().getByText(/^\d+\/160 · 1 segment/).last(), "an SMS says how much of it is used").toBeVisible();
  await log().getByRole("button", { name: "Why?" }).click();
  await expect(trace().getByText(/Hand over to a human: refund/i)).toBeVisible();
  await expect(trace().getByText("Handed over: Subjects for a human"), "the rule did its work").toBeVisible();
  await expect(page.getByRole("complementary", { name: "Figures" }).getByText("No model was asked for this one.")).toBeVisible();
  await trace().getByText(/Must go to a human: refund/i).click();
  await expect(trace().getByText("sentiment", { exact: true }), "a step opens").toBeVisible();
  await trace().getByRole("switch", { name: "Raw JSON" }).check();
  await expect(trace().getByLabel("Trace as JSON")).toContainText('"kind": "guardrail"');
  await trace().getByRole("switch", { name: "Raw JSON" }).uncheck();
});

test("an answer becomes a test, with what held of it filled in", async () => {
  const agent = await make("Saved");
  await open(agent);
  await askForRefund();
  await page.keyboard.press("Alt+t");
  const dialog = page.getByRole("dialog", { name: "Save as test" });
  await expect(dialog.getByLabel("Test name")).toHaveValue("I want a refund");
  await expect(dialog.getByLabel("Kind of assertion 1")).toHaveValue("escalated");
  await expect(dialog.getByLabel("Reason of assertion 1")).toHaveValue("refund");
  await dialog.getByRole("button", { name: "Add assertion" }).click();
  await dialog.getByRole("button", { name: "Save test" }).click();
  await expect(dialog.getByRole("alert").first(), "an empty text is no assertion").toBeVisible();
  await dialog.getByLabel("Text of assertion 3").fill("colleague");
  await dialog.getByRole("button", { name: "Save test" }).click();
  await expect(dialog).toBeHidden();
  const { tests } = await client.must(client.get(`/api/agents/${agent}/tests`), 200);
  expect(tests, "what was kept").toEqual([expect.objectContaining(refund)]);
});

test("the suite runs and says what was expected and what came", async () => {
  const agent = await make("Tested");
  await write(agent, refund);
  await open(agent);
  await page.getByRole("link", { name: "Suite" }).click();
  await page.getByRole("button", { name: "New test" }).click();
  const dialog = page.getByRole("dialog", { name: "Save as test" });
  await dialog.getByLabel("Test name").fill("Speaks of zebras");
  await dialog.getByLabel("What the lead says").fill("Hello");
  await dialog.getByLabel("Kind of assertion 1").selectOption({ label: "Contains" });
  await dialog.getByLabel("Text of assertion 1").fill("zebra");
  await dialog.getByRole("button", { name: "Save test" }).click();
  await expect(page.getByRole("row", { name: /Speaks of zebras/ })).toContainText("Not run");
  await page.getByRole("button", { name: "Run all tests" }).click();
  const red = page.getByRole("row", { name: /Speaks of zebras/ });
  await expect(red).toContainText("Failed", { timeout: 60_000 });
  await expect(page.getByRole("row", { name: /I want a refund/ })).toContainText("Passed");
  await red.getByRole("button", { name: /^Details of/ }).click();
  const result = page.getByRole("dialog", { name: "Expected and actual" });
  await expect(result.getByText("Contains “zebra”")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(result).toBeHidden();
});

test("a change holds for the session until it is made permanent", async () => {
  await open(await make("Changed"));
  await askForRefund();
  await page.getByRole("link", { name: "Suite" }).click();
  await expect(page.getByRole("button", { name: "New test" }).first()).toBeVisible();
  await page.getByRole("link", { name: "Conversation" }).click();
  await expect(log().getByText("Escalated: Refund"), "the conversation is still there").toBeVisible();
  await page.getByText("Change for this session only").click();
  await page.getByLabel("Note for the agent").fill("We close at six on Fridays.");
  await page.getByRole("button", { name: "Add note" }).click();
  await page.getByRole("checkbox", { name: "create_ticket" }).uncheck();
  const chips = page.getByRole("group", { name: "Changed for this session only" });
  await expect(chips.getByTitle("create_ticket off", { exact: true })).toBeVisible();
  await chips.getByRole("button", { name: "Discard: create_ticket off" }).click();
  await chips.getByRole("button", { name: /Make permanent Note/ }).click();
  await expect(chips).toBeHidden();
  await expect(page.getByText("Version 2, as it was last saved.", { exact: false })).toBeVisible();
});

test("two versions answer the same message side by side", async () => {
  const agent = await make("Compared");
  await change(agent, { prompt: "You are Compared. We close at six on Fridays." });
  await open(agent);
  await askForRefund();
  await page.getByRole("switch", { name: "Compare two" }).check();
  const second = page.getByRole("log", { name: "Messages of B" });
  await expect(second.getByText("Escalated: Refund"), "both sides begin with what was said").toBeVisible();
  await page.getByLabel("Version B").selectOption({ label: "Version 1" });
  await page.getByLabel("Message as the lead").fill("What are your opening hours?");
  await page.keyboard.press("Control+Enter");
  await expect(log().getByText(/\d+ \+ \d+ tokens/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("log", { name: "Messages of B" }).getByText(/\d+ \+ \d+ tokens/)).toBeVisible({ timeout: 30_000 });
  await second.getByRole("button", { name: "Why?" }).last().click();
  await expect(trace().getByText("Trace of B")).toBeInViewport();
  await page.keyboard.press("Alt+r");
  await expect(page.getByRole("region", { name: "The answer before" }), "both sides answer once more").toHaveCount(2);
  await expect(page.getByRole("log", { name: "Messages of B" }).getByText(/\d+ \+ \d+ tokens/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("switch", { name: "Compare two" }).uncheck();
});

test("what is not green is not published; an owner overrules with a reason, which is kept", async () => {
  const agent = await make("Published");
  await write(agent, refund);
  await write(agent, zebras);
  expect(await run(agent)).toMatchObject({ passed: 1, failed: 1 });
  await page.goto(`${server.url}/agents?edit=${agent}&section=prompt`);
  await hydrated(page);
  const drawer = page.getByRole("dialog").first();
  await drawer.getByRole("textbox", { name: "Prompt" }).fill("You are Mia. Answer in two friendly sentences.");
  await drawer.getByRole("button", { name: "Publish" }).click();
  const ask = page.getByRole("dialog", { name: /^Publish version/ });
  await ask.getByRole("button", { name: "Publish now" }).click();
  await expect(ask.getByText("Its tests are not green")).toBeVisible();
  await expect(ask.getByText(/Not run on this version yet|Failing/)).toBeVisible();
  await expect(ask.getByRole("button", { name: "Publish all the same" }), "not without a reason").toBeDisabled();
  expect(noise.splice(0), "the server refused it, not the page alone").toEqual([expect.stringMatching(/422 .*publish_agent/)]);
  await ask.getByLabel("Why publish all the same").fill("The zebra test is a joke.");
  await ask.getByRole("button", { name: "Publish all the same" }).click();
  await expect(ask).toBeHidden();
  await page.goto(`${server.url}/agents?edit=${agent}&section=history`);
  await hydrated(page);
  await expect(page.getByText("although its tests were not green: The zebra test is a joke.")).toBeVisible();
});

test("a model judges, where a test asks for it", async () => {
  await open(await make("Judged", { models }), "?tab=suite");
  for (const [name, judge] of [["Is friendly", "It greets the person."], ["Knows animals", "It names zebras."]]) {
    await page.getByRole("button", { name: "New test" }).click();
    const dialog = page.getByRole("dialog", { name: "Save as test" });
    await dialog.getByLabel("Test name").fill(name);
    await dialog.getByLabel("What the lead says").fill("Hello");
    await dialog.getByLabel("What a judge looks for").fill(judge);
    await dialog.getByRole("button", { name: "Save test" }).click();
    await expect(dialog).toBeHidden();
  }
  await page.getByRole("button", { name: "Run all tests" }).click();
  await expect(page.getByRole("row", { name: /Is friendly/ })).toContainText("Passed", { timeout: 60_000 });
  const red = page.getByRole("row", { name: /Knows animals/ });
  await expect(red).toContainText("Failed", { timeout: 60_000 });
  await red.getByRole("button", { name: /^Details of/ }).click();
  const result = page.getByRole("dialog", { name: "Expected and actual" });
  await expect(result.getByText("A judge finds: It names zebras.")).toBeVisible();
  await expect(result.getByText("No zebra is named anywhere.")).toBeVisible();
  await page.keyboard.press("Escape");
});

test("a voice sample plays in the page", async () => {
  await open(await make("Heard", { models }));
  await page.getByRole("region", { name: "Scenario" }).getByLabel("Channel").selectOption({ label: "Voice" });
  await page.getByLabel("Message as the lead").fill("What are your opening hours?");
  await page.keyboard.press("Control+Enter");
  await log().getByRole("button", { name: /^Play .*the message$/ }).click({ timeout: 30_000 });
  const sound = log().getByLabel("The message, read aloud");
  await expect(sound).toBeVisible();
  await expect.poll(() => sound.evaluate((audio: HTMLAudioElement) => (audio.error ? audio.error.message : audio.duration > 0.1))).toBe(true);
});

test("a conversation is replayed from an answer, with the settings of now, and put back", async () => {
  await open(await make("Replayed", { models }));
  await say("What are your opening hours?", 1);
  await say("Hello", 2);
  await page.getByText("Change for this session only").click();
  await page.getByLabel("Note for the agent").fill("Always speak like a sailor");
  await page.getByRole("button", { name: "Add note" }).click();
  await log().getByRole("group", { name: "Reply 1" }).getByRole("button", { name: "Replay from here" }).click();
  const before = log().getByRole("region", { name: "The answer before" });
  await expect(before).toContainText("Shall I book you a visit?");
  await expect(before).toContainText("2 later messages are left out");
  await expect(before).toContainText(/gpt-4.1-mini · \d+ ms · 133 tokens/);
  await expect(log().getByText("Ahoy! We are open"), "the note of the session holds").toBeVisible({ timeout: 30_000 });
  await expect(log().getByText("Lead: Hello")).toHaveCount(0);
  await before.getByRole("button", { name: "Put it back" }).click();
  await expect(log().getByText("Lead: Hello")).toBeVisible();
  await expect(before).toContainText("Ahoy! We are open");
  await page.getByRole("button", { name: "Reset" }).click();
  await expect(before).toBeHidden();
});

test("an answer that is wrong becomes a test, and a change of the agent mends it", async () => {
  const agent = await make("Corrected", { models });
  await open(agent);
  await say("What are your opening hours?", 1);
  await page.keyboard.press("Alt+m");
  const dialog = page.getByRole("dialog", { name: "Mark wrong" });
  const never = dialog.getByLabel("Words that must not come again");
  await expect(never).toHaveValue("We are open from nine to five, Monday to Friday.");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await log().getByRole("button", { name: "Mark wrong" }).click();
  await never.fill("");
  await dialog.getByRole("button", { name: "Save the correction" }).click();
  await expect(dialog.getByText("Say what is wrong with the answer.")).toBeVisible();
  await expect(dialog.getByText(/The same answer would pass/), "a test that proves nothing").toBeVisible();
  await never.fill("Shall I book you a visit?");
  await expect(dialog.getByRole("region", { name: "What the test checks" })).toContainText("Does not contain “Shall I book you a visit?”");
  await dialog.getByLabel("What is wrong with it").fill("It offers a visit that nobody asked for.");
  await page.keyboard.press("Control+Enter");
  await expect(dialog).toBeHidden();
  await expect(log().getByText("Marked wrong")).toBeVisible();
  const { tests } = await client.must(client.get(`/api/agents/${agent}/tests`), 200);
  expect(tests.at(-1), "the API says the same").toMatchObject({ note: "It offers a visit that nobody asked for.", input: "What are your opening hours?", judge: null });

  await page.getByRole("link", { name: "Suite" }).click();
  const row = page.getByRole("row", { name: /Wrong: What are your opening hours/ });
  await expect(row).toContainText("Note: It offers a visit that nobody asked for.");
  await page.getByRole("button", { name: "Run all tests" }).click();
  await expect(row).toContainText("Failed", { timeout: 60_000 });
  await change(agent, { prompt: "You are Corrected. Always speak like a sailor." });
  await page.getByRole("button", { name: "Run all tests" }).click();
  await expect(row).toContainText("Passed", { timeout: 60_000 });
  await row.getByRole("button", { name: /^Details of/ }).click();
  await expect(page.getByRole("dialog", { name: "Expected and actual" })).toContainText("Note: It offers a visit that nobody asked for.");
  await page.keyboard.press("Escape");
});

test("leaving the page stops the call to the model", async () => {
  const { asked, left } = endless;
  await open(await make("Endless", { prompt: "Think.", timeout_ms: 60_000, models: [{ provider: "compatible", model: "endless" }] }));
  const ask = async () => {
    await page.getByLabel("Message as the lead").fill("Hello");
    await page.keyboard.press("Control+Enter");
    await expect(log().getByText("Well", { exact: true })).toBeVisible({ timeout: 30_000 });
  };
  await ask();
  await page.getByRole("button", { name: "Stop" }).click();
  await until("the call to end by Stop", () => endless.left === left + 1);
  await page.getByRole("button", { name: "Reset" }).click();
  await ask();
  await page.getByRole("navigation").getByRole("link", { name: "Agents" }).first().click();
  await until("the call to end by leaving", () => endless.left === left + 2);
  await page.goBack();
  await hydrated(page);
  await ask();
  await page.goto("about:blank");
  await until("the call to end with the window", () => endless.left === left + 3);
  expect(endless.asked).toBe(asked + 3);
});

test("on a phone the columns are tabs", async () => {
  await open(await make("Small"));
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("tab", { name: "Conversation" }).click();
  await expect(page.getByLabel("Message as the lead")).toBeVisible();
  await page.getByRole("tab", { name: "Trace" }).click();
  await expect(trace()).toBeVisible();
  await expect(page.getByLabel("Message as the lead")).toBeHidden();
  await page.getByRole("tab", { name: "Scenario" }).click();
  await expect(page.getByLabel("Lead name")).toBeVisible();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(wide, "nothing sticks out").toBe(false);
});
