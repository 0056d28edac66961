// The main job by clicking, in a real browser, on the emulator: an agent, the Test Console, leads from a file, templates, a campaign of
// three steps drawn in the flow editor, answers from people, a human who takes over. The steps build on each other, in order, in one
// window. Any error on the console fails the step it happens in.
import path from "node:path";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { hydrated, noServer, signIn, startServer, type Server } from "./support/server";
import { watch } from "./support/page";
import { root } from "./run/process.mjs";

const reason = noServer();
let server: Server;
let context: BrowserContext;
let page: Page;
let noise: string[];

test.describe.configure({ mode: "serial" });
test.skip(reason !== null, reason ?? "");

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  server = await startServer({ name: "browser", env: { EMULATOR_PACE: "1" } });
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  noise = watch(page);
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

/** Goes to a page by its link in the frame, as a person does. */
async function go(name: RegExp | string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name }).first().click();
}

test("sign in", async () => {
  await page.goto(`${server.url}/agents`);
  await expect(page, "a page behind the sign-in sends there first").toHaveURL(/sign-in/);
  await page.getByLabel("E-mail").fill("operator@example.test");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("do not match");
  await signIn(page, server);
  await expect(page.getByText(/emulator/i).filter({ visible: true }).first(), "the emulator is marked as such").toBeVisible();
});

test("make an agent", async () => {
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

test("try it in the Test Console: the answer streams in, with tokens, latency and cost", async () => {
  await page.getByRole("row", { name: /Mia/ }).getByRole("link", { name: "Test" }).click();
  await expect(page).toHaveURL(/\/agents\/agt_[0-9a-f]+\/test/);
  const log = page.getByRole("log", { name: "Messages" });
  // Streaming means that the text is seen to grow, not that it is there at the end.
  await log.evaluate((element) => {
    const lengths = ((window as unknown as { lengths: Set<number> }).lengths = new Set<number>());
    new MutationObserver(() => lengths.add(element.textContent?.length ?? 0)).observe(element, { childList: true, subtree: true, characterData: true });
  });
  await page.getByLabel("Message as the lead").fill("What are your opening hours?");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(log.getByText("What are your opening hours?")).toBeVisible();
  await expect(log.getByText(/\d+ \+ \d+ tokens/)).toBeVisible({ timeout: 20_000 });
  await expect(log.getByText(/\d+ ms/)).toBeVisible();
  const steps = await page.evaluate(() => (window as unknown as { lengths: Set<number> }).lengths.size);
  expect(steps, "the answer came in pieces").toBeGreaterThan(3);
  const figures = page.getByRole("complementary", { name: "Figures" });
  for (const figure of ["Latency", "First token", "Tokens in", "Tokens out", "Cost"]) await expect(figures.getByText(figure, { exact: true }).first()).toBeVisible();
  await expect(figures.getByText(/scripted/i).first(), "made-up answers say so").toBeVisible();
});

test("import leads from a CSV file: mapping, preview, progress, report", async () => {
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
  await expect(page.getByText("6 leads created")).toBeVisible({ timeout: 20_000 });
  const wrong = page.getByRole("table", { name: "Rows to look at" });
  for (const row of ["7", "8", "9"]) await expect(wrong.getByRole("cell", { name: row, exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Show the leads" }).click();
  await expect(page.getByRole("row", { name: /Ben Curious/ })).toContainText("415");
});

test("make templates, and have the WhatsApp one approved", async () => {
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
  await page.getByRole("button", { name: /submit lead_followup_en_us/i }).click();
  await expect(page.getByRole("row", { name: /lead_followup_en_us/ }), "the state follows by itself").toContainText("Approved", { timeout: 30_000 });
});

/** A step on the canvas. */
const step = (id: string) => page.locator(`#flow-node-${id}`);

/** Selects a step and gives its inspector. */
async function inspect(id: string) {
  await step(id).click();
  return page.getByRole("complementary", { name: "Step" });
}

test("make a campaign and draw its flow: SMS, WhatsApp, voice", async () => {
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

test("draw by dragging: add, connect, move, delete, undo, and see what is wrong", async () => {
  const canvas = page.locator("#flow-canvas");
  const box = (await canvas.boundingBox())!;
  const blocking = page.locator("[data-trouble=blocking]");
  // A step from the palette onto free ground: it has no way out yet, and says so on itself.
  const piece = (await page.getByRole("complementary", { name: "Steps" }).getByRole("button", { name: "Wait", exact: true }).boundingBox())!;
  await page.mouse.move(piece.x + 20, piece.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 300, box.y + 200, { steps: 8 });
  await page.mouse.move(box.x + box.width - 70, box.y + box.height * 0.78, { steps: 8 });
  await page.mouse.up();
  await expect(step("n11")).toBeVisible();
  await expect(blocking).toHaveCount(1);
  await expect(page.getByRole("toolbar", { name: "Drawing" }).getByRole("button", { name: "Undo" })).toBeEnabled();

  // A way from its exit to the end.
  const grip = (await page.locator('[data-node="n11"] [data-exit="next"] [title="Drag to connect"]').boundingBox())!;
  const end = (await step("n10").boundingBox())!;
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 12 });
  await page.mouse.up();
  await expect(blocking).toHaveCount(0);

  // Moved by dragging, deleted by key, brought back by undo, and deleted again.
  const before = (await step("n11").boundingBox())!;
  await page.mouse.move(before.x + 30, before.y + 20);
  await page.mouse.down();
  await page.mouse.move(before.x + 30, before.y - 60, { steps: 8 });
  await page.mouse.up();
  expect((await step("n11").boundingBox())!.y).toBeLessThan(before.y - 40);
  await page.keyboard.press("Delete");
  await expect(step("n11")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(step("n11")).toBeVisible();
  await step("n11").click();
  await page.keyboard.press("Delete");
  await expect(step("n11")).toHaveCount(0);
});

test("inspect steps: short waits, the templates and the agent; save; export and import", async () => {
  for (const id of ["n3", "n6", "n8"]) {
    const inspector = await inspect(id);
    await inspector.getByLabel("Unit of time").selectOption({ label: "seconds" });
    await inspector.getByLabel("Wait at most").fill("6");
    await expect(step(id)).toContainText("6 s");
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
  await expect(step("n10")).toBeVisible();
  await expect(step("n6")).toContainText("6 s");
  await step("n9").click();
  await page.keyboard.press("Delete");
  await expect(step("n9")).toHaveCount(0);
  await page.getByLabel("Flow as a JSON file").setInputFiles(file);
  await expect(page.getByText(/Imported 10 steps/)).toBeVisible();
});

test("launch it to everybody, and see it move", async () => {
  // The import brought back what was saved, so there is nothing to save.
  await expect(page.locator("[data-save-state]")).toContainText("Saved");
  await page.getByRole("link", { name: "Back to the campaign" }).click();
  await page.getByRole("button", { name: "Launch", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/6 of 6 (leads|people) will be taken in/)).toBeVisible();
  await dialog.getByRole("button", { name: "Launch", exact: true }).click();
  await expect(page.getByRole("status", { name: "Notifications" }).getByText(/Launched.*6/)).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "Spring visit" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Steps" }).getByRole("row", { name: /SMS/ }), "figures follow by themselves").toContainText(/[1-6]/, { timeout: 30_000 });
});

test("answers from people arrive in the Inbox by themselves", async () => {
  test.setTimeout(180_000);
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

test("the three channels: whoever stays silent gets a WhatsApp and a call, whoever says STOP gets nothing more", async () => {
  test.setTimeout(180_000);
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

test("take over, answer as a human, return to the AI", async () => {
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
  await expect(sent).toContainText(/Delivered|Sent|Read/, { timeout: 30_000 });
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Return to AI" }).click();
  await expect(pane.getByText(/^(AI is handling|Waits for a human)$/)).toBeVisible();
});

test("play the lead on the phone: what is written there arrives in the Inbox", async () => {
  await go("Phone");
  await page.getByRole("region", { name: "People" }).getByRole("link", { name: /Eve Silent/ }).click();
  await expect(page.getByRole("log", { name: "On this phone" })).toContainText("Hi Eve");
  const write = page.getByRole("textbox", { name: /^Write as/ });
  await write.fill("Sorry, I was away. Is it still possible?");
  await page.getByRole("button", { name: "Send" }).click();
  await go("Inbox");
  const list = page.getByRole("region", { name: "Conversations" });
  await expect(list.getByRole("link", { name: /Eve Silent/ }).filter({ hasText: /still possible|Eve/ }).first()).toBeVisible();
});

test("sign out", async () => {
  await page.goto(`${server.url}/`);
  await hydrated(page);
  await page.getByRole("button", { name: "Your account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/sign-in/);
  await page.goto(`${server.url}/inbox`);
  await expect(page).toHaveURL(/sign-in/);
});
