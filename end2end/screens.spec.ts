// A picture of every main screen: 1280 and 390 wide, light and dark, full and empty, in end2end/results/screens. The README's set
// (1280, light, full) is copied to docs/screenshots. On the way each screen must be quiet on the console, have a heading, and fit its width.
import fs from "node:fs";
import path from "node:path";
import { expect, test, type Browser } from "@playwright/test";
import { Client, hydrated, noServer, operator, signedIn, signIn, startServer, type Server } from "./support/server";
import { watch } from "./support/page";
import { root, until } from "./run/process.mjs";

const reason = noServer();
const pictures = path.join(root, "end2end/results/screens");
const forReadme = path.join(root, "docs/screenshots");

/** The screens; those of one thing need that thing, so an empty workspace has no such screen. */
const screens: { name: string; readme?: boolean; address: (client: Client) => Promise<string | null> }[] = [
  { name: "overview", readme: true, address: async () => "/" },
  { name: "inbox", readme: true, address: async (client) => `/inbox${await first(client, "conversations?channel=sms&q=Ada", "?c=")}` },
  { name: "campaigns", address: async () => "/campaigns" },
  { name: "campaign", readme: true, address: async (client) => one(client, "campaigns", "") },
  { name: "flow", readme: true, address: async (client) => one(client, "campaigns", "/flow") },
  { name: "agents", readme: true, address: async () => "/agents" },
  { name: "console", readme: true, address: async (client) => one(client, "agents", "/test") },
  { name: "agent", address: async (client) => one(client, "agents?q=Mia", "", "agents?edit=") },
  { name: "knowledge", readme: true, address: async (client) => one(client, "agents?q=Mia", "&section=knowledge", "agents?edit=") },
  { name: "why", readme: true, address: why },
  { name: "keys", address: async () => "/settings/keys" },
  { name: "budgets", address: async () => "/settings/budgets" },
  { name: "channels", address: async () => "/settings/channels" },
  { name: "work", address: async () => "/settings/work" },
  { name: "leads", readme: true, address: async () => "/leads" },
  { name: "import", address: async () => "/leads/import" },
  { name: "templates", readme: true, address: async () => "/templates" },
  { name: "phone", readme: true, address: async () => "/phone" },
];

const first = async (client: Client, noun: string, prefix: string) => {
  const { items } = await client.must(client.get(`/api/${noun}`), 200);
  return items.length > 0 ? `${prefix}${items[0].id}` : "";
};
const one = async (client: Client, noun: string, rest: string, place = `${noun}/`) => {
  const id = await first(client, noun, "");
  return id ? `/${place}${id}${rest}` : null;
};
/** Why the agent wrote what it wrote: the panel beside an answer of its own. */
async function why(client: Client) {
  const { items } = await client.must(client.get("/api/conversations?channel=sms"), 200);
  for (const { id } of items) {
    const said = await client.must(client.get(`/api/conversations/${id}/messages`), 200);
    const answer = said.items.find((message: { author: string }) => message.author === "agent");
    if (answer) return `/inbox?c=${id}&why=${answer.id}`;
  }
  return null;
}

test.skip(reason !== null, reason ?? "");

for (const fill of ["full", "empty"] as const) {
  test.describe(fill, () => {
    let server: Server;
    let client: Client;

    test.beforeAll(async () => {
      test.setTimeout(180_000);
      fs.mkdirSync(pictures, { recursive: true });
      fs.mkdirSync(forReadme, { recursive: true });
      server = await startServer({ name: `screens-${fill}`, env: { DEMO_DATA: String(fill === "full"), EMULATOR_PACE: "0" } });
      client = await signedIn(server.url, operator);
      if (fill === "full") await launchDemo(client);
    });
    test.afterAll(async () => {
      await server?.remove();
    });

    for (const width of [1280, 390]) {
      for (const theme of ["light", "dark"] as const) {
        test(`${width} ${theme}`, async ({ browser }) => {
          test.setTimeout(240_000);
          await shoot(browser, server, client, fill, width, theme);
        });
      }
    }
  });
}

test("every page comes whole when many ask at once", async () => {
  test.setTimeout(240_000);
  const server = await startServer({ name: "screens-many", env: { DEMO_DATA: "true", EMULATOR_PACE: "0" } });
  try {
    const client = await signedIn(server.url, operator);
    await until("the demo's campaign", async () => (await client.get("/api/campaigns")).json.items[0], { timeout: 60_000 });
    const body = new URLSearchParams({ email: operator.email, password: operator.password });
    const session = await fetch(`${server.url}/sign-in`, { method: "POST", body, redirect: "manual", headers: { origin: server.url } });
    const cookie = session.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
    const addresses = (await Promise.all(screens.map((screen) => screen.address(client)))).filter((address) => address !== null);
    const broken: string[] = [];
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        addresses.map(async (address) => {
          const answer = await fetch(server.url + address, { headers: { cookie } });
          const text = await answer.text();
          if (answer.status !== 200 || !text.includes("</html>")) broken.push(`${address}: ${answer.status}`);
        }),
      );
    }
    expect(broken).toEqual([]);
    expect(server.logs()).not.toContain("panicked");
  } finally {
    await server.remove();
  }
});

/** Starts the demo's campaign with short waits, and waits until people have answered over all channels. */
async function launchDemo(client: Client) {
  const campaign = await until("the demo's campaign", async () => (await client.get("/api/campaigns")).json.items[0], { timeout: 60_000 });
  await until("its template to be approved", async () => (await client.post(`/api/campaigns/${campaign.id}/validate`)).json.valid, { timeout: 60_000, every: 500 });
  const flow = await client.must(client.get(`/api/campaigns/${campaign.id}/flow`), 200);
  for (const node of flow.graph.nodes) if (node.kind === "wait_reply") node.timeout_secs = 4;
  await client.must(client.send("PUT", `/api/campaigns/${campaign.id}/flow`, { revision: flow.revision, graph: flow.graph }), 200);
  await client.must(client.post(`/api/campaigns/${campaign.id}/enrol`, { all: true }), 200);
  await client.must(client.post(`/api/campaigns/${campaign.id}/activate`), 200);
  for (const channel of ["sms", "whatsapp", "voice"]) {
    await until(`conversations over ${channel}`, async () => (await client.get(`/api/conversations?channel=${channel}`)).json.total >= 2, { timeout: 90_000, every: 500 });
  }
}

async function shoot(browser: Browser, server: Server, client: Client, fill: string, width: number, theme: "light" | "dark") {
  const context = await browser.newContext({ viewport: { width, height: width === 390 ? 844 : 800 }, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  const noise = watch(page);
  const trouble: string[] = [];
  await page.goto(`${server.url}/sign-in`);
  await page.screenshot({ path: path.join(pictures, `sign-in-${fill}-${width}-${theme}.png`) });
  await signIn(page, server);
  for (const screen of screens) {
    const address = await screen.address(client);
    if (!address) continue;
    await page.goto(server.url + address);
    await hydrated(page);
    // Skeletons have gone when nothing says that it is busy any more.
    await expect(page.locator("[aria-busy=true]"), `${screen.name} still loads`).toHaveCount(0);
    const name = `${screen.name}-${fill}-${width}-${theme}.png`;
    await page.screenshot({ path: path.join(pictures, name) });
    if (screen.readme && fill === "full" && width === 1280 && theme === "light") {
      fs.copyFileSync(path.join(pictures, name), path.join(forReadme, `${screen.name}.png`));
    }
    if ((await page.getByRole("heading", { level: 1 }).count()) !== 1) trouble.push(`${screen.name}: not exactly one main heading`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (over > 0) trouble.push(`${screen.name}: ${over} pixels wider than the window`);
    const dark = await page.evaluate(() => document.documentElement.classList.contains("dark"));
    if (dark !== (theme === "dark")) trouble.push(`${screen.name}: shown ${dark ? "dark" : "light"} although the system asks for ${theme}`);
  }
  await context.close();
  expect(trouble).toEqual([]);
  expect(noise, "errors behind the pages").toEqual([]);
}
