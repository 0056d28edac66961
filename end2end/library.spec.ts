// The Agent Library by clicking, in a real browser: what stands there when it is empty, figures that are those of what was really said, sorting
// and filters in the address. Any error on the console fails the step it happens in. The steps build on each other.
// Not here: the drawer (agents.spec.ts).
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { type Client, hydrated, noServer, operator, signIn, signedIn, startServer, type Server } from "./support/server";
import { watch } from "./support/page";
import { until } from "./run/process.mjs";

const reason = noServer();
let server: Server;
let client: Client;
let context: BrowserContext;
let page: Page;
let noise: string[];

test.describe.configure({ mode: "serial" });
test.skip(reason !== null, reason ?? "");

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  server = await startServer({ name: "library", env: { EMULATOR_PACE: "0" } });
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  noise = watch(page);
  await signIn(page, server);
  client = await signedIn(server.url, operator);
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

const row = (name: RegExp) => page.getByRole("table", { name: "Agents" }).getByRole("row", { name });

/** Opens an address as if it had been sent by mail. */
async function open(address: string) {
  await page.goto(server.url + address);
  await hydrated(page);
}

test("an empty library offers three agents, each one click away", async () => {
  await open("/agents");
  await expect(page.getByRole("heading", { name: "No agents yet" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Starter agents" }).getByRole("listitem")).toHaveCount(3);
  await page.getByRole("button", { name: "Make the Reply handler" }).click();
  await expect(page.getByRole("dialog", { name: /^Reply handler/ }).getByLabel("Name", { exact: true })).toHaveValue("Reply handler");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: /^Reply handler/ })).toBeHidden();
  await expect(row(/Reply handler/)).toContainText("Draft");
});

test("the figures of the library are those of what was said", async () => {
  const nora = await client.must(client.post("/api/agents", { name: "Nora", prompt: "You are Nora. Answer in one sentence.", status: "live" }), 201);
  await client.must(client.post("/api/leads", { name: "Ada Lovelace", phone: "+14155550101", consent: true, assigned_agent: nora.id }), 201);
  await expect(row(/Reply handler/), "nothing was said, nothing is made up").not.toContainText("ms");
  await row(/Nora/).getByRole("link", { name: "Test" }).click();
  const log = page.getByRole("log", { name: "Messages", exact: true });
  for (const [n, words] of ["Hello there", "What can you do?"].entries()) {
    await page.getByLabel("Message as the lead").fill(words);
    await page.keyboard.press("Control+Enter");
    await expect(log.getByText(/\d+ \+ \d+ tokens/)).toHaveCount(n + 1, { timeout: 20_000 });
  }
  await open("/phone");
  await page.getByRole("region", { name: "People" }).getByRole("link", { name: /Ada Lovelace/ }).click();
  for (const words of ["Hello, who is this?", "I want a refund"]) {
    await page.getByRole("textbox", { name: /^Write as/ }).fill(words);
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page.getByRole("log", { name: "On this phone" })).toContainText(words);
    await until("an answer", async () => (await client.get("/api/agents?q=Nora")).json.items[0].messages >= 1);
  }
  await until("the handing over", async () => (await client.get("/api/agents?q=Nora")).json.items[0].escalated === 1);
  await open("/agents");
  await expect(row(/Nora/).getByTitle("Average over 30 days")).toHaveText(/^\d+ ms$|^\d+\.\d s$/);
  await expect(row(/Nora/).getByTitle("Half of the answers were faster")).toHaveText(/^p50 \d/);
  await expect(row(/Nora/).getByTitle("95 of 100 answers were faster")).toHaveText(/^p95 \d/);
  const { right } = await row(/Nora/).getByRole("button", { name: "More actions for Nora" }).evaluate((button) => button.getBoundingClientRect());
  const edge = await page.getByRole("table", { name: "Agents" }).evaluate((table) => table.parentElement!.getBoundingClientRect().right);
  expect(right, "no column is cut off").toBeLessThan(edge);
  await expect(row(/Nora/).getByTitle("Per conversation")).toHaveText("$0.00");
  await expect(row(/Nora/).getByTitle("Per minute in which it answered")).toContainText("/ min");
  await expect(row(/Nora/).getByTitle("1 of 1 conversations in 30 days")).toHaveText("100 %");
  const { messages } = (await client.get("/api/agents?q=Nora")).json.items[0];
  await expect(row(/Nora/).getByRole("cell").nth(5)).toHaveText(String(messages));
});

test("sorting and filters stand in the address", async () => {
  const names = () => page.getByRole("table", { name: "Agents" }).getByRole("row").getByRole("link", { name: /^(Nora|Reply handler)$/ }).allTextContents();
  await page.getByRole("columnheader", { name: "Messages" }).getByRole("link").click();
  await expect(page).toHaveURL(/sort=(-|%2D)messages/);
  await expect.poll(names).toEqual(["Nora", "Reply handler"]);
  await page.getByRole("columnheader", { name: "Messages" }).getByRole("link").click();
  await expect.poll(names).toEqual(["Reply handler", "Nora"]);
  await page.getByRole("button", { name: "Sort the agents" }).click();
  await page.getByRole("menuitem", { name: /^Name/ }).click();
  await expect.poll(names).toEqual(["Nora", "Reply handler"]);
  await page.getByRole("link", { name: "Live", exact: true }).click();
  await expect.poll(names).toEqual(["Nora"]);
  await page.reload();
  await hydrated(page);
  await expect(page).toHaveURL(/status=live/);
  await expect.poll(names).toEqual(["Nora"]);
  await page.getByLabel("Search agents").fill("zebra");
  await expect(page.getByText("No agent fits")).toBeVisible();
  await page.getByRole("link", { name: "Show all agents" }).click();
  await expect.poll(async () => (await names()).length).toBe(2);
  await page.getByLabel("Needs attention").check();
  await expect(page).toHaveURL(/attention=1/);
});

