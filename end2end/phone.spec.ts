// A call that the operator ends on the phone page, by clicking: its run leaves by the exit of that end, and the campaign's page says so.
// Not here: messages on the phone (journey-parts.spec.ts), what each of Twilio's words means (crates/channels/tests/parse.rs).
// Pages: campaigns, phone.
import type { Page } from "@playwright/test";
import { type Client, hydrated, type Server } from "./support/server";
import { desk } from "./support/desk";
import { expect, test } from "./support/page";
import { drawing, launch, template } from "./run/world.mjs";

let server: Server;
let client: Client;
let page: Page;

// At the pace of people: there must be time to press something.
desk({ name: "phone", env: { EMULATOR_PACE: "1" } }, (at) => ({ server, client, page } = at));

async function open(address: string): Promise<void> {
  await page.goto(server.url + address);
  await hydrated(page);
}

test("a call ends as the operator says, and the campaign tells it", async () => {
  const fay = await client.must(client.post("/api/leads", { name: "Fay Ringing", phone: "+14155550131", consent: true, consent_source: "a fair" }), 201);
  const voice = await template(client, "phone_call", "voice", "Hello {{lead.first_name}}. Press 1 to confirm, 2 to decline.");
  await open("/phone?n=14155550131");
  await page.getByRole("switch", { name: "Answer by hand" }).click();
  await expect(page.getByText("You answer", { exact: true })).toBeVisible();
  // Of this version nothing is filled in: who takes no call has no way to go on.
  const graph = { ...drawing([{ kind: "send", channel: "voice", template_id: voice.id }]), version: 2 };
  const campaign = await launch(client, { name: "A call", graph, leads: [fay.id] });
  const ends = page.getByRole("group", { name: "How the call ends" });
  for (const end of ["Nobody answers", "Busy", "Voicemail", "Hang up"]) await expect(ends.getByRole("button", { name: end })).toBeVisible({ timeout: 20_000 });
  await ends.getByRole("button", { name: "Voicemail" }).click();
  await expect(page.getByText("Call ended")).toBeVisible({ timeout: 20_000 });
  await open(`/campaigns/${campaign.id}`);
  await expect(page.getByRole("table", { name: "Steps" })).toContainText("1 voicemail");
  await open(`/campaigns/${campaign.id}?tab=people`);
  await expect(page.getByRole("table", { name: "People" })).toContainText("A machine took the call");
});
