// What answers look like over each channel, by clicking: a limit and a template are tried on a sample, saved, and held to by the server
// in the Test Console; what cannot hold is refused beside its field. Any error on the console fails the test it happens in. Each test
// begins with the channels as they come.
// Pages: settings.
import { expect, test, type Page } from "@playwright/test";
import { type Client, hydrated, type Server } from "./support/server";
import { desk } from "./support/desk";

let server: Server;
let client: Client;
let page: Page;
/** What holds for SMS in a new workspace. */
let usual: Record<string, unknown>;

/** What holds for SMS now. */
const told = async () => (await client.must(client.get("/api/channels"), 200)).find((c: { channel: string }) => c.channel === "sms");
const hold = (draft: Record<string, unknown>) => client.must(client.send("PUT", "/api/channels/sms", draft), 200);

desk({ name: "channels" }, async (at) => {
  ({ server, client, page } = at);
  usual = await told();
});
test.beforeEach(async () => {
  const { max_response_length, tone, response_template } = usual;
  // What nobody changed stays unsaved, as in a new workspace.
  if ((await told()).id !== usual.id) await hold({ max_response_length, tone, response_template });
});

const sms = () => page.getByRole("listitem", { name: "SMS", exact: true });
const preview = () => page.getByRole("figure", { name: "Preview of SMS" });

async function open(address: string) {
  await page.goto(server.url + address);
  await hydrated(page);
}

test("a template is tried on a sample while it is typed", async () => {
  await open("/settings/keys");
  await page.getByRole("link", { name: "Channels" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Channels" })).toBeVisible();
  await expect(preview()).toContainText(/of 160 characters, 1 segment, shortened/);
  await sms().getByLabel("Characters at most").fill("120");
  await sms().getByLabel("Template").fill("Hi {first_name}: {answer} - {agent}");
  await expect(preview()).toContainText(/Hi Ada: .* - Mia/);
  await expect(preview()).toContainText(/of 120 characters, 1 segment/);
  await page.getByLabel("Sample answer").fill("Yes, of course.");
  await expect(preview()).toContainText("Hi Ada: Yes, of course. - Mia");
});

test("what cannot hold is refused beside its field", async () => {
  await open("/settings/channels");
  await sms().getByLabel("Characters at most").fill("161");
  await expect(sms().getByText("give a number of characters from 100 to 160")).toBeVisible();
  await sms().getByLabel("Characters at most").fill("120");
  await sms().getByLabel("Template").fill("Hello");
  await expect(sms().getByText("Say where the answer stands")).toBeVisible();
  await expect(sms().getByRole("button", { name: "Save SMS" })).toBeDisabled();
  await sms().getByLabel("Template").fill("{answer} {phone}");
  await expect(sms().getByText("There is no {phone}.")).toBeVisible();
  const refused = await client.send("PUT", "/api/channels/sms", { max_response_length: 100, response_template: `${"x".repeat(61)}{answer}` });
  expect(refused.status, "the API says the same").toBe(422);
  expect(refused.json.error.problems[0].field).toBe("response_template");
});

test("what is saved holds for the answers of an agent", async () => {
  await open("/settings/channels");
  await sms().getByLabel("Characters at most").fill("120");
  await sms().getByLabel("Template").fill("{answer} - {agent}");
  await sms().getByRole("button", { name: "Save SMS" }).click();
  await expect(page.getByRole("status", { name: "Notifications" }).getByText(/SMS is saved/)).toBeVisible();
  expect(await told()).toMatchObject({ max_response_length: 120, response_template: "{answer} - {agent}" });
  const agent = (await client.must(client.post("/api/agents", { name: "Mia", prompt: "You are Mia." }), 201)).id;
  await open(`/agents/${agent}/test`);
  await page.getByLabel("Message as the lead").fill("Hello");
  await page.keyboard.press("Control+Enter");
  const log = page.getByRole("log", { name: "Messages", exact: true });
  await expect(log.getByText(/ - Mia$/)).toBeVisible({ timeout: 20_000 });
});

test("on a phone nothing sticks out", async () => {
  await hold({ max_response_length: 120, response_template: "{answer} - {agent}" });
  await page.setViewportSize({ width: 390, height: 844 });
  await open("/settings/channels");
  await expect(sms().getByLabel("Template")).toHaveValue("{answer} - {agent}");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(wide, "nothing sticks out").toBe(false);
  await page.getByRole("link", { name: "Work", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Work" }), "the way to the other settings is there").toBeVisible();
});

test("the work list says that nothing has failed", async () => {
  await open("/settings/channels");
  await page.getByRole("link", { name: "Work", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Work" })).toBeVisible();
  await expect(page.getByText("Failed for good").first()).toBeVisible();
  expect((await client.get("/api/jobs")).json.dead).toEqual([]);
});
