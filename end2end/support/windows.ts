// Every dialog and drawer of the product: the file that makes it, the clicks that lead to it, and what stands in it. A tidy test compares
// this list with the source. Not here: how they are left (windows.spec.ts).
import { expect, type Locator, type Page } from "@playwright/test";
import type { Client } from "./server";

export interface Window {
  /** The file below `app/src` that makes it. */
  source: string;
  what: string;
  /** The links that lead to its page, the first one in the rail. */
  by: (string | RegExp)[];
  /** Opens it, and gives what had the keyboard before. */
  open: (at: Opener) => Promise<Locator>;
  name: RegExp;
  /** A field that is there once it is filled. */
  filled?: string;
  /** Ways out that it has not. */
  without?: Way[];
  /** What the browser itself says on its console on the way, such as of a save that was refused. */
  said?: RegExp;
  /** On a phone. */
  narrow?: boolean;
}

export type Way = "Esc" | "X" | "the backdrop" | "Back";

/** What opening a window needs. */
export interface Opener {
  page: Page;
  client: Client;
  /** The campaign and what it says. */
  campaign: { id: string };
}

/** Presses something and gives it back: it has the keyboard afterwards. */
async function press(it: Locator): Promise<Locator> {
  await it.click();
  return it;
}
const button = (name: string | RegExp) => ({ page }: Opener) => press(page.getByRole("button", { name, exact: true }).first());
const link = (name: string) => ({ page }: Opener) => press(page.getByRole("main").getByRole("link", { name, exact: true }).first());

/** By an entry of a menu: the menu's button has the keyboard. */
const entry = (menu: string, name: string) => async ({ page }: Opener) => {
  const opener = await press(page.getByRole("button", { name: menu, exact: true }).first());
  await page.getByRole("menuitem", { name, exact: true }).click();
  return opener;
};

/** By a key, from a place of the rail. */
const key = (keys: string) => async ({ page }: Opener) => {
  const place = page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Leads" });
  await place.focus();
  await page.keyboard.press(keys);
  return place;
};

/** A drawer with something unsaved in it, on the way out. */
const unsaved = (row: string, field: string) => async ({ page }: Opener) => {
  await link(row)({ page } as Opener);
  const name = page.getByRole("dialog").getByLabel(field, { exact: true });
  await name.fill("Somebody else");
  await page.keyboard.press("Escape");
  return name;
};

/** A section of the drawer of the agent Nora. */
async function section({ page }: Opener, name: string): Promise<Locator> {
  await link("Nora")({ page } as Opener);
  const drawer = page.getByRole("dialog", { name: /Nora/ });
  await drawer.getByRole("navigation", { name: "Sections" }).getByRole("link", { name }).click();
  return drawer;
}
const inSection = (name: string, pressed: string | RegExp) => async (at: Opener) =>
  press((await section(at, name)).getByRole("button", { name: pressed, exact: true }));

const step = ({ page }: Opener) => page.getByRole("complementary", { name: "Steps" }).getByRole("button", { name: "Wait", exact: true });

/** An answer in the Test Console; there is one already the next time. */
async function answered({ page }: Opener): Promise<Locator> {
  const reply = page.getByRole("group", { name: "Reply 1" });
  await page.getByRole("button", { name: "I want a refund" }).click();
  await expect(reply).toBeVisible({ timeout: 30_000 });
  return reply;
}

const suite = ["Agents", "Test", "Suite"];

export const windows: Window[] = [
  { source: "pages/leads/drawer.rs", what: "a lead", by: ["Leads"], open: link("Ada Lovelace"), name: /Ada Lovelace/, filled: "Name" },
  { source: "pages/leads/drawer.rs", what: "a new lead", by: ["Leads"], open: link("New lead"), name: /New lead/, filled: "Name" },
  { source: "pages/leads/drawer.rs", what: "a lead's unsaved changes", by: ["Leads"], open: unsaved("Ada Lovelace", "Name"), name: /Discard/, without: ["Back"] },
  { source: "pages/leads/page.rs", what: "a lead's end", by: ["Leads"], open: button("Delete Ada Lovelace"), name: /Delete Ada/ },
  {
    source: "pages/leads/page.rs", what: "a person's erasure", by: ["Leads"], name: /Erase Ada/,
    open: async (at) => {
      const row = await link("Ada Lovelace")(at);
      await at.page.getByRole("dialog").getByRole("button", { name: "Erase person" }).click();
      return row;
    },
  },
  { source: "pages/templates/drawer.rs", what: "a template", by: ["Templates"], open: link("greeting"), name: /greeting/, filled: "Name" },
  { source: "pages/templates/drawer.rs", what: "a new template", by: ["Templates"], open: link("New template"), name: /New template/, filled: "Name" },
  { source: "pages/templates/drawer.rs", what: "a template's unsaved changes", by: ["Templates"], open: unsaved("greeting", "Name"), name: /Discard/, without: ["Back"] },
  { source: "pages/templates/page.rs", what: "a template's end", by: ["Templates"], open: entry("More actions for greeting", "Delete"), name: /Delete greeting/ },
  { source: "pages/agents/drawer.rs", what: "an agent", by: ["Agents"], open: link("Nora"), name: /Nora/, filled: "Name" },
  { source: "pages/agents/drawer.rs", what: "a new agent", by: ["Agents"], open: link("New agent"), name: /New agent/, filled: "Name" },
  { source: "pages/agents/drawer.rs", what: "an agent's unsaved changes", by: ["Agents"], open: unsaved("Nora", "Name"), name: /Discard/, without: ["Back"] },
  { source: "pages/agents/page.rs", what: "an agent's end", by: ["Agents"], open: entry("More actions for Nora", "Delete"), name: /Delete Nora/ },
  { source: "pages/agents/publish.rs", what: "a publication", by: ["Agents"], open: inSection("Prompt", "Publish"), name: /Publish version/ },
  {
    source: "pages/agents/history.rs", what: "an older version", by: ["Agents"], name: /Restore version 1/, without: ["Back"],
    open: async (at) => {
      const drawer = await section(at, "General");
      await drawer.getByLabel("Name", { exact: true }).fill("Nora!");
      await drawer.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "History" }).click();
      return press(drawer.getByRole("button", { name: "Restore version 1" }));
    },
  },
  { source: "pages/agents/webhooks.rs", what: "a webhook's end", by: ["Agents"], open: inSection("Webhooks", "Delete look"), name: /Delete look/ },
  { source: "pages/agents/knowledge/list.rs", what: "a document's end", by: ["Agents"], open: inSection("Knowledge", /^Delete warranty/), name: /Delete this document/ },
  { source: "pages/agents/knowledge/list.rs", what: "a document's category", by: ["Agents"], open: inSection("Knowledge", /^Change the category of/), name: /category/, filled: "New category" },
  { source: "pages/campaigns/list.rs", what: "a new campaign", by: ["Campaigns"], open: link("New campaign"), name: /New campaign/, filled: "Name" },
  { source: "pages/campaigns/page.rs", what: "a campaign's people", by: ["Campaigns", "Winter"], open: button("Add people"), name: /Add people/ },
  { source: "pages/campaigns/page.rs", what: "a campaign's name", by: ["Campaigns", "Winter"], open: entry("More actions", "Rename or change agent"), name: /Name and agent/, filled: "Name" },
  { source: "pages/campaigns/page.rs", what: "a campaign's pause", by: ["Campaigns", "Winter"], open: button("Pause"), name: /Pause/ },
  { source: "pages/campaigns/page.rs", what: "a campaign's completion", by: ["Campaigns", "Winter"], open: entry("More actions", "Mark as completed"), name: /Complete/ },
  { source: "pages/campaigns/page.rs", what: "a campaign's end", by: ["Campaigns", "Winter"], open: entry("More actions", "Delete"), name: /Delete Winter/ },
  { source: "pages/flows/gallery.rs", what: "the flows to start from", by: ["Campaigns", "Winter", "Edit flow"], open: entry("More", "Start from…"), name: /Start from/ },
  {
    source: "pages/flows/leave.rs", what: "an unsaved flow", by: ["Campaigns", "Winter", "Edit flow"], name: /Leave without saving/, without: ["Back"],
    open: async (at) => {
      await step(at).click();
      return press(at.page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Agents" }));
    },
  },
  {
    source: "pages/flows/header.rs", what: "a flow that somebody else saved", by: ["Campaigns", "Winter", "Edit flow"], name: /Somebody else/, without: ["Back"],
    said: /409 \(Conflict\).*save_flow/,
    open: async (at) => {
      await step(at).click();
      const flow = await at.client.must(at.client.get(`/api/campaigns/${at.campaign.id}/flow`), 200);
      await at.client.must(at.client.send("PUT", `/api/campaigns/${at.campaign.id}/flow`, { revision: flow.revision, graph: flow.graph }), 200);
      return press(at.page.getByRole("button", { name: "Save", exact: true }));
    },
  },
  { source: "pages/inbox/why.rs", what: "the reasons of a message", by: ["Inbox", /Ada Lovelace/], open: link("Why this message?"), name: /Why this message/ },
  { source: "pages/phone/newcomer.rs", what: "a new person", by: ["Phone"], open: button("New person"), name: /New person/, filled: "What they write" },
  { source: "pages/console/correct.rs", what: "a wrong answer", by: ["Agents", "Test"], open: async (at) => press((await answered(at)).getByRole("button", { name: "Mark wrong" })), name: /wrong/i },
  { source: "pages/console/editor.rs", what: "a new test", by: suite, open: button("New test"), name: /Save as test/, filled: "Test name" },
  { source: "pages/console/outcome.rs", what: "what came of a test", by: suite, open: button(/^Details of/), name: /Expected and actual/ },
  { source: "pages/console/suite.rs", what: "a test's end", by: suite, open: entry("Actions for I want a refund", "Delete test"), name: /Delete this test/ },
  { source: "pages/settings/key_form.rs", what: "a new key", by: ["Settings"], open: button("New key"), name: /New key/ },
  { source: "pages/settings/keys.rs", what: "a key's end", by: ["Settings"], open: button("Revoke reader"), name: /Revoke/ },
  { source: "pages/settings/budget_form.rs", what: "a new budget", by: ["Settings", "Budgets"], open: button("New budget"), name: /budget/i },
  { source: "pages/settings/budgets.rs", what: "a budget's end", by: ["Settings", "Budgets"], open: button(/^Delete the budget of/), name: /Delete the budget/ },
  {
    source: "pages/settings/work.rs", what: "the end of work that failed", by: ["Settings"], name: /Give up/,
    open: async ({ page }) => {
      const dead = [{ id: `job_${"0".repeat(31)}1`, kind: "send", attempts: 5, error: "Nobody answered.", created_at: "2026-01-01T00:00:00Z" }];
      const work = { kinds: [], dead, late: 0, last_taken_at: null, at_a_time: 4 };
      await page.route("**/fn/load_work*", (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify(work) }));
      await page.getByRole("link", { name: "Work", exact: true }).click();
      return press(page.getByRole("button", { name: /^Give up/ }));
    },
  },
  { source: "shell/palette.rs", what: "the palette", by: ["Leads"], open: key("Control+k"), name: /Go to/, without: ["X"] },
  { source: "shell/palette.rs", what: "the shortcuts", by: ["Leads"], open: key("?"), name: /shortcuts/ },
  {
    source: "shell/rail.rs", what: "the rail of a phone", by: ["Inbox"], name: /Navigation/, without: ["X"], narrow: true,
    open: ({ page }) => press(page.getByRole("button", { name: "Open the navigation" })),
  },
];
