// Parts of the main job that need no story before them, by clicking, on the emulator: signing in and out, an answer that streams in, drawing
// by hand, the phone. Each makes what it needs. Any error on the console fails the test it happens in.
// Not here: the job from its beginning to its end (journey-browser.spec.ts).
// Pages: agents, campaigns, flows, leads, templates, sign_in.
import type { Locator, Page } from "@playwright/test";
import { type Client, hydrated, signIn, type Server } from "./support/server";
import { desk } from "./support/desk";
import { expect, test } from "./support/page";
import { until } from "./run/process.mjs";
import { agent, drawing, launch, sendSms, template } from "./run/world.mjs";

let server: Server;
let client: Client;
let page: Page;

desk({ name: "parts", env: { EMULATOR_PACE: "0" } }, (at) => ({ server, client, page } = at));

/** Goes to a page by its link in the frame, as a person does. */
async function go(name: RegExp | string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name }).first().click();
}

/** Opens an address as if it had been sent by mail. */
async function open(address: string): Promise<void> {
  await page.goto(server.url + address);
  await hydrated(page);
}

/** A step on the canvas. */
const step = (id: string) => page.locator(`#flow-node-${id}`);
/** Where it is in the window. */
const box = async (of: Locator) => (await of.boundingBox())!;

// In a window of its own: nobody has signed in there.
test("sign in", async ({ page, noise }) => {
  await page.goto(`${server.url}/agents`);
  await expect(page, "a page behind the sign-in sends there first").toHaveURL(/sign-in/);
  await page.getByLabel("E-mail").fill("operator@example.test");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("do not match");
  await signIn(page, server);
  await expect(page.getByText(/emulator/i).filter({ visible: true }).first(), "the emulator is marked as such").toBeVisible();
});

test("try it in the Test Console: the answer streams in, with tokens, latency and cost", async () => {
  await agent(client, { name: "Mia", prompt: "You are Mia of Springfield Homes. Answer in one friendly sentence." });
  await open("/agents");
  await page.getByRole("row", { name: /Mia/ }).getByRole("link", { name: "Test" }).click();
  await expect(page).toHaveURL(/\/agents\/agt_[0-9a-f]+\/test/);
  const log = page.getByRole("log", { name: "Messages" });
  // Every text that the second bubble ever shows, in its order. How many there are is the machine's business.
  await log.evaluate((element) => {
    const seen: string[] = ((window as unknown as { seen: string[] }).seen = []);
    const look = () => {
      const text = [...element.querySelectorAll("li:nth-child(2) p.whitespace-pre-wrap")].map((part) => part.textContent).join("");
      if (text !== "" && text !== seen.at(-1)) seen.push(text);
    };
    new MutationObserver(look).observe(element, { childList: true, subtree: true, characterData: true });
  });
  await page.getByLabel("Message as the lead").fill("What are your opening hours?");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(log.getByText("What are your opening hours?")).toBeVisible();
  await expect(log.getByText(/\d+ \+ \d+ tokens/)).toBeVisible({ timeout: 60_000 });
  await expect(log.getByText(/\d+ ms/)).toBeVisible();
  // The same question over HTTP, where the answer comes at once, says what it has to be.
  const id = new URL(page.url()).pathname.split("/")[2];
  const whole: string = (await client.must(client.post(`/api/agents/${id}/test`, { input: "What are your opening hours?", lead_name: "Ada Lovelace" }), 200)).response;
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect(seen.at(-1), "the answer came whole").toBe(whole);
  const orderly = seen.every((text, i) => whole.startsWith(text) && text.length > (seen[i - 1] ?? "").length);
  expect(orderly, `the answer grew in order: ${JSON.stringify(seen)}`).toBe(true);
  const figures = page.getByRole("complementary", { name: "Figures" });
  for (const figure of ["Latency", "First token", "Tokens in", "Tokens out", "Cost"]) await expect(figures.getByText(figure, { exact: true }).first()).toBeVisible();
  await expect(figures.getByText(/scripted/i).first(), "made-up answers say so").toBeVisible();
});

test("draw by dragging: add, connect, move, delete, undo, and see what is wrong", async () => {
  await agent(client, { name: "Nora", prompt: "You are Nora.", status: "live" });
  await template(client, "drawn_sms", "sms", "Hi {{lead.first_name}}, may we call you?");
  await template(client, "drawn_voice", "voice", "Hello {{lead.first_name}}. Press 1 to confirm, 2 to decline.");
  const whatsapp = await template(client, "drawn_whatsapp", "whatsapp", "Hi {{lead.first_name}}, still interested in a visit?");
  await client.must(client.post(`/api/templates/${whatsapp.id}/submit`, { category: "MARKETING" }), 200);
  await until("the template to be approved", async () => (await client.get(`/api/templates/${whatsapp.id}`)).json.state === "approved", { timeout: 60_000 });
  const campaign = await client.must(client.post("/api/campaigns", { name: "By hand" }), 201);
  await open(`/campaigns/${campaign.id}/flow`);
  await page.getByRole("button", { name: /SMS → WhatsApp → voice/ }).click();
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) await expect(step(`n${n}`)).toBeVisible();
  await expect(page.locator("[data-trouble=blocking]")).toHaveCount(0);

  const canvas = await box(page.locator("#flow-canvas"));
  const blocking = page.locator("[data-trouble=blocking]");
  // A step from the palette onto free ground: it has no way out yet, and says so on itself.
  const piece = await box(page.getByRole("complementary", { name: "Steps" }).getByRole("button", { name: "Wait", exact: true }));
  await page.mouse.move(piece.x + 20, piece.y + 10);
  await page.mouse.down();
  await page.mouse.move(canvas.x + 300, canvas.y + 200, { steps: 8 });
  await page.mouse.move(canvas.x + canvas.width - 70, canvas.y + canvas.height * 0.78, { steps: 8 });
  await page.mouse.up();
  await expect(step("n11")).toBeVisible();
  await expect(blocking).toHaveCount(1);
  await expect(page.getByRole("toolbar", { name: "Drawing" }).getByRole("button", { name: "Undo" })).toBeEnabled();

  // A way from its exit to the end.
  const grip = await box(page.locator('[data-node="n11"] [data-exit="next"] [title="Drag to connect"]'));
  const end = await box(step("n10"));
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 12 });
  await page.mouse.up();
  await expect(blocking).toHaveCount(0);

  // Moved by dragging, deleted by key, brought back by undo, and deleted again.
  const before = await box(step("n11"));
  await page.mouse.move(before.x + 30, before.y + 20);
  await page.mouse.down();
  await page.mouse.move(before.x + 30, before.y - 60, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => (await box(step("n11"))).y).toBeLessThan(before.y - 40);
  await page.keyboard.press("Delete");
  await expect(step("n11")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(step("n11")).toBeVisible();
  await step("n11").click();
  await page.keyboard.press("Delete");
  await expect(step("n11")).toHaveCount(0);
});

test("play the lead on the phone: what is written there arrives in the Inbox", async () => {
  const eve = await client.must(client.post("/api/leads", { name: "Eve Silent", phone: "+14155550107", consent: true, consent_source: "a fair" }), 201);
  const hello = await template(client, "phone_hello", "sms", "Hi {{lead.first_name}}, may we call you?");
  await launch(client, { name: "To the phone", graph: drawing([sendSms(hello.id)]), leads: [eve.id] });
  await open("/");
  await go("Phone");
  await page.getByRole("region", { name: "People" }).getByRole("link", { name: /Eve Silent/ }).click();
  await expect(page.getByRole("log", { name: "On this phone" })).toContainText("Hi Eve");
  const write = page.getByRole("textbox", { name: /^Write as/ });
  await write.fill("Sorry, I was away. Is it still possible?");
  await page.getByRole("button", { name: "Send" }).click();
  await go("Inbox");
  const list = page.getByRole("region", { name: "Conversations" });
  await expect(list.getByRole("link", { name: /Eve Silent/ }).filter({ hasText: /still possible|Eve/ }).first()).toBeVisible();
  await list.getByRole("link", { name: /Eve Silent/ }).first().click();
  await expect(page.getByRole("log", { name: "Messages" }).getByText("Sorry, I was away. Is it still possible?")).toBeVisible();
});

// In a window of its own: the file's stays signed in.
test("sign out", async ({ page, noise }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/`);
  await hydrated(page);
  await page.getByRole("button", { name: "Your account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/sign-in/);
  await page.goto(`${server.url}/inbox`);
  await expect(page).toHaveURL(/sign-in/);
});
