// The Test Console and an agent's suite by clicking, in a real browser: what must go to a human does, the trace says why, an answer becomes
// a test, the suite runs and opens, changes hold for the session only, two versions answer side by side. Any error on the console fails
// the step it happens in. The steps build on each other.
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { hydrated, noServer, operator, signIn, signedIn, startServer, type Server } from "./support/server";
import { watch } from "./support/page";

const reason = noServer();
let server: Server;
let context: BrowserContext;
let page: Page;
let noise: string[];
let agent: string;

test.describe.configure({ mode: "serial" });
test.skip(reason !== null, reason ?? "");

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  server = await startServer({ name: "console" });
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  noise = watch(page);
  await signIn(page, server);
  const client = await signedIn(server.url, operator);
  const draft = { name: "Mia", prompt: "You are Mia. Answer in one friendly sentence." };
  agent = (await client.must(client.post("/api/agents", draft), 201)).id;
});
test.afterEach(async ({}, info) => {
  if (info.status !== info.expectedStatus) {
    await page.screenshot({ path: info.outputPath("last.png") });
    console.log(server.program?.tail(20));
  }
  expect(noise.splice(0), "errors behind the page").toEqual([]);
});
test.afterAll(async () => {
  await context?.close();
  await server?.remove();
});

const log = () => page.getByRole("log", { name: "Messages", exact: true });
const trace = () => page.getByRole("region", { name: "Trace" });

test("what must go to a human does, and the trace says why", async () => {
  await page.goto(`${server.url}/agents/${agent}/test`);
  await hydrated(page);
  await page.getByRole("button", { name: "I want a refund" }).click();
  await expect(log().getByText("Escalated: Refund")).toBeVisible({ timeout: 20_000 });
  await expect(log().getByText(/^\d+\/160 · 1 segment/).last(), "an SMS says how much of it is used").toBeVisible();
  await log().getByRole("button", { name: "Why?" }).click();
  await expect(trace().getByText(/Hand over to a human: refund/i)).toBeVisible();
  await trace().getByText(/Must go to a human: refund/i).click();
  await expect(trace().getByText("sentiment", { exact: true }), "a step opens").toBeVisible();
  await trace().getByRole("switch", { name: "Raw JSON" }).check();
  await expect(trace().getByLabel("Trace as JSON")).toContainText('"kind": "guardrail"');
  await trace().getByRole("switch", { name: "Raw JSON" }).uncheck();
});

test("an answer becomes a test, with what held of it filled in", async () => {
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
});

test("the suite runs and says what was expected and what came", async () => {
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
  await expect(red).toContainText("Failed", { timeout: 30_000 });
  await expect(page.getByRole("row", { name: /I want a refund/ })).toContainText("Passed");
  await red.getByRole("button", { name: /What was expected/ }).click();
  const result = page.getByRole("dialog", { name: "Expected and actual" });
  await expect(result.getByText("Contains “zebra”")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(result).toBeHidden();
});

test("a change holds for the session until it is made permanent", async () => {
  await page.getByRole("link", { name: "Conversation" }).click();
  await expect(log().getByText("Escalated: Refund"), "the conversation is still there").toBeVisible();
  await page.getByText("Change for this session only").click();
  await page.getByLabel("Note for the agent").fill("We close at six on Fridays.");
  await page.getByRole("button", { name: "Add note" }).click();
  await page.getByRole("checkbox", { name: "create_ticket" }).uncheck();
  const chips = page.getByRole("group", { name: "Changed for this session only" });
  await expect(chips.getByText("create_ticket off")).toBeVisible();
  await chips.getByRole("button", { name: "Discard: create_ticket off" }).click();
  await chips.getByRole("button", { name: /Make permanent: Note/ }).click();
  await expect(chips).toBeHidden();
  await expect(page.getByText("Version 2, as it was last saved.", { exact: false })).toBeVisible();
});

test("two versions answer the same message side by side", async () => {
  await page.getByRole("switch", { name: "Compare two" }).check();
  await page.getByLabel("Version B").selectOption({ label: "Version 1" });
  await page.getByLabel("Message as the lead").fill("What are your opening hours?");
  await page.keyboard.press("Control+Enter");
  await expect(log().getByText(/\d+ \+ \d+ tokens/)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("log", { name: "Messages of B" }).getByText(/\d+ \+ \d+ tokens/)).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press("Alt+r");
  await expect(page.getByRole("log", { name: "Messages of B" }).getByText(/\d+ \+ \d+ tokens/)).toBeVisible({ timeout: 20_000 });
  await page.getByRole("switch", { name: "Compare two" }).uncheck();
});

test("on a phone the columns are tabs", async () => {
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
