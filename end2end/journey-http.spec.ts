// The main job over HTTP, as a black-box client does it, against peers that nobody here wrote: a model (aimock), Twilio's own API
// description in a validating mock, and webhooks signed by Twilio's own helper. The story from a campaign to a human's answer is one test of
// many steps; what needs no story before it is a test of its own, with people of its own.
import { expect, test } from "@playwright/test";
import { account, noSpecs, startPeers, type Peers } from "./support/peers";
import { Client, operator, signedIn, startServer, type Server } from "./support/server";
import { callStatus, inboundSms, inboundWhatsApp, messageStatus, post } from "./support/twilio";
import { agent, csv, drawing, importLeads, people, template } from "./run/world.mjs";
import { until } from "./run/process.mjs";

const reason = noSpecs();
let peers: Peers;
let server: Server;
let client: Client;

test.skip(reason !== null, reason ?? "");

test.beforeAll(async () => {
  test.setTimeout(180_000);
  peers = await startPeers();
  server = await startServer({ name: "http", env: { ...peers.env, JOB_LEASE_SECONDS: "5" } });
  client = await signedIn(server.url, operator);
});
test.afterEach(({}, info) => {
  if (info.status !== info.expectedStatus) console.log(server?.program?.tail(60));
});
test.afterAll(async () => {
  await server?.remove();
  await peers?.stop();
});

type Message = { direction: string; body: string; status: string; channel: string; error?: string; verdict: { reasons: string[] } };

/** A live agent that speaks through the model of the peers. */
const live = (name: string): Promise<{ id: string }> =>
  agent(client, { name, prompt: `You are ${name}. Answer in one sentence.`, status: "live", models: [{ provider: "openai", model: "gpt-4.1-mini" }] });

/** The conversation with this person over this channel, once there is one. */
const conversation = (phone: string, channel: string): Promise<{ id: string }> =>
  until(`the conversation over ${channel}`, async () => {
    const list = (await client.get(`/api/conversations?q=${phone.slice(1)}`)).json;
    return list.items.find((c: { channel: string }) => c.channel === channel);
  });

const messages = async (id: string): Promise<Message[]> => (await client.get(`/api/conversations/${id}/messages`)).json.items;

/** A person writes, and so there is a conversation. */
async function wrote(phone: string, text: string): Promise<{ id: string }> {
  expect((await post(server.url, inboundSms(phone, text))).status).toBe(200);
  return conversation(phone, "sms");
}

/** The answer that the agent gives by itself, as it arrives at the receiving end. */
const answered = (phone: string) =>
  until("the agent's answer", () => peers.recorder.taken("message").find((e) => e.form.To === phone && e.form.Body?.includes("nine to five")), { timeout: 60_000 });

/** What was said, to whom, and what opens doors: none of it stands in the log. */
function discreet(phone: string): void {
  const logs = server.logs();
  for (const secret of ["opening hours", "nine to five", account.token, "sk-peer-good", operator.password, phone]) {
    expect(logs, `the log shows ${secret.slice(0, 12)}`).not.toContain(secret);
  }
  expect(logs).not.toMatch(/panicked/);
}

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
});

test("agents: one is made, an empty name is refused", async () => {
  const refused = await client.post("/api/agents", { name: "" });
  expect(refused.status).toBe(422);
  expect(refused.json.error.problems.map((p: { field: string }) => p.field)).toContain("name");

  const made = await client.post("/api/agents", {
    name: "Wilhelmina", prompt: "You are Wilhelmina. Answer in one sentence.", status: "live", models: [{ provider: "openai", model: "gpt-4.1-mini" }],
  });
  expect(made.status, made.text).toBe(201);
  expect(made.json.id).toMatch(/^agt_/);
  const list = (await client.get("/api/agents?status=live&q=wilhelmin")).json;
  expect(list.items.map((a: { id: string }) => a.id)).toEqual([made.json.id]);
  expect(list).toMatchObject({ page: 1, total: 1, total_pages: 1, page_size: expect.any(Number) });
  expect((await client.get("/api/agents?status=paused&q=wilhelmin")).json.items).toEqual([]);
  // Both addresses are the same door.
  expect((await client.get(`/api/v1/agents/${made.json.id}`)).json).toEqual((await client.get(`/api/agents/${made.json.id}`)).json);
});

test("the Test Console's door: answer, tokens, latency and cost from the model", async () => {
  const { id } = await live("Nora");
  // In words of its own, by which the model's journal is searched.
  const input = "What are your opening hours at the harbour?";
  const calls = async () => (await peers.llm.journal()).filter((call) => JSON.stringify(call).includes(input)).length;
  const before = await calls();
  const tried = await client.post(`/api/agents/${id}/test`, { input });
  expect(tried.status, tried.text).toBe(200);
  expect(tried.json).toMatchObject({ provider: "openai", model: "gpt-4.1-mini", tokens_prompt: 111, tokens_completion: 22 });
  expect(tried.json.response).toContain("nine to five");
  expect(tried.json.latency_ms).toBeGreaterThanOrEqual(0);
  // 111 tokens in at 0.40 and 22 out at 1.60 dollars per million: 44.4 + 35.2 micro-dollars.
  expect(tried.json.cost_micros).toBeGreaterThanOrEqual(79);
  expect(tried.json.cost_micros).toBeLessThanOrEqual(81);
  expect(await calls()).toBe(before + 1);
  expect((await client.post(`/api/agents/${id}/test`, { input: "" })).status).toBe(422);
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
  const [ada, ben, cara] = people(3, 100).map((person) => ({ ...person, name: person.name.replace("Person", "Doublet") }));
  const rows = `${csv([ada, ben, cara])}\nNobody,,,,,,,\nBroken,12,,,,,,\n`;
  const report = await importLeads(client, rows);
  expect(report).toMatchObject({ status: "done", created: 3, skipped: 2, total: 5 });
  expect(report.problems.map((p: { row: number }) => p.row).sort()).toEqual([4, 5]);
  const again = await importLeads(client, rows);
  expect(again).toMatchObject({ created: 0, skipped: 5 });
  expect((await client.get("/api/leads?q=doublet")).json.total).toBe(3);
  expect((await client.get(`/api/leads?q=${ada.phone.slice(-7)}`)).json.items[0]).toMatchObject({ name: ada.name, phone: ada.phone, consent: true });
});

test("the main job: from a campaign to a human's answer", async () => {
  test.setTimeout(300_000);
  const [ada, ben, cara] = people(3);
  const phones = [ada, ben, cara].map((person) => person.phone);
  /** What arrived for them. */
  const sent = (kind?: "message" | "call") => peers.recorder.taken(kind).filter((e) => phones.includes(e.form.To?.replace("whatsapp:", "")));
  const refused = peers.recorder.refused.length;
  const mia = await live("Mia");
  expect(await importLeads(client, csv([ada, ben, cara]))).toMatchObject({ status: "done", created: 3 });

  await test.step("a campaign of three steps reaches Twilio: SMS, WhatsApp template, voice call", async () => {
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
        { kind: "agent", agent_id: mia.id },
      ],
      [
        ["n1", "next", "n2"], ["n2", "next", "n3"], ["n3", "reply", "n7"], ["n3", "timeout", "n4"], ["n4", "next", "n5"], ["n5", "reply", "n7"],
        ["n5", "timeout", "n6"], ["n6", "next", "n8"], ["n7", "next", "n8"],
      ],
    );
    const made = await client.post("/api/campaigns", { name: "Three steps", agent_id: mia.id, flow: graph });
    expect(made.status, made.text).toBe(201);
    const campaign: { id: string } = made.json;

    // WhatsApp wants its template approved first: the drawing says so, and does not start.
    const unready = (await client.post(`/api/campaigns/${campaign.id}/validate`)).json;
    expect(unready.problems.map((p: { code: string }) => p.code)).toContain("unapproved_template");
    expect((await client.post(`/api/campaigns/${campaign.id}/activate`)).status).toBe(422);
    expect(sent("message")).toEqual([]);

    const submitted = await client.post(`/api/templates/${whatsapp.id}/submit`, { category: "MARKETING" });
    expect(submitted.status, submitted.text).toBeLessThan(300);
    await until("the template to be approved", async () => (await client.get(`/api/templates/${whatsapp.id}`)).json.state === "approved", { timeout: 60_000 });
    expect((await client.post(`/api/campaigns/${campaign.id}/validate`)).json.problems.filter((p: { blocking: boolean }) => p.blocking)).toEqual([]);

    // Nobody to write to: it does not start, and says so.
    expect((await client.post(`/api/campaigns/${campaign.id}/activate`)).status).toBe(409);
    const leads = (await client.all("/api/leads")).filter((lead) => phones.includes(lead.phone)).map((lead) => lead.id);
    const enrolled = await client.post(`/api/campaigns/${campaign.id}/enrol`, { lead_ids: leads });
    expect(enrolled.status, enrolled.text).toBe(200);
    expect((await client.post(`/api/campaigns/${campaign.id}/activate`)).status).toBe(200);

    await until("three text messages", () => sent("message").filter((e) => !e.form.To.startsWith("whatsapp:")).length === 3, { timeout: 60_000 });
    await until("three WhatsApp messages", () => sent("message").filter((e) => e.form.To.startsWith("whatsapp:")).length === 3, { timeout: 60_000 });
    await until("three calls", () => sent("call").length === 3, { timeout: 60_000 });
    const arrived = sent();
    expect(arrived).toHaveLength(9);
    expect(arrived.every((entry) => entry.validated)).toBe(true);
    const [first] = arrived;
    expect(first.form).toMatchObject({ From: account.number, Body: expect.stringMatching(/^Hi Person, may we call you\?$/) });
    const wa = arrived.find((e) => e.form.To.startsWith("whatsapp:"));
    expect(wa?.form.ContentSid).toMatch(/^HX/);
    expect(wa?.form.Body).toBeUndefined();
    expect(JSON.parse(wa?.form.ContentVariables ?? "{}")).toMatchObject({ "1": "Person", "2": "Mia" });
    expect(sent("call")[0].form.Twiml ?? sent("call")[0].form.Url).toBeTruthy();
    expect(peers.recorder.refused.slice(refused)).toEqual([]);

    // Taken comes before written down.
    const progress = await until("nine to be written down", async () => {
      const got = (await client.get(`/api/campaigns/${campaign.id}`)).json.progress;
      return got.sent === 9 && got;
    });
    expect(progress).toMatchObject({ enrolled: 3, sent: 9, not_sent: 0, in_doubt: 0 });

    // The three calls end in three ways; each run leaves by the exit of its end, and nobody is waited for any longer.
    const ends: [string, string, Record<string, string>][] = [
      [ada.phone, "completed", { AnsweredBy: "human", CallDuration: "12" }],
      [ben.phone, "busy", { CallDuration: "0" }],
      [cara.phone, "completed", { AnsweredBy: "machine_start", CallDuration: "9" }],
    ];
    for (const [phone, status, more] of ends) {
      const call = sent("call").find((entry) => entry.form.To === phone);
      expect(call?.form.MachineDetection, "who took it is asked for").toBe("Enable");
      expect((await post(server.url, callStatus(call?.sid ?? "", status, phone, more))).status).toBe(200);
    }
    await until("every run to end", async () => (await client.get(`/api/campaigns/${campaign.id}`)).json.progress.running === 0);
    expect((await client.get(`/api/campaigns/${campaign.id}/runs`)).json.items).toHaveLength(3);
    expect((await client.get(`/api/campaigns/${campaign.id}/runs?counted=sent&step=n2`)).json.items).toHaveLength(3);
    expect(await client.get(`/api/campaigns/${campaign.id}/runs?counted=nonsense`)).toMatchObject({ status: 400 });
  });

  await test.step("inbound: a signed SMS is stored once, a forged one is refused", async () => {
    const fields = inboundSms(ada.phone, "What are your opening hours?");
    expect((await post(server.url, fields, { token: "f".repeat(32) })).status).toBe(403);
    expect((await post(server.url, fields, { tamper: (body) => body.replace("opening", "closing") })).status).toBe(403);
    const unsigned = await new Client(server.url).form("/api/webhooks/receive", fields);
    expect(unsigned.status).toBe(403);

    const taken = await post(server.url, fields);
    expect(taken.status, taken.text).toBe(200);
    expect((await post(server.url, fields)).status).toBe(200);

    const found = await conversation(ada.phone, "sms");
    expect(found.id).toMatch(/^cnv_/);
    const inbound = await until("the message", async () => {
      const got = (await messages(found.id)).filter((m) => m.direction === "inbound");
      return got.length > 0 ? got : null;
    });
    expect(inbound).toHaveLength(1);
    expect(inbound[0]).toMatchObject({ body: "What are your opening hours?", status: "received", channel: "sms" });

    // The agent answers by itself, through the model, and the answer arrives at the receiving end.
    const answer = await answered(ada.phone);
    expect((await messages(found.id)).some((m) => m.direction === "outbound" && m.body.includes("nine to five"))).toBe(true);

    // Reports may come late, twice and out of order; a message never moves backwards.
    const state = async () => (await messages(found.id)).find((m) => m.body.includes("nine to five"))?.status;
    for (const status of ["sent", "delivered", "sent", "delivered", "failed"]) {
      expect((await post(server.url, messageStatus(answer.sid, status, ada.phone))).status).toBe(200);
    }
    await until("the delivery report", async () => (await state()) === "delivered");
    expect(await state()).toBe("delivered");
  });

  await test.step("inbound: STOP ends everything for that person, and a human's reply is blocked with the reason", async () => {
    expect((await post(server.url, inboundSms(cara.phone, "STOP"))).status).toBe(200);
    await until("the opt-out", async () => (await client.get(`/api/leads?q=${cara.phone.slice(1)}`)).json.items[0]?.status === "opted_out");
    const before = peers.recorder.counts().get(cara.phone);
    const sms = await conversation(cara.phone, "sms");
    const reply = await client.post(`/api/conversations/${sms.id}/reply`, { body: "Are you sure?" });
    expect(reply.status).toBeLessThan(500);
    if (reply.status < 300) {
      const shown = await until("the verdict", async () => (await messages(sms.id)).find((m) => m.body === "Are you sure?" && m.status === "blocked"));
      expect(shown.verdict.reasons).toContain("opted_out");
    }
    expect(peers.recorder.counts().get(cara.phone)).toBe(before);
  });

  await test.step("a human answers, and Twilio takes it", async () => {
    const sms = await conversation(ada.phone, "sms");
    const reply = await client.post(`/api/conversations/${sms.id}/reply`, { body: "This is a human. See you at ten." });
    expect(reply.status, reply.text).toBeLessThan(300);
    await until("the human's answer", () => peers.recorder.taken("message").some((e) => e.form.To === ada.phone && e.form.Body === "This is a human. See you at ten."));
    expect(peers.recorder.refused.slice(refused)).toEqual([]);
  });

  await test.step("the server wrote no text and no secret into its log", () => discreet(ada.phone));
});

test("inbound: an unknown sender becomes a lead, WhatsApp is its own conversation", async () => {
  expect((await post(server.url, inboundSms("+14155559999", "Who is this?"))).status).toBe(200);
  const lead = await until("the new lead", async () => (await client.get("/api/leads?q=4155559999")).json.items[0]);
  expect(lead.phone).toBe("+14155559999");
  const [ben] = people(1, 200);
  await client.must(client.post("/api/leads", { ...ben, consent: true, consent_source: "test" }), 201);
  const sms = await wrote(ben.phone, "Hello");
  expect((await post(server.url, inboundWhatsApp(ben.phone, "Hello there"))).status).toBe(200);
  const found = await conversation(ben.phone, "whatsapp");
  expect(found.id).not.toBe(sms.id);
  expect((await client.get(`/api/conversations/${found.id}`)).json.lead_phone).toBe(ben.phone);
});

test("a provider that refuses is shown, not repeated", async () => {
  const [ada] = people(1, 300);
  const sms = await wrote(ada.phone, "Hi, are you there?");
  peers.recorder.faults.refuse = (form) => (form.To === ada.phone ? { status: 400, body: { code: 21610, message: "Attempt to send to unsubscribed recipient", status: 400 } } : null);
  const before = peers.recorder.refused.length;
  await client.post(`/api/conversations/${sms.id}/reply`, { body: "One more thing." });
  const failed = await until("the failure", async () => (await messages(sms.id)).find((m) => m.body === "One more thing." && m.status === "failed"));
  expect(failed.error).toEqual(expect.any(String));
  expect(peers.recorder.refused.length).toBe(before + 1);
  peers.recorder.heal();
  peers.recorder.refused = [];
});

test("a line that is cut after Twilio took the message leads to one message, known or in doubt", async () => {
  peers.recorder.faults.drop = (entry) => entry.form.Body === "Cut me off.";
  const found = await wrote("+14155558888", "Hi, are you there?");
  await client.post(`/api/conversations/${found.id}/reply`, { body: "Cut me off." });
  const settled = await until(
    "the message to be settled",
    async () => (await messages(found.id)).find((m) => m.body === "Cut me off." && ["accepted", "sent", "delivered", "in_doubt"].includes(m.status)),
    { timeout: 90_000 },
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

  // Something has to be said before it can be told: a person asks, the agent answers, a human adds something.
  const [ada] = people(1, 400);
  const { id } = await live("Olga");
  await client.must(client.post("/api/leads", { ...ada, consent: true, consent_source: "test", assigned_agent: id }), 201);
  const sms = await wrote(ada.phone, "What are your opening hours?");
  await answered(ada.phone);
  const text = "The opening hours are nine to five.";
  const reply = await client.post(`/api/conversations/${sms.id}/reply`, { body: text });
  expect(reply.status, reply.text).toBeLessThan(300);
  await until("the human's answer", () => peers.recorder.taken("message").some((e) => e.form.To === ada.phone && e.form.Body === text));
  discreet(ada.phone);
});
