// The Agent Library by clicking, in a real browser: what stands there when it is empty, figures that are those of what was really said, sorting
// and filters in the address, a line of latencies, and how old the last run of the tests is. Any error on the console fails the step it happens in. The steps build on each other.
// Not here: the drawer (agents.spec.ts).
import { expect, test, type Page } from "@playwright/test";
import { type Client, hydrated, type Server } from "./support/server";
import { desk } from "./support/desk";
import { until } from "./run/process.mjs";

let server: Server;
let client: Client;
let page: Page;

desk({ name: "library", env: { EMULATOR_PACE: "0" } }, (at) => ({ server, client, page } = at));

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
  const { messages, latency_days: days } = (await client.get("/api/agents?q=Nora")).json.items[0];
  await expect(row(/Nora/).getByRole("cell").nth(5)).toHaveText(String(messages));
  const shown = (ms: number) => (ms < 1000 ? `${ms} ms` : `${Math.floor(ms / 1000)}.${Math.floor((ms % 1000) / 100)} s`);
  const line = row(/Nora/).getByRole("img", { name: /^Average latency on/ });
  await expect(line).toHaveAccessibleName(`Average latency on ${days.length === 1 ? "1 day" : `${days.length} days`}: ${days.map(shown).join(", ")}`);
  const points = await line.locator("polyline").getAttribute("points");
  expect(points?.split(" ").length, "a point for each day, a level line for a single one").toBe(Math.max(days.length, 2));
  await expect(row(/Reply handler/).getByRole("img", { name: /^Average latency/ }), "no line where nothing was said").toHaveCount(0);
});

test("the tests of an agent are told with how old their last run is", async () => {
  const { id } = (await client.get("/api/agents?q=Nora")).json.items[0];
  const cell = () => row(/Nora/).getByRole("cell").nth(7);
  await expect(cell()).toHaveText("none");
  for (const [name, kind] of [["Answers", { kind: "not_escalated" }], ["Speaks of zebras", { kind: "contains", text: "zebra" }]]) {
    await client.must(client.post(`/api/agents/${id}/tests`, { name, input: "Hello", assertions: [kind] }), 201);
  }
  await open("/agents");
  await expect(cell()).toContainText("– of 2");
  await expect(cell()).toContainText("never run");
  await open(`/agents/${id}/test?tab=suite`);
  await page.getByRole("button", { name: "Run all tests" }).click();
  await expect(page.getByRole("row", { name: /Speaks of zebras/ })).toContainText("Failed", { timeout: 30_000 });
  await open("/agents");
  await expect(cell()).toContainText("1 of 2");
  await expect(cell().getByTitle("When the tests last ran")).toHaveText(/^just now$|^\d+ min ago$/);
  const { right } = await row(/Nora/).getByRole("button", { name: "More actions for Nora" }).evaluate((button) => button.getBoundingClientRect());
  const edge = await page.getByRole("table", { name: "Agents" }).evaluate((table) => table.parentElement!.getBoundingClientRect().right);
  expect(right, "no column is cut off").toBeLessThan(edge);
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

