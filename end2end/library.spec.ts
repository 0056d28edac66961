// The Agent Library by clicking, in a real browser: what stands there when it is empty, figures that are those of what was really said, sorting
// and filters in the address, a line of latencies, and how old the last run of the tests is. Any error on the console fails the
// test it happens in. Each test has agents of its own; the empty library has a server of its own.
// Not here: the drawer (agents.spec.ts).
// Pages: agents.
import { expect, test, type Page } from "@playwright/test";
import { type Client, hydrated, type Server } from "./support/server";
import { desk, type Desk } from "./support/desk";
import { inbound, newNumber, writeIn } from "./support/inbound";
import { until } from "./run/process.mjs";

let server: Server;
let client: Client;
let page: Page;

const env = { ...inbound, EMULATOR_PACE: "0" };
const begin = (at: Desk) => ({ server, client, page } = at);

const row = (name: RegExp) => page.getByRole("table", { name: "Agents" }).getByRole("row", { name });

/** Opens an address as if it had been sent by mail. */
async function open(address: string) {
  await page.goto(server.url + address);
  await hydrated(page);
}

/** What the API says of an agent. */
const told = async (name: string) => (await client.must(client.get(`/api/agents?q=${name}`), 200)).items[0];

/** An agent that people hear. Gives its id. */
async function live(name: string): Promise<string> {
  return (await client.must(client.post("/api/agents", { name, prompt: `You are ${name}. Answer in one sentence.`, status: "live" }), 201)).id;
}

/** An agent that answered somebody and then handed them over. Gives its id. */
async function talked(name: string): Promise<string> {
  const [id, phone] = [await live(name), newNumber()];
  await client.must(client.post("/api/leads", { name: `Friend of ${name}`, phone, consent: true, assigned_agent: id }), 201);
  await writeIn(client, "Hello, who is this?", phone);
  await until("an answer", async () => (await told(name)).messages >= 1);
  await writeIn(client, "I want a refund", phone);
  await until("the handing over", async () => (await told(name)).escalated === 1);
  return id;
}

test.describe("empty", () => {
  desk({ name: "library-empty", env }, begin);

  test("an empty library offers three agents, each one click away", async () => {
    await open("/agents");
    await expect(page.getByRole("heading", { name: "No agents yet" })).toBeVisible();
    await expect(page.getByRole("list", { name: "Starter agents" }).getByRole("listitem")).toHaveCount(3);
    await page.getByRole("button", { name: "Make this agent (Reply handler)" }).click();
    await expect(page.getByRole("dialog", { name: /^Reply handler/ }).getByLabel("Name", { exact: true })).toHaveValue("Reply handler");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog", { name: /^Reply handler/ })).toBeHidden();
    await expect(row(/Reply handler/)).toContainText("Draft");
  });
});

test.describe("in use", () => {
  desk({ name: "library", env }, begin);

  test("the figures of the library are those of what was said", async () => {
    await client.must(client.post("/api/agents", { name: "Reply handler" }), 201);
    const nora = await live("Nora");
    await client.must(client.post("/api/leads", { name: "Ada Lovelace", phone: "+14155550101", consent: true, assigned_agent: nora }), 201);
    await open("/agents");
    await expect(row(/Reply handler/)).toContainText("Draft");
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
      await until("an answer", async () => (await told("Nora")).messages >= 1);
    }
    await until("the handing over", async () => (await told("Nora")).escalated === 1);
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
    const { messages, latency_days: days } = await told("Nora");
    await expect(row(/Nora/).getByRole("cell").nth(5)).toHaveText(String(messages));
    const shown = (ms: number) => (ms < 1000 ? `${ms} ms` : `${Math.floor(ms / 1000)}.${Math.floor((ms % 1000) / 100)} s`);
    const line = row(/Nora/).getByRole("img", { name: /^Average latency on/ });
    await expect(line).toHaveAccessibleName(`Average latency on ${days.length === 1 ? "1 day" : `${days.length} days`}: ${days.map(shown).join(", ")}`);
    const points = await line.locator("polyline").getAttribute("points");
    expect(points?.split(" ").length, "a point for each day, a level line for a single one").toBe(Math.max(days.length, 2));
    await expect(row(/Reply handler/).getByRole("img", { name: /^Average latency/ }), "no line where nothing was said").toHaveCount(0);
  });

  test("the tests of an agent are told with how old their last run is", async () => {
    const id = await talked("Tom");
    const cell = () => row(/Tom/).getByRole("cell").nth(7);
    await open("/agents");
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
    const { right } = await row(/Tom/).getByRole("button", { name: "More actions for Tom" }).evaluate((button) => button.getBoundingClientRect());
    const edge = await page.getByRole("table", { name: "Agents" }).evaluate((table) => table.parentElement!.getBoundingClientRect().right);
    expect(right, "no column is cut off").toBeLessThan(edge);
  });

  test("sorting and filters stand in the address", async () => {
    await talked("Sara");
    await client.must(client.post("/api/agents", { name: "Silas" }), 201);
    await open("/agents");
    const names = () => page.getByRole("table", { name: "Agents" }).getByRole("row").getByRole("link", { name: /^(Sara|Silas)$/ }).allTextContents();
    await page.getByRole("columnheader", { name: "Messages" }).getByRole("link").click();
    await expect(page).toHaveURL(/sort=(-|%2D)messages/);
    await expect.poll(names).toEqual(["Sara", "Silas"]);
    await page.getByRole("columnheader", { name: "Messages" }).getByRole("link").click();
    await expect.poll(names).toEqual(["Silas", "Sara"]);
    await page.getByRole("button", { name: /^Sort: / }).click();
    await page.getByRole("menuitem", { name: /^Name/ }).click();
    await expect.poll(names).toEqual(["Sara", "Silas"]);
    await page.getByRole("link", { name: "Live", exact: true }).click();
    await expect.poll(names).toEqual(["Sara"]);
    await page.reload();
    await hydrated(page);
    await expect(page).toHaveURL(/status=live/);
    await expect.poll(names).toEqual(["Sara"]);
    await page.getByLabel("Search agents").fill("zebra");
    await expect(page.getByText("No agent fits")).toBeVisible();
    await page.getByRole("link", { name: "Show all agents" }).click();
    await expect.poll(async () => (await names()).length).toBe(2);
    await page.getByLabel("Needs attention").check();
    await expect(page).toHaveURL(/attention=1/);
  });
});
