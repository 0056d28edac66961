// An agent's drawer by clicking, in a real browser: sections by click and by address, edits that survive a reload and are not lost unasked,
// versions. Any error on the console fails the test it happens in. Each test has an agent of its own.
// Not here: the library's list (library.spec.ts), knowledge and webhooks (knowledge.spec.ts), the Test Console (console.spec.ts).
// Pages: agents.
import { expect, test, type Page } from "@playwright/test";
import { type Client, hydrated, type Server } from "./support/server";
import { desk } from "./support/desk";

const sections = ["General", "Prompt", "Model", "Knowledge", "Webhooks", "Voice", "Guardrails", "Tests", "History"];
let server: Server;
let client: Client;
let page: Page;

desk({ name: "agents" }, (at) => ({ server, client, page } = at));

const drawer = () => page.getByRole("dialog", { name: /^New agent| · version \d+$/ });
const tab = (name: string) => drawer().getByRole("navigation", { name: "Sections" }).getByRole("link", { name: new RegExp(`^${name}`) });
const part = (name: string) => drawer().getByRole("region", { name, exact: true });
const prompt = () => drawer().getByRole("textbox", { name: "Prompt" });
const row = (name: RegExp) => page.getByRole("table", { name: "Agents" }).getByRole("row", { name });
const told = (words: RegExp) => expect(page.getByRole("status", { name: "Notifications" }).getByText(words)).toBeVisible();
const question = () => page.getByRole("alertdialog", { name: "Discard your changes?" });
const save = () => drawer().getByRole("button", { name: "Save draft" }).click();

/** Opens an address as if it had been sent by mail. */
async function open(address: string) {
  await page.goto(server.url + address);
  await hydrated(page);
}

/** Makes an agent and gives its id; `saves` are the prompts it is saved with after that, each as its next version. */
async function made(name: string, saves: string[] = []): Promise<string> {
  const { id } = await client.must(client.post("/api/agents", { name, prompt: "You are {{agent.name}}." }), 201);
  for (const prompt of saves) await client.must(client.send("PUT", `/api/agents/${id}`, { name, prompt }), 200);
  return id;
}

test("a new agent: a name, a prompt, saved, and there after a reload", async () => {
  await open("/agents");
  await page.getByRole("link", { name: "New agent" }).click();
  await expect(drawer().getByLabel("Name", { exact: true }), "the keyboard starts in the first field").toBeFocused();
  await tab("Knowledge").click();
  await expect(part("Knowledge").getByText("Save the agent first")).toBeVisible();
  await part("Knowledge").getByRole("link", { name: "Back to General" }).click();
  await drawer().getByLabel("Name", { exact: true }).fill("Nora");
  await prompt().fill("You are {{agent.name}}.");
  await save();
  await told(/Nora is saved as version 1/);
  await expect(drawer().getByRole("button", { name: "Save draft" })).toBeFocused();
  // The news can be pressed and covers nothing. First of all, because it does not stay.
  const news = page.getByRole("status", { name: "Notifications" });
  await drawer().getByRole("button", { name: "Publish", exact: true }).click({ trial: true });
  await news.getByRole("button", { name: "Dismiss" }).click();
  await expect(news.getByText(/Nora is saved/)).toBeHidden();
  // It goes on as that agent.
  await expect(page.getByRole("dialog", { name: "Nora · version 1" })).toBeVisible();
  await expect(page).toHaveURL(/edit=agt(_|%5F)[0-9a-f]+/);
  await tab("Knowledge").click();
  await expect(part("Knowledge").getByText("Nothing known yet")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(drawer()).toBeHidden();
  await page.reload();
  await hydrated(page);
  await row(/Nora/).getByRole("link", { name: "Nora" }).click();
  await expect(page).toHaveURL(/edit=agt(_|%5F)[0-9a-f]+/);
  await expect(drawer(), "it is that agent").toHaveAccessibleName("Nora · version 1");
  await expect(prompt()).toBeHidden();
});

test("every section opens by a click and by its address", async () => {
  const agent = await made("Olga");
  await open("/agents");
  await row(/Olga/).getByRole("link", { name: "Olga" }).click();
  for (const name of sections) {
    await tab(name).click();
    await expect(part(name)).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`section=${name.toLowerCase()}`));
  }
  for (const name of sections) {
    await open(`/agents?edit=${agent}&section=${name.toLowerCase()}`);
    await expect(part(name)).toBeVisible();
    await expect(tab(name)).toHaveAttribute("aria-current", "page");
  }
  await drawer().getByRole("link", { name: "Expand to full page" }).click();
  await expect(page).toHaveURL(/full=1/);
  await expect.poll(async () => (await drawer().boundingBox())!.width).toBe(1280);
  await drawer().getByRole("link", { name: "Shrink to a drawer" }).click();
});

test("the prompt: chips go where the cursor stands, unknown ones are marked, tokens are counted, a lead is previewed", async () => {
  const agent = await made("Pia");
  await client.must(client.post("/api/leads", { name: "Ada Lovelace", phone: "+14155550101", consent: true, assigned_agent: agent }), 201);
  await open(`/agents?edit=${agent}&section=prompt`);
  const tokens = async () => Number((await drawer().getByText(/^About \d+ tokens/).textContent())!.match(/\d+/)![0]);
  await prompt().fill("Hello , you are {{agent.name}}. Never say {{lead.shoe_size}}.");
  const few = await tokens();
  await prompt().evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(6, 6));
  await drawer().getByRole("button", { name: "Insert lead.first_name" }).click();
  await expect(prompt()).toHaveValue("Hello {{lead.first_name}}, you are {{agent.name}}. Never say {{lead.shoe_size}}.");
  await expect(prompt()).toBeFocused();
  expect(await tokens()).toBeGreaterThan(few);
  await expect(drawer().getByRole("list", { name: "Advice on Prompt" })).toContainText("Nothing fills {{lead.shoe_size}}");
  await drawer().getByLabel("Preview for").selectOption({ label: "Ada Lovelace" });
  await expect(drawer().getByRole("region", { name: "Preview of the prompt" })).toHaveText("Hello Ada, you are Pia. Never say .");
  await drawer().getByRole("tab", { name: "Variables" }).click();
  await expect(drawer().getByRole("region", { name: "The prompt with its variables marked" }).locator("mark")).toHaveText("lead.shoe_size (unknown)");
});

test("what is not saved is not lost unasked: Esc, Back, a link, a reload", async () => {
  const agent = await made("Rosa");
  await open(`/agents?edit=${agent}&section=prompt`);
  await prompt().fill("Never say {{lead.shoe_size}}.");
  await page.keyboard.press("Escape");
  await question().getByRole("button", { name: "Cancel" }).click();
  await expect(prompt()).toHaveValue(/shoe_size/);
  // From section to section nothing is asked, and nothing is lost.
  await tab("Tests").click();
  await expect(part("Tests")).toBeVisible();
  await tab("Prompt").click();
  await expect(prompt()).toHaveValue(/shoe_size/);
  await tab("Tests").click();
  await drawer().getByRole("link", { name: "Open the Test Console" }).click();
  await question().getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/section=tests/);
  const asked: string[] = [];
  page.once("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.accept();
  });
  await page.reload();
  expect(asked).toEqual(["beforeunload"]);
  await hydrated(page);
  await expect(part("Tests")).toBeVisible();
});

test("Back out of the drawer asks, stays on Cancel, and goes where Back leads on Discard", async () => {
  await made("Vera");
  await open("/leads");
  await page.getByRole("link", { name: "Agents", exact: true }).click();
  await row(/Vera/).getByRole("link", { name: "Vera" }).click();
  await drawer().getByLabel("Tone").selectOption({ label: "Direct" });
  await page.goBack();
  await question().getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/edit=agt/);
  await expect(drawer().getByLabel("Tone")).toHaveValue("direct");
  await page.goBack();
  await question().getByRole("button", { name: "Discard" }).click();
  await expect(drawer()).toBeHidden();
  await expect(page).toHaveURL(/\/agents$/);
  await row(/Vera/).getByRole("link", { name: "Vera" }).click();
  await expect(drawer().getByLabel("Tone")).not.toHaveValue("direct");
});

test("each section saves, and a reload shows what was saved", async () => {
  const agent = await made("Frida");
  await open(`/agents?edit=${agent}`);
  const edits: Record<string, { make: () => Promise<unknown>; see: () => Promise<unknown> }> = {
    General: {
      make: () => drawer().getByRole("switch", { name: /Read the history/ }).uncheck(),
      see: () => expect(drawer().getByRole("switch", { name: /Read the history/ })).not.toBeChecked(),
    },
    Prompt: {
      make: () => prompt().fill("You are {{agent.name}}.\nGreet {{lead.first_name}}.\nAnswer in one sentence."),
      see: () => expect(prompt()).toHaveValue(/Greet/),
    },
    Model: {
      make: () => drawer().getByLabel("Longest answer (tokens)").fill("222"),
      see: () => expect(drawer().getByLabel("Longest answer (tokens)")).toHaveValue("222"),
    },
    Knowledge: {
      make: async () => {
        await drawer().getByLabel("Categories it reads").first().fill("Products");
        await drawer().getByRole("button", { name: "Add to Categories it reads" }).click();
      },
      see: () => expect(drawer().getByRole("list", { name: "Categories it reads" })).toContainText(/products/i),
    },
    Voice: {
      make: () => drawer().getByLabel("Opening").fill("Good morning, this is Frida."),
      see: () => expect(drawer().getByLabel("Opening")).toHaveValue("Good morning, this is Frida."),
    },
    Guardrails: {
      make: async () => {
        await drawer().getByLabel("Never say").first().fill("guaranteed");
        await drawer().getByRole("button", { name: "Add to Never say" }).click();
      },
      see: () => expect(drawer().getByRole("list", { name: "Never say" })).toContainText("guaranteed"),
    },
  };
  let version = 1;
  for (const [name, { make }] of Object.entries(edits)) {
    await tab(name).click();
    await expect(part(name)).toBeVisible();
    await make();
    await expect(drawer().getByText("Unsaved changes")).toBeVisible();
    await save();
    version += 1;
    await expect(page.getByRole("dialog", { name: `Frida · version ${version}` })).toBeVisible();
  }
  for (const [name, { see }] of Object.entries(edits)) {
    await open(`/agents?edit=${agent}&section=${name.toLowerCase()}`);
    await see();
  }
  await drawer().getByRole("textbox", { name: "Try a sentence" }).fill("I want my money back");
  await expect(drawer().getByText("Goes to a human: Refund")).toBeVisible();
});

test("a version is published with what changes, edited, compared and brought back, with who and when", async () => {
  const words = "You are {{agent.name}}.\nGreet {{lead.first_name}}.\nAnswer in one sentence.";
  const agent = await made("Berta", [..."23456"].map((n) => `Words of version ${n}.`).concat(words));
  await open(`/agents?edit=${agent}&section=history`);
  await tab("General").click();
  // Nothing is published before the question was answered, although it is to be live.
  await drawer().getByLabel("Status").selectOption({ label: "Live" });
  await drawer().getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish version 7?" });
  await dialog.getByLabel("Note").fill("First words");
  await dialog.getByRole("button", { name: "Publish now" }).click();
  await expect(drawer().getByText("Version 7 is live")).toBeVisible();
  await tab("Prompt").click();
  await prompt().fill("You are {{agent.name}}.\nGreet {{lead.first_name}}.\nAnswer in two sentences.");
  await drawer().getByRole("tab", { name: "Compare with live" }).click();
  const change = drawer().getByRole("region", { name: "Change of Prompt" });
  await expect(change).toContainText("Removed: Answer in one sentence.");
  await expect(change).toContainText("Added: Answer in two sentences.");
  await save();
  await expect(drawer().getByText("People hear version 7", { exact: true })).toBeVisible();
  await drawer().getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Publish version 8?" }).getByRole("region", { name: "Change of Prompt" })).toContainText("two sentences");
  await page.keyboard.press("Escape");

  await tab("History").click();
  const versions = drawer().getByRole("list", { name: "Versions, newest first" });
  const heard = versions.getByRole("listitem", { name: "Version 7" });
  await expect(heard).toContainText("Published");
  await expect(heard).toContainText(/saved by operator.* ago|saved by operator.*now/);
  await expect(heard).toContainText(/Published by operator.*First words/);
  await drawer().getByRole("button", { name: "Compare version 8" }).click();
  await expect(versions.getByRole("listitem", { name: "Version 8" })).toContainText("Removed: Answer in one sentence.");
  await drawer().getByRole("button", { name: "Restore version 7" }).click();
  await told(/Version 7 is back, as version 9/);
  await expect(versions.getByRole("listitem", { name: "Version 9" })).toBeVisible();
  await expect(versions.getByRole("listitem", { name: "Version 8" }), "a longer list closes nothing").toContainText("Removed: Answer in one sentence.");
  await tab("Prompt").click();
  await expect(prompt()).toHaveValue(/one sentence/);
  await page.keyboard.press("Escape");
  await expect(row(/Berta/).getByTitle("People hear what you see")).toHaveText("v7");
});

test("on a phone nothing sticks out of the drawer", async () => {
  const agent = await made("Wanda");
  await page.setViewportSize({ width: 390, height: 844 });
  for (const name of sections) {
    await open(`/agents?edit=${agent}&section=${name.toLowerCase()}`);
    await expect(part(name)).toBeVisible();
    const over = await part(name).evaluate((section) => {
      const wide = [...section.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest("table, pre"));
      return wide.map((e) => e.outerHTML.slice(0, 100));
    });
    expect(over, name).toEqual([]);
    await expect(tab(name), "the row of tabs shows the current one").toBeInViewport({ ratio: 0.9 });
    await expect(drawer().getByRole("button", { name: "Save draft" })).toBeInViewport();
  }
});
