// Keys for programs and budgets, by clicking: a key is shown once, opens what it says and nothing else, and is refused after it was
// revoked; a budget warns at 80 %, is used up at 100 %, and the agent falls back to its cheaper model, its template, and a human.
// Pages: settings, overview.
import path from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { key, startLlm } from "./peers/llm.mjs";
import { Client, hydrated, type Server } from "./support/server";
import { desk } from "./support/desk";
import { watch } from "./support/page";
import { root, until } from "./run/process.mjs";

let server: Server;
let llm: Awaited<ReturnType<typeof startLlm>>;
let client: Client;
let page: Page;

/** A workspace in which nothing is, with a model behind it. */
const workspace = (name: string) =>
  desk(
    {
      name,
      env: async () => {
        llm = await startLlm(path.join(root, "end2end/peers/trust-fixtures.json"));
        return { EMULATOR_PACE: "0", OPENAI_BASE_URL: `${llm.url}/v1`, OPENAI_API_KEY: key };
      },
    },
    (at) => ({ server, client, page } = at),
    () => llm?.stop(),
  );

const ask = (token: string) =>
  new Client(server.url, token).post("/v1/chat/completions", { model: "openai/gpt-4.1-mini", messages: [{ role: "user", content: "What are your opening hours?" }] });

/** One message of MCP, as a client of the newest protocol sends it. */
const mcp = (token: string) =>
  new Client(server.url, token).ask("POST", "/mcp", {
    body: JSON.stringify({
      jsonrpc: "2.0", id: 1, method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
    }),
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
  });

const scopes = ["api", "gateway", "mcp"];
const newKey = (name: string, opens = scopes) => client.must(client.post("/api/keys", { name, scopes: opens }), 201);
const keyRow = (name: string) => page.getByRole("row", { name: new RegExp(name) });
const budget = (name: string) => page.getByRole("list", { name: "Budgets" }).getByRole("listitem").filter({ hasText: name });

/** Opens a page of the product and waits until it can be used. */
async function open(address: string): Promise<void> {
  await page.goto(server.url + address);
  await hydrated(page);
}

const dear = { provider: "openai", model: "gpt-4.1-mini" };
const cheaper = { provider: "openai", model: "gpt-4o-mini" };
const cent = 10_000;

/** A limit of one cent a day for the agent. */
const limit = (agent: string) => client.must(client.post("/api/budgets", { scope: "agent", agent_id: agent, limit_micros: cent }), 201);

/** An agent that has used its cent up: its model spent 84 %, the cheaper one the rest, and the third call was refused. */
async function spender(name: string): Promise<void> {
  const draft = { name, prompt: "You are kind.", max_tokens: 100, models: [dear], cheaper_model: cheaper };
  const { id } = await client.must(client.post("/api/agents", draft), 201);
  await limit(id);
  const say = () => client.post(`/api/agents/${id}/test`, { input: "Tell me some dear words, please?" });
  for (const model of [dear, cheaper]) expect((await client.must(say(), 200)).model).toBe(model.model);
  expect(JSON.stringify((await say()).json)).toMatch(/budget/i);
}

/** The person on the phone writes, and what we say to it arrives there. */
async function exchange(phone: Page, text: string, answer: RegExp): Promise<void> {
  await phone.getByRole("textbox", { name: /^Write as/ }).fill(text);
  await phone.getByRole("button", { name: "Send" }).click();
  await expect(phone.getByRole("log", { name: "On this phone" })).toContainText(answer, { timeout: 30_000 });
}

test.describe("in a new workspace", () => {
  workspace("settings-new");

  test("a key is made once and shown once", async () => {
    await open("/");
    await page.getByRole("navigation").getByRole("link", { name: "Settings" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "API keys" })).toBeVisible();
    await expect(page.getByText("No keys yet")).toBeVisible();
    await page.getByRole("button", { name: "New key" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New key" });
    await dialog.getByRole("button", { name: "Make the key" }).click();
    await expect(dialog.getByLabel("Name"), "a key needs a name").toHaveAttribute("aria-invalid", "true");
    await dialog.getByLabel("Name").fill("CRM sync");
    for (const box of await dialog.getByRole("checkbox").all()) await box.check();
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const shown = dialog.getByTestId("secret");
    await expect(shown).toHaveText(/^ao_[A-Za-z0-9_-]{40,}$/);
    const secret = await shown.innerText();
    await dialog.getByRole("button", { name: "Done" }).click();
    const row = keyRow("CRM sync");
    await expect(row).toContainText(`${secret.slice(0, 9)}…`);
    await expect(row).toContainText("never");
    await page.reload();
    await hydrated(page);
    await expect(row).toBeVisible();
    expect(await page.content(), "it is never shown again").not.toContain(secret);
    expect(server.logs()).not.toContain(secret);
  });

  test("a budget is made, and the agent says what it does when money is short", async () => {
    await client.must(client.post("/api/templates", { name: "away_for_today", channel: "sms", body: "{{agent.name}} is back tomorrow at nine.", language: "en_US" }), 201);
    const draft = { name: "Mia", prompt: "You are Mia.", status: "live", max_tokens: 100, models: [dear] };
    const agent = (await client.must(client.post("/api/agents", draft), 201)).id;
    await open(`/agents?edit=${agent}&section=model`);
    const drawer = page.getByRole("dialog");
    await drawer.getByLabel("Cheaper model").selectOption({ label: "GPT-4o mini" });
    await drawer.getByLabel("Template when the budget is used up").selectOption({ label: "away_for_today (SMS)" });
    await drawer.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("dialog", { name: /^Publish version/ }).getByRole("button", { name: "Publish now" }).click();
    await expect(page.getByRole("status", { name: "Notifications" }).getByText(/people hear version 2/)).toBeVisible();
    const saved = await client.must(client.get(`/api/agents/${agent}`), 200);
    expect(saved).toMatchObject({ published_version: 2, cheaper_model: cheaper, budget_template: "away_for_today" });

    await open("/settings/budgets");
    await expect(page.getByText("No budgets yet")).toBeVisible();
    await page.getByRole("button", { name: "New budget" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New budget" });
    await dialog.getByLabel("Dollars a day").fill("ten");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByText("Give an amount in dollars")).toBeVisible();
    await dialog.getByLabel("Limits").selectOption({ label: "Agent" });
    await dialog.getByLabel("Agent", { exact: true }).selectOption({ label: "Mia" });
    await dialog.getByLabel("Dollars a day").fill("0.01");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(budget("Mia")).toContainText("of $0.01");
    const [made] = (await client.must(client.get("/api/budgets"), 200)).filter((one: { target_name: string }) => one.target_name === "Mia");
    expect(made).toMatchObject({ scope: "agent", agent_id: agent, limit_micros: cent });
  });
});

test.describe("in a workspace that is used", () => {
  workspace("settings");

  test("the key opens the API, the model gateway and the MCP server", async () => {
    const { secret } = await newKey("Phone book");
    await open("/settings/keys");
    const row = keyRow("Phone book");
    await expect(row).toContainText("never");
    expect((await new Client(server.url, secret).get("/api/agents")).status).toBe(200);
    const answer = await ask(secret);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.choices[0].message.content).toContain("nine to five");
    const hello = await mcp(secret);
    expect(hello.status, hello.text).toBe(200);
    expect(hello.text).toContain("serverInfo");
    await until("the key to be seen in use", async () => {
      await page.reload();
      return !(await row.innerText()).includes("never");
    });
    expect((await ask(`${secret.slice(0, -1)}${secret.endsWith("A") ? "B" : "A"}`)).status, "a wrong key opens nothing").toBe(401);
  });

  test("a key for one thing opens nothing else", async () => {
    const made = await newKey("Only the API", ["api"]);
    expect((await new Client(server.url, made.secret).get("/api/agents")).status).toBe(200);
    expect((await ask(made.secret)).status).toBe(401);
    expect([401, 403]).toContain((await mcp(made.secret)).status);
    expect((await new Client(server.url, made.secret).get("/api/keys")).status, "a key makes no keys").toBe(403);
  });

  test("a revoked key is refused everywhere", async () => {
    const { secret } = await newKey("Old shop");
    expect((await ask(secret)).status, "it opened the gateway").toBe(200);
    expect((await mcp(secret)).status, "it opened the MCP server").toBe(200);
    expect((await new Client(server.url, secret).get("/api/agents")).status, "it opened the API").toBe(200);
    await open("/settings/keys");
    const row = keyRow("Old shop");
    await row.getByRole("button", { name: "Revoke Old shop" }).click();
    await page.getByRole("alertdialog").or(page.getByRole("dialog")).getByRole("button", { name: "Revoke" }).click();
    await expect(row).toContainText("Revoked");
    expect((await ask(secret)).status).toBe(401);
    expect((await mcp(secret)).status).toBe(401);
    expect((await new Client(server.url, secret).get("/api/agents")).status).toBe(401);
  });

  test("at 80 % people are told and the cheaper model speaks; at 100 % the template does, and then a human", async () => {
    test.setTimeout(240_000);
    await client.must(client.post("/api/templates", { name: "away_for_today", channel: "sms", body: "{{agent.name}} is back tomorrow at nine.", language: "en_US" }), 201);
    // The only one here that is live, so whoever is new speaks with it.
    const draft = { name: "Mia", prompt: "You are Mia.", status: "live", max_tokens: 100, models: [dear], cheaper_model: cheaper, budget_template: "away_for_today" };
    await limit((await client.must(client.post("/api/agents", draft), 201)).id);
    await open("/settings/budgets");
    const phone = await page.context().newPage();
    const heard = watch(phone);
    await phone.goto(`${server.url}/phone`);
    await hydrated(phone);
    await phone.getByRole("button", { name: "New person" }).first().click();
    const dialog = phone.getByRole("dialog", { name: "New person" });
    await dialog.getByLabel("What they write").fill("Tell me some dear words, please?");
    await dialog.getByLabel("How they go on").selectOption("hand");
    await dialog.getByRole("button", { name: "Write in" }).click();
    await expect(phone.getByRole("log", { name: "On this phone" })).toContainText("The dear model says good day.", { timeout: 30_000 });

    // 21,000 tokens at 0.40 dollars per million are 84 % of a cent. The page follows by itself.
    await expect(budget("Mia")).toContainText("Runs low since");
    await expect(budget("Mia")).toContainText("(85 %)");
    await exchange(phone, "More dear words, please?", /The cheaper model says good day\./);
    await expect(budget("Mia")).toContainText("(100 %)");
    await exchange(phone, "And once more dear words?", /Mia is back tomorrow at nine\./);
    await expect(budget("Mia")).toContainText("Refused a call");
    await phone.getByRole("textbox", { name: /^Write as/ }).fill("No more dear words?");
    await phone.getByRole("button", { name: "Send" }).click();
    const number = new URL(phone.url()).searchParams.get("n");
    expect(number).toMatch(/^1555\d+$/);
    const waits = await until("the human to be asked", async () => (await client.get(`/api/conversations?owner=escalated&q=${number}`)).json.items[0]);
    expect(waits.escalation_reason).toBe("budget_exhausted");
    expect(heard, "errors behind the phone").toEqual([]);
    await phone.close();

    await open(`/inbox?c=${waits.id}`);
    await expect(page.getByRole("alert").filter({ hasText: "Escalated: Budget used up" })).toBeVisible();
    const said = page.getByRole("article").filter({ hasText: "Mia is back tomorrow at nine." });
    await said.getByRole("link", { name: "Why this message?" }).click();
    await expect(page.getByRole("dialog", { name: "Why this message?" })).toContainText("No model could be paid any more, so Mia sent the template \"away_for_today\"");
    await page.keyboard.press("Escape");
  });

  test("both alerts stand on the overview, and a higher limit ends them", async () => {
    await spender("Ada");
    await open("/");
    const lines = (list: string) => page.getByRole("list", { name: list }).getByRole("listitem").filter({ hasText: "Ada" });
    await expect(lines("Budget alerts")).toContainText("A budget is used up");
    for (const news of ["has spent 80 % of today's budget", "has used today's budget up"]) await expect(lines("Activity").filter({ hasText: news })).toBeVisible();
    await open("/settings/budgets");
    await page.getByRole("button", { name: "Edit the budget of Ada" }).click();
    const dialog = page.getByRole("dialog", { name: "Budget of Ada" });
    await expect(dialog.getByLabel("Dollars a day")).toHaveValue("0.01");
    await dialog.getByLabel("Dollars a day").fill("1");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(budget("Ada")).toContainText("(1 %)");
    await expect(budget("Ada")).not.toContainText("Refused a call");
  });

  test("the gateway keeps to the budget of the whole workspace", async () => {
    const made = await newKey("Gateway", ["gateway"]);
    const other = await client.must(client.post("/api/agents", { name: "Other", prompt: "You are kind.", models: [dear] }), 201);
    await limit(other.id);
    const whole = await client.must(client.post("/api/budgets", { scope: "workspace", limit_micros: 1 }), 201);
    const refused = await until("the gateway to refuse", async () => {
      const answer = await ask(made.secret);
      return answer.status === 200 ? null : answer;
    });
    expect([402, 429]).toContain(refused.status);
    expect(refused.json.error.message).toMatch(/budget/i);
    await open("/settings/budgets");
    const listed = page.getByRole("list", { name: "Budgets" }).getByRole("listitem");
    await expect(budget("Other")).toBeVisible();
    const before = await listed.count();
    await page.getByRole("button", { name: `Delete the budget of ${whole.target_name}` }).click();
    await page.getByRole("alertdialog").or(page.getByRole("dialog")).getByRole("button", { name: "Delete" }).click();
    await expect(listed).toHaveCount(before - 1);
    await expect(budget("Other"), "another's stays").toBeVisible();
    expect((await ask(made.secret)).status).toBe(200);
  });

  test("on a phone the settings fit", async () => {
    await newKey("Fits");
    const gone = await newKey("Fits no more");
    expect((await client.send("DELETE", `/api/keys/${gone.id}`)).status).toBe(204);
    await spender("Ben");
    const usual = page.viewportSize();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const [address, shown] of [["/settings/keys", keyRow("Fits no more")], ["/settings/budgets", budget("Ben")]] as const) {
      await open(address);
      await expect(shown).toBeVisible();
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(wide, `nothing sticks out of ${address}`).toBe(false);
    }
    if (usual) await page.setViewportSize(usual);
  });
});
