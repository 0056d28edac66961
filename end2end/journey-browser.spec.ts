// The main job by clicking, in a real browser, on the emulator: an agent, leads from a file, templates, a campaign of three steps drawn in
// the flow editor, answers from people, a human who takes over. One test of many steps, in one window: each begins where the one before it
// ended, and nothing is there but what the story made. Any error on the console fails the step it happens in.
// Not here: what needs no story before it (journey-parts.spec.ts).
// Pages: campaigns, flows, inbox, leads, templates, sign_in.
import path from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { hydrated } from "./support/server";
import { desk } from "./support/desk";
import { root } from "./run/process.mjs";

let page: Page;
let noise: string[];

// Made-up people answer two seconds after a message, long before the flow waits no longer, and late enough to be seen coming.
desk({ name: "browser", env: { EMULATOR_PACE: "0.5" } }, (at) => ({ page, noise } = at));

/** Goes to a page by its link in the frame, as a person does. */
async function go(name: RegExp | string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name }).first().click();
}

/** A step on the canvas. */
const step = (id: string) => page.locator(`#flow-node-${id}`);

/** Selects a step and gives its inspector. */
async function inspect(id: string) {
  await step(id).click();
  return page.getByRole("complementary", { name: "Step" });
}

/** One step of the story. What it leaves on the console fails it, and none after it. */
const part = (name: string, body: () => Promise<void>) =>
  test.step(name, async () => {
    await body();
    expect(noise.splice(0), "errors behind the page").toEqual([]);
  });

test("the main job: from an agent to a human who takes over", async () => {
  test.setTimeout(480_000);
  await part("make an agent", async () => {
    await go("Agents");
    await page.getByRole("link", { name: "New agent" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByLabel("Name", { exact: true }).fill("x".repeat(81));
    await expect(drawer.getByText(/80/).first(), "what is wrong stands beside the field").toBeVisible();
    await drawer.getByLabel("Name", { exact: true }).fill("Mia");
    await drawer.getByLabel("Status").selectOption({ label: "Live" });
    await expect(drawer.getByRole("button", { name: "Save" }), "a live agent needs a prompt").toBeDisabled();
    await drawer.getByRole("textbox", { name: "Prompt" }).fill("You are Mia of Springfield Homes. Answer in one friendly sentence.");
    await drawer.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("dialog", { name: "Mia · version 1" }), "it goes on as that agent").toBeVisible();
    await drawer.getByRole("button", { name: "Close" }).click();
    await expect(drawer).toBeHidden();
    await expect(page.getByRole("row", { name: /Mia/ })).toContainText("Live");
  });

  await part("import leads from a CSV file: mapping, preview, progress, report", async () => {
    await go("Leads");
    await page.getByRole("link", { name: "Import CSV" }).first().click();
    await page.getByLabel("CSV file").setInputFiles(path.join(root, "end2end/files/leads.csv"));
    await expect(page.getByLabel("What Full name becomes")).toHaveValue("name");
    await expect(page.getByLabel("What Mobile becomes")).toHaveValue("phone");
    await expect(page.getByLabel("What Opt-in becomes")).toHaveValue("consent");
    await page.getByLabel("What Comment becomes").selectOption({ label: "Leave out" });
    await page.getByLabel("What Comment becomes").selectOption({ label: "Notes" });
    await expect(page.getByRole("table", { name: "First rows" }).getByText("Ada Eager")).toBeVisible();
    await page.getByRole("button", { name: "Import 6 of 9 rows" }).click();
    await expect(page.getByText("6 leads created")).toBeVisible({ timeout: 60_000 });
    const wrong = page.getByRole("table", { name: "Rows to look at" });
    for (const row of ["7", "8", "9"]) await expect(wrong.getByRole("cell", { name: row, exact: true })).toBeVisible();
    await page.getByRole("link", { name: "Show the leads" }).click();
    await expect(page.getByRole("row", { name: /Ben Curious/ })).toContainText("415");
  });

  await part("make templates, and have the WhatsApp one approved", async () => {
    await go("Templates");
    for (const [name, channel, text] of [
      ["sms_lead_fast", "SMS", "Hi {{lead.first_name}}, this is {{agent.name}}. May we call you?"],
      ["lead_followup_en_us", "WhatsApp", "Hi {{lead.first_name}}, still interested in a visit?"],
      ["voice_followup", "Voice", "Hello {{lead.first_name}}. Press 1 to confirm, 2 to decline."],
    ]) {
      await page.getByRole("link", { name: "New template" }).click();
      const drawer = page.getByRole("dialog");
      await drawer.getByLabel("Name", { exact: true }).fill(name);
      await drawer.getByLabel("Channel").selectOption({ label: channel });
      await drawer.getByRole("textbox", { name: /^(Text|Script)$/ }).fill(text);
      await drawer.getByRole("button", { name: "Save" }).click();
      await expect(drawer).toBeHidden();
      await expect(page.getByRole("row", { name: new RegExp(name) })).toBeVisible();
    }
    await page.getByRole("button", { name: "Submit for approval lead_followup_en_us" }).click();
    await expect(page.getByRole("row", { name: /lead_followup_en_us/ }), "the state follows by itself").toContainText("Approved", { timeout: 60_000 });
  });

  await part("make a campaign and draw its flow: SMS, WhatsApp, voice", async () => {
    await go("Campaigns");
    await page.getByRole("link", { name: "New campaign" }).click();
    const dialog = page.getByRole("dialog", { name: "New campaign" });
    await dialog.getByLabel("Name", { exact: true }).fill("Spring visit");
    await expect(dialog.getByLabel("Agent", { exact: true }).locator("option:checked")).toHaveText("Mia");
    await dialog.getByRole("radio", { name: /Blank/ }).check();
    await dialog.getByRole("button", { name: "Create campaign" }).click();
    await expect(page).toHaveURL(/\/campaigns\/cmp_[0-9a-f]+\/flow/);
    await page.getByRole("button", { name: /SMS → WhatsApp → voice/ }).click();
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) await expect(step(`n${n}`)).toBeVisible();
    await expect(page.locator("[data-trouble=blocking]")).toHaveCount(0);
  });

  await part("inspect steps: short waits, the templates and the agent; save; export and import", async () => {
    for (const id of ["n3", "n6", "n8"]) {
      const inspector = await inspect(id);
      await inspector.getByLabel("Unit of time").selectOption({ label: "seconds" });
      await inspector.getByLabel("Wait at most").fill("8");
      await expect(step(id)).toContainText("8 s");
    }
    const inspector = await inspect("n5");
    await expect(inspector.getByLabel("Template").locator("option:checked")).toHaveText("lead_followup_en_us (approved)");
    await inspector.getByLabel("Template").selectOption("");
    await expect(step("n5").locator("[data-trouble=blocking]"), "a problem stands on the step").toBeVisible();
    await page.keyboard.press("Control+z");
    await expect(page.locator("[data-trouble=blocking]")).toHaveCount(0);
    await expect((await inspect("n9")).getByLabel("Agent").locator("option:checked")).toHaveText("Mia (live)");

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export JSON" }).click();
    const file = await (await download).path();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(page.locator("[data-save-state]")).toContainText("Saved");
    await page.reload();
    await hydrated(page);
    await expect(step("n10")).toBeVisible();
    await expect(step("n6")).toContainText("8 s");
    await step("n9").click();
    await page.keyboard.press("Delete");
    await expect(step("n9")).toHaveCount(0);
    await page.getByLabel("Flow as a JSON file").setInputFiles(file);
    await expect(page.getByText(/Imported 10 steps/)).toBeVisible();
  });

  await part("launch it to everybody, and see it move", async () => {
    // The import brought back what was saved, so there is nothing to save.
    await expect(page.locator("[data-save-state]")).toContainText("Saved");
    await page.getByRole("link", { name: "Back to the campaign" }).click();
    await page.getByRole("button", { name: "Launch", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText(/6 of 6 (leads|people) will be taken in/)).toBeVisible();
    await dialog.getByRole("button", { name: "Launch", exact: true }).click();
    await expect(page.getByRole("status", { name: "Notifications" }).getByText(/Launched.*6/)).toBeVisible();
    await expect(page.getByRole("heading", { level: 1, name: "Spring visit" })).toBeVisible();
    await expect(page.getByRole("table", { name: "Steps" }).getByRole("row", { name: /SMS/ }), "figures follow by themselves").toContainText(/[1-6]/, { timeout: 60_000 });
  });

  await part("answers from people arrive in the Inbox by themselves", async () => {
    await go("Inbox");
    // No reload from here on: what appears, appears live.
    await page.evaluate(() => ((window as unknown as { sameDocument: boolean }).sameDocument = true));
    const list = page.getByRole("region", { name: "Conversations" });
    await list.getByRole("link", { name: /Ada Eager/ }).first().click({ timeout: 60_000 });
    const thread = page.getByRole("log", { name: "Messages" });
    await expect(thread.getByText(/Hi Ada, this is Mia/)).toBeVisible();
    await expect(thread.getByRole("article", { name: "From Ada Eager" }).first()).toBeVisible({ timeout: 60_000 });
    await expect(thread.getByRole("article", { name: /Mia · AI/ }).first(), "the agent answers by itself").toBeVisible({ timeout: 60_000 });
    expect(await page.evaluate(() => (window as unknown as { sameDocument?: boolean }).sameDocument)).toBe(true);
  });

  await part("the three channels: whoever stays silent gets a WhatsApp and a call, whoever says STOP gets nothing more", async () => {
    const list = page.getByRole("region", { name: "Conversations" });
    for (const channel of ["WhatsApp", "Voice"]) {
      await page.getByRole("link", { name: new RegExp(`^${channel}`) }).first().click();
      await expect(list.getByRole("link", { name: /Eve Silent/ })).toBeVisible({ timeout: 90_000 });
      await expect(list.getByRole("link", { name: /Dan Optout/ })).toHaveCount(0);
    }
    await page.getByRole("link", { name: /^SMS/ }).first().click();
    await list.getByRole("link", { name: /Dan Optout/ }).click();
    await expect(page.getByRole("alert").filter({ hasText: "Opted out" })).toBeVisible();
  });

  await part("take over, answer as a human, return to the AI", async () => {
    const list = page.getByRole("region", { name: "Conversations" });
    await list.getByRole("link", { name: /Ada Eager/ }).click();
    const pane = page.getByRole("region", { name: "Conversation", exact: true });
    // Nobody holds it: the agent answers, or it asked for a human already.
    await expect(pane.getByText(/^(AI is handling|Waits for a human)$/)).toBeVisible();
    await page.getByRole("button", { name: "Take over", exact: true }).click();
    await expect(page.getByText("You are handling")).toBeVisible();
    await page.getByLabel("Reply", { exact: true }).and(page.getByRole("textbox")).fill("This is a human. See you on Tuesday at ten.");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const sent = page.getByRole("article").filter({ hasText: "See you on Tuesday at ten." });
    await expect(sent).toContainText(/Delivered|Sent|Read/, { timeout: 60_000 });
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Return to AI" }).click();
    await expect(pane.getByText(/^(AI is handling|Waits for a human)$/)).toBeVisible();
  });
});
