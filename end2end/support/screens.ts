// The main screens, and how pictures of them are taken: into target/screens, and the README's set (1280, light, full) also into the folder
// that README_PICTURES names, which `make screenshots` sets. On the way each screen must be quiet on the console, have a heading, fit
// its width, and break no rule of axe-core. Not here: which of them are taken in which file (screens*.spec.ts).
import fs from "node:fs";
import path from "node:path";
import { expect, test, type Browser } from "@playwright/test";
import { root, until } from "../run/process.mjs";
import { violations } from "./axe";
import { watch } from "./page";
import { Client, hydrated, operator, signedIn, signIn, startServer, type Server } from "./server";

const pictures = path.join(root, "target/screens");
const forReadme = process.env.README_PICTURES ? path.resolve(root, process.env.README_PICTURES) : undefined;

/** What a server with the demo's people is told. */
export const demo = { DEMO_DATA: "true", EMULATOR_PACE: "0" };

/** The screens; those of one thing need that thing, so an empty workspace has no such screen. */
export const screens: { name: string; readme?: boolean; address: (client: Client) => Promise<string | null> }[] = [
  { name: "overview", readme: true, address: async () => "/" },
  { name: "inbox", readme: true, address: async (client) => `/inbox${await first(client, "conversations?channel=sms&q=Ada", "?c=")}` },
  { name: "search", address: async () => "/inbox?q=thank" },
  { name: "campaigns", address: async () => "/campaigns" },
  { name: "campaign", readme: true, address: async (client) => one(client, "campaigns", "") },
  { name: "people", address: async (client) => one(client, "campaigns", "?tab=people&counted=replied") },
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
  { name: "lead", address: async (client) => one(client, "leads?q=Ada", "", "leads?edit=") },
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

/** The demo's campaign, once it is there. */
export const demoCampaign = (client: Client) =>
  until("the demo's campaign", async () => (await client.get("/api/campaigns")).json.items[0], { timeout: 60_000 });

/** Starts the demo's campaign with short waits, and waits until people have answered over all channels. */
async function launchDemo(client: Client) {
  const campaign = await demoCampaign(client);
  await until("its template to be approved", async () => (await client.post(`/api/campaigns/${campaign.id}/validate`)).json.valid, { timeout: 60_000, every: 500 });
  const flow = await client.must(client.get(`/api/campaigns/${campaign.id}/flow`), 200);
  for (const node of flow.graph.nodes) if (node.kind === "wait_reply") node.timeout_secs = 4;
  await client.must(client.send("PUT", `/api/campaigns/${campaign.id}/flow`, { revision: flow.revision, graph: flow.graph }), 200);
  await client.must(client.post(`/api/campaigns/${campaign.id}/enrol`, { all: true }), 200);
  await client.must(client.post(`/api/campaigns/${campaign.id}/activate`), 200);
  for (const channel of ["sms", "whatsapp", "voice"]) {
    await until(`conversations over ${channel}`, async () => (await client.get(`/api/conversations?channel=${channel}`)).json.total >= 2, { timeout: 90_000, every: 500 });
  }
  await until("an answer that an agent wrote", () => why(client), { timeout: 90_000, every: 500 });
}

/** A server whose workspace is full of the demo's people, or empty. */
export interface Shown {
  fill: "full" | "empty";
  server?: Server;
  client?: Client;
}

/** Call in a describe: starts the server that its tests take pictures of. */
export function shown(fill: Shown["fill"]): Shown {
  const it: Shown = { fill };
  test.beforeAll(async () => {
    test.setTimeout(240_000);
    it.server = await startServer({ name: `screens-${fill}`, env: fill === "full" ? demo : { ...demo, DEMO_DATA: "false" } });
    it.client = await signedIn(it.server.url, operator);
    if (fill === "full") await launchDemo(it.client);
  });
  test.afterAll(() => it.server?.remove());
  return it;
}

/** Takes every screen's picture; what is wrong with one keeps no other from being looked at. */
export async function shoot(browser: Browser, { fill, server, client }: Shown, width: number, theme: "light" | "dark") {
  test.setTimeout(240_000);
  const context = await browser.newContext({ viewport: { width, height: width === 390 ? 844 : 800 }, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  const noise = watch(page);
  const trouble: string[] = [];
  await page.goto(`${server!.url}/sign-in`);
  await page.screenshot({ path: path.join(pictures, `sign-in-${fill}-${width}-${theme}.png`) });
  await signIn(page, server!);
  for (const screen of screens) {
    const address = await screen.address(client!);
    if (!address) {
      if (fill === "full") trouble.push(`${screen.name}: there is nothing to show`);
      continue;
    }
    await test.step(screen.name, async () => {
      await page.goto(server!.url + address);
      await hydrated(page);
      // Skeletons have gone when nothing says that it is busy any more.
      await expect.soft(page.locator("[aria-busy=true]"), `${screen.name} still loads`).toHaveCount(0);
      const picture = path.join(pictures, `${screen.name}-${fill}-${width}-${theme}.png`);
      await page.screenshot({ path: picture });
      if (forReadme && screen.readme && fill === "full" && width === 1280 && theme === "light") {
        fs.mkdirSync(forReadme, { recursive: true });
        fs.copyFileSync(picture, path.join(forReadme, `${screen.name}.png`));
      }
      for (const one of await violations(page, theme === "light" ? "all" : "colours")) trouble.push(`${screen.name}: ${one}`);
      if ((await page.getByRole("heading", { level: 1 }).count()) !== 1) trouble.push(`${screen.name}: not exactly one main heading`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) trouble.push(`${screen.name}: ${over} pixels wider than the window`);
      const dark = await page.evaluate(() => document.documentElement.classList.contains("dark"));
      if (dark !== (theme === "dark")) trouble.push(`${screen.name}: shown ${dark ? "dark" : "light"} although the system asks for ${theme}`);
    }).catch((error) => trouble.push(`${screen.name}: ${error.message}`));
  }
  await context.close();
  expect(trouble).toEqual([]);
  expect(noise, "errors behind the pages").toEqual([]);
}
