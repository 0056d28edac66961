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
  await expect(page.getByText(/emulator/i).first(), "the emulator is marked as such").toBeVisible();
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
  await expect(page.getByRole("row", { name: /Mia/ })).toContainText("Live");
});

test("try it in the Test Console: the answer streams in, with tokens, latency and cost", async () => {
  await page.getByRole("row", { name: /Mia/ }).getByRole("link", { name: "Test" }).click();
  await expect(page).toHaveURL(/\/agents\/agt_[0-9a-f]+\/test/);
  await page.getByRole("textbox").last().fill("What are your opening hours?");
  await page.getByRole("button", { name: /send/i }).click();
  await expect(page.getByText("What are your opening hours?").first()).toBeVisible();
  await expect(page.getByText(/tokens/i).first()).toBeVisible();
  await expect(page.getByText(/latency/i).first()).toBeVisible();
  await expect(page.getByText(/cost/i).first()).toBeVisible();
});

test("import leads from a CSV file", async () => {
  await go("Leads");
  await page.getByRole("link", { name: /import/i }).first().click();
  await page.locator("input[type=file]").setInputFiles(path.join(root, "end2end/files/leads.csv"));
  await expect(page.getByText("Ada Eager").first(), "the preview shows the rows").toBeVisible();
  await page.getByRole("button", { name: /^import/i }).click();
  await expect(page.getByText(/6 (leads )?(created|imported|added)/i).first()).toBeVisible();
});
