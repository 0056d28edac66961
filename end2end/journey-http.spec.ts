// The main job over HTTP, as a black-box client does it, against peers that nobody here wrote: a model (aimock), Twilio's own API
// description in a validating mock, and webhooks signed by Twilio's own helper. The steps build on each other, in order.
import { expect, test } from "@playwright/test";
import { account, noSpecs, startPeers, type Peers } from "./support/peers";
import { Client, noServer, operator, signedIn, startServer, type Server } from "./support/server";
import { inboundSms, inboundWhatsApp, messageStatus, post } from "./support/twilio";
import { csv, drawing, importLeads, people, template } from "./run/world.mjs";
import { until } from "./run/process.mjs";

const reason = noSpecs() ?? noServer();
const [ada, ben, cara] = people(3);
let peers: Peers;
let server: Server;
let client: Client;

test.describe.configure({ mode: "serial" });
test.skip(reason !== null, reason ?? "");

test.beforeAll(async () => {
  test.setTimeout(180_000);
  peers = await startPeers();
  server = await startServer({ name: "http", env: { ...peers.env, JOB_LEASE_SECONDS: "5" } });
});
test.afterAll(async ({}, info) => {
  if (info.status !== info.expectedStatus) console.log(server?.program?.tail(60));
  await server?.remove();
  await peers?.stop();
});

test("sign in: a token for the right password, nothing for a wrong one", async () => {
  const open = new Client(server.url);
  const wrong = await open.post("/api/auth/login", { ...operator, password: "wrong" });
  const stranger = await open.post("/api/auth/login", { email: "stranger@example.test", password: "wrong" });
  expect([wrong.status, stranger.status]).toEqual([401, 401]);
  // Whether the address exists is nobody's business.
  expect(wrong.json.error.message).toBe(stranger.json.error.message);
  expect((await open.get("/api/agents")).status).toBe(401);

  const right = await open.post("/api/auth/login", operator);
  expect(right.status).toBe(200);
  expect(right.json.token).toEqual(expect.any(String));
  expect(Date.parse(right.json.expires_at)).toBeGreaterThan(Date.now());
  client = await signedIn(server.url, operator);
});

let agentId = "";
test("agents: one is made, an empty name is refused", async () => {
  const refused = await client.post("/api/agents", { name: "" });
  expect(refused.status).toBe(422);
  expect(refused.json.error.problems.map((p: { field: string }) => p.field)).toContain("name");

  const made = await client.post("/api/agents", {
    name: "Mia", prompt: "You are Mia. Answer in one sentence.", status: "live", models: [{ provider: "openai", model: "gpt-4.1-mini" }],
  });
  expect(made.status, made.text).toBe(201);
  expect(made.json.id).toMatch(/^agt_/);
  agentId = made.json.id;
  const list = (await client.get("/api/agents?status=live&q=mia")).json;
  expect(list.items.map((a: { id: string }) => a.id)).toEqual([agentId]);
  expect(list).toMatchObject({ page: 1, total: 1, total_pages: 1, page_size: expect.any(Number) });
  expect((await client.get("/api/agents?status=paused&q=mia")).json.items).toEqual([]);
  // Both addresses are the same door.
  expect((await client.get(`/api/v1/agents/${agentId}`)).json).toEqual((await client.get(`/api/agents/${agentId}`)).json);
});

test("the Test Console's door: answer, tokens, latency and cost from the model", async () => {
  const before = (await peers.llm.journal()).length;
  const tried = await client.post(`/api/agents/${agentId}/test`, { input: "What are your opening hours?" });
  expect(tried.status, tried.text).toBe(200);
  expect(tried.json).toMatchObject({ provider: "openai", model: "gpt-4.1-mini", tokens_prompt: 111, tokens_completion: 22 });
  expect(tried.json.response).toContain("nine to five");
  expect(tried.json.latency_ms).toBeGreaterThanOrEqual(0);
  // 111 tokens in at 0.40 and 22 out at 1.60 dollars per million: 44.4 + 35.2 micro-dollars.
  expect(tried.json.cost_micros).toBeGreaterThanOrEqual(79);
  expect(tried.json.cost_micros).toBeLessThanOrEqual(81);
  expect((await peers.llm.journal()).length).toBe(before + 1);
  expect((await client.post(`/api/agents/${agentId}/test`, { input: "" })).status).toBe(422);
});

test("a model that fails is answered for by the next one", async () => {
  const made = await client.post("/api/agents", {
    name: "With a fallback", prompt: "x", models: [{ provider: "openai", model: "gpt-4.1-mini" }, { provider: "anthropic", model: "claude-sonnet-4-5" }],
  });
  expect(made.status, made.text).toBe(201);
  // Every model of this peer fails on that sentence, so nobody answers, and that is said without internals.
  const failed = await client.post(`/api/agents/${made.json.id}/test`, { input: "please break the model" });
  expect(failed.status).toBeGreaterThanOrEqual(400);
  expect(failed.json.error.message).toEqual(expect.any(String));
  expect(failed.text).not.toMatch(/panicked|RUST_BACKTRACE|at \/|sk-peer/);
});

test("leads: a CSV file comes in with a report, and again without doubles", async () => {
  const rows = `${csv([ada, ben, cara])}\nNobody,,,,,,,\nBroken,12,,,,,,\n`;
  const report = await importLeads(client, rows);
  expect(report).toMatchObject({ status: "done", created: 3, skipped: 2, total: 5 });
  expect(report.problems.map((p: { row: number }) => p.row).sort()).toEqual([4, 5]);
  const again = await importLeads(client, rows);
  expect(again).toMatchObject({ created: 0, skipped: 5 });
  expect((await client.get("/api/leads")).json.total).toBe(3);
  expect((await client.get(`/api/leads?q=${ada.phone.slice(-7)}`)).json.items[0]).toMatchObject({ name: ada.name, phone: ada.phone, consent: true });
});

let campaignId = "";
test("a campaign of three steps reaches Twilio: SMS, WhatsApp template, voice call", async () => {
  test.setTimeout(120_000);
  const sms = await template(client, "sms_lead_fast", "sms", "Hi {{lead.first_name}}, may we call you?");
  const whatsapp = await template(client, "lead_followup_en_us", "whatsapp", "Hi {{lead.first_name}}, {{agent.name}} here. Still interested?");
  const voice = await template(client, "voice_followup", "voice", "Hello {{lead.first_name}}. Press 1 to confirm, 2 to decline.");
  const graph = drawing(
    [
      { kind: "send", channel: "sms", template_id: sms.id },
      { kind: "wait_reply", timeout_secs: 2 },
      { kind: "send", channel: "whatsapp", template_id: whatsapp.id },
      { kind: "wait_reply", timeout_secs: 2 },
      { kind: "send", channel: "voice", template_id: voice.id },
      { kind: "agent", agent_id: agentId },
    ],
    [
      ["n1", "next", "n2"], ["n2", "next", "n3"], ["n3", "reply", "n7"], ["n3", "timeout", "n4"], ["n4", "next", "n5"], ["n5", "reply", "n7"],
      ["n5", "timeout", "n6"], ["n6", "next", "n8"], ["n7", "next", "n8"],
    ],
  );
  const made = await client.post("/api/campaigns", { name: "Three steps", agent_id: agentId, flow: graph });
  expect(made.status, made.text).toBe(201);
  campaignId = made.json.id;

  // WhatsApp wants its template approved first: the drawing says so, and does not start.
  const unready = (await client.post(`/api/campaigns/${campaignId}/validate`)).json;
  expect(unready.problems.map((p: { code: string }) => p.code)).toContain("unapproved_template");
  expect((await client.post(`/api/campaigns/${campaignId}/activate`)).status).toBe(422);
  expect(peers.recorder.taken("message")).toEqual([]);

  const submitted = await client.post(`/api/templates/${whatsapp.id}/submit`, { category: "MARKETING" });
  expect(submitted.status, submitted.text).toBeLessThan(300);
  await until("the template to be approved", async () => (await client.get(`/api/templates/${whatsapp.id}`)).json.state === "approved", { timeout: 60_000 });
  expect((await client.post(`/api/campaigns/${campaignId}/validate`)).json.problems.filter((p: { blocking: boolean }) => p.blocking)).toEqual([]);

  expect((await client.post(`/api/campaigns/${campaignId}/activate`)).status).toBe(200);
  const leads = (await client.all("/api/leads")).map((lead) => lead.id);
  const enrolled = await client.post(`/api/campaigns/${campaignId}/enrol`, { lead_ids: leads });
  expect(enrolled.status, enrolled.text).toBe(200);

  await until("three text messages", () => peers.recorder.taken("message").filter((e) => !e.form.To.startsWith("whatsapp:")).length === 3);
  await until("three WhatsApp messages", () => peers.recorder.taken("message").filter((e) => e.form.To.startsWith("whatsapp:")).length === 3);
  await until("three calls", () => peers.recorder.taken("call").length === 3);
  const arrived = peers.recorder.taken().filter((e) => e.kind !== "content");
  expect(arrived).toHaveLength(9);
  expect(arrived.every((entry) => entry.validated)).toBe(true);
  const [first] = arrived;
  expect(first.form).toMatchObject({ From: account.number, Body: expect.stringMatching(/^Hi Person, may we call you\?$/) });
  const wa = arrived.find((e) => e.form.To.startsWith("whatsapp:"));
  expect(wa?.form.ContentSid).toMatch(/^HX/);
  expect(wa?.form.Body).toBeUndefined();
  expect(JSON.parse(wa?.form.ContentVariables ?? "{}")).toMatchObject({ "1": "Person", "2": "Mia" });
  expect(peers.recorder.taken("call")[0].form.Twiml ?? peers.recorder.taken("call")[0].form.Url).toBeTruthy();
  expect(peers.recorder.refused).toEqual([]);

  const { progress } = (await client.get(`/api/campaigns/${campaignId}`)).json;
  expect(progress).toMatchObject({ enrolled: 3, sent: 9, not_sent: 0, in_doubt: 0 });
  expect((await client.get(`/api/campaigns/${campaignId}/runs`)).json.items).toHaveLength(3);
});

test("inbound: a signed SMS is stored once, a forged one is refused", async () => {
  const fields = inboundSms(ada.phone, "What are your opening hours?");
  expect((await post(server.url, fields, { token: "f".repeat(32) })).status).toBe(403);
  expect((await post(server.url, fields, { tamper: (body) => body.replace("opening", "closing") })).status).toBe(403);
  const unsigned = await new Client(server.url).form("/api/webhooks/receive", fields);
  expect(unsigned.status).toBe(403);

  const taken = await post(server.url, fields);
  expect(taken.status, taken.text).toBe(200);
  expect((await post(server.url, fields)).status).toBe(200);

  const digits = ada.phone.slice(1);
  const found = await until("the conversation", async () => {
    const list = (await client.get(`/api/conversations?q=${digits}`)).json;
    return list.items.find((c: { channel: string }) => c.channel === "sms");
  });
  expect(found.id).toMatch(/^cnv_/);
  const messages = async () => (await client.get(`/api/conversations/${found.id}/messages`)).json.items as { direction: string; body: string; status: string; channel: string }[];
  const inbound = (await until("the message", async () => {
    const got = (await messages()).filter((m) => m.direction === "inbound");
    return got.length > 0 ? got : null;
  })) as { direction: string; body: string; status: string; channel: string }[];
  expect(inbound).toHaveLength(1);
  expect(inbound[0]).toMatchObject({ body: "What are your opening hours?", status: "received", channel: "sms" });

  // The agent answers by itself, through the model, and the answer arrives at the receiving end.
  const answer = await until("the agent's answer", () => peers.recorder.taken("message").find((e) => e.form.To === ada.phone && e.form.Body?.includes("nine to five")), { timeout: 45_000 });
  expect((await messages()).some((m) => m.direction === "outbound" && m.body.includes("nine to five"))).toBe(true);

  // Reports may come late, twice and out of order; a message never moves backwards.
  const state = async () => (await messages()).find((m) => m.body.includes("nine to five"))?.status;
  for (const status of ["sent", "delivered", "sent", "delivered", "failed"]) {
    expect((await post(server.url, messageStatus(answer.sid, status, ada.phone))).status).toBe(200);
  }
  await until("the delivery report", async () => (await state()) === "delivered");
  expect(await state()).toBe("delivered");
});

test("inbound: an unknown sender becomes a lead, WhatsApp is its own conversation", async () => {
  expect((await post(server.url, inboundSms("+14155559999", "Who is this?"))).status).toBe(200);
  const lead = await until("the new lead", async () => (await client.get("/api/leads?q=4155559999")).json.items[0]);
  expect(lead.phone).toBe("+14155559999");
  expect((await post(server.url, inboundWhatsApp(ben.phone, "Hello there"))).status).toBe(200);
  const found = await until("the WhatsApp conversation", async () => {
    const list = (await client.get(`/api/conversations?q=${ben.phone.slice(1)}`)).json;
    return list.items.find((c: { channel: string }) => c.channel === "whatsapp");
  });
  expect((await client.get(`/api/conversations/${found.id}`)).json.lead_phone).toBe(ben.phone);
});

test("inbound: STOP ends everything for that person, and a human's reply is blocked with the reason", async () => {
  expect((await post(server.url, inboundSms(cara.phone, "STOP"))).status).toBe(200);
  await until("the opt-out", async () => (await client.get(`/api/leads?q=${cara.phone.slice(1)}`)).json.items[0]?.status === "opted_out");
  const before = peers.recorder.counts().get(cara.phone);
  const { items } = (await client.get(`/api/conversations?q=${cara.phone.slice(1)}`)).json;
  const sms = items.find((c: { channel: string }) => c.channel === "sms");
  const reply = await client.post(`/api/conversations/${sms.id}/reply`, { body: "Are you sure?" });
  expect(reply.status).toBeLessThan(500);
  if (reply.status < 300) {
    const shown = await until("the verdict", async () => {
      const list = (await client.get(`/api/conversations/${sms.id}/messages`)).json.items;
      return list.find((m: { body: string; status: string }) => m.body === "Are you sure?" && m.status === "blocked");
    });
    expect(shown.verdict.reasons).toContain("opted_out");
  }
  expect(peers.recorder.counts().get(cara.phone)).toBe(before);
});

test("a human answers, and Twilio takes it", async () => {
  const { items } = (await client.get(`/api/conversations?q=${ada.phone.slice(1)}`)).json;
  const sms = items.find((c: { channel: string }) => c.channel === "sms");
  const reply = await client.post(`/api/conversations/${sms.id}/reply`, { body: "This is a human. See you at ten." });
  expect(reply.status, reply.text).toBeLessThan(300);
  await until("the human's answer", () => peers.recorder.taken("message").some((e) => e.form.To === ada.phone && e.form.Body === "This is a human. See you at ten."));
  expect(peers.recorder.refused).toEqual([]);
});

test("a provider that refuses is shown, not repeated", async () => {
  peers.recorder.faults.refuse = (form) => (form.To === ada.phone ? { status: 400, body: { code: 21610, message: "Attempt to send to unsubscribed recipient", status: 400 } } : null);
  const before = peers.recorder.refused.length;
  const { items } = (await client.get(`/api/conversations?q=${ada.phone.slice(1)}`)).json;
  const sms = items.find((c: { channel: string }) => c.channel === "sms");
  await client.post(`/api/conversations/${sms.id}/reply`, { body: "One more thing." });
  const failed = await until("the failure", async () => {
    const list = (await client.get(`/api/conversations/${sms.id}/messages`)).json.items;
    return list.find((m: { body: string; status: string }) => m.body === "One more thing." && m.status === "failed");
  });
  expect(failed.error).toEqual(expect.any(String));
  expect(peers.recorder.refused.length).toBe(before + 1);
  peers.recorder.heal();
  peers.recorder.refused = [];
});

test("a line that is cut after Twilio took the message leads to one message, known or in doubt", async () => {
  peers.recorder.faults.drop = (entry) => entry.form.Body === "Cut me off.";
  expect((await post(server.url, inboundSms("+14155558888", "Hi, are you there?"))).status).toBe(200);
  const found = await until("the conversation", async () => (await client.get("/api/conversations?q=14155558888")).json.items[0]);
  await client.post(`/api/conversations/${found.id}/reply`, { body: "Cut me off." });
  const settled = await until(
    "the message to be settled",
    async () => {
      const list = (await client.get(`/api/conversations/${found.id}/messages`)).json.items;
      return list.find((m: { body: string; status: string }) => m.body === "Cut me off." && ["accepted", "sent", "delivered", "in_doubt"].includes(m.status));
    },
    { timeout: 60_000 },
  );
  expect(["accepted", "sent", "delivered", "in_doubt"]).toContain(settled.status);
  expect(peers.recorder.taken("message").filter((e) => e.form.Body === "Cut me off.")).toHaveLength(1);
  peers.recorder.heal();
});

test("the API describes itself, and the server wrote no text and no secret into its log", async () => {
  const description = await client.get("/api/openapi.json");
  expect(description.status).toBe(200);
  expect(Object.keys(description.json.paths).length).toBeGreaterThan(10);
  expect((await client.get("/api/docs")).status).toBeLessThan(400);
  const logs = server.logs();
  for (const secret of ["opening hours", "nine to five", account.token, "sk-peer-good", operator.password, ada.phone]) {
    expect(logs, `the log shows ${secret.slice(0, 12)}`).not.toContain(secret);
  }
  expect(logs).not.toMatch(/panicked/);
});
