// The peers themselves: they are strict, they count, they keep counting over a restart, and their faults work.
// Nothing here touches the product; a peer that is kinder than the provider would make every other test worthless.
import fs from "node:fs";
import { expect, test } from "@playwright/test";
import { account, basic, key, leniences, noSpecs, startPeers, type Peers } from "./support/peers";
import { Recorder } from "./peers/recorder.mjs";
import { failures, judge } from "../bench/kill/judge.mjs";
import { hook, inboundSms } from "./support/twilio";
import { getExpectedTwilioSignature, validateRequest } from "twilio/lib/webhooks/webhooks";

const reason = noSpecs();
let peers: Peers;

test.describe("the peers", () => {
  test.skip(reason !== null, reason ?? "");
  test.beforeAll(async () => {
    peers = await startPeers();
  });
  test.afterAll(async () => {
    await peers?.stop();
  });

  const send = (form: Record<string, string>, what = "Messages") =>
    fetch(`${peers.recorder.url}/2010-04-01/Accounts/${account.sid}/${what}.json`, {
      method: "POST",
      headers: { authorization: basic(account.sid, account.token), "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form),
    });

  test("refuse what Twilio refuses", async () => {
    const before = peers.recorder.taken().length;
    expect(await leniences(peers.recorder.url)).toEqual([]);
    expect(peers.recorder.taken()).toHaveLength(before);
    for (const [form, what] of [
      [{ To: "+15550100001", Body: "no sender" }, "Messages"],
      [{ To: "+15550100001", From: account.number }, "Messages"],
      [{ To: "+15550100001", From: account.number, Body: "x", Bogus: "1" }, "Messages"],
      [{ To: "+15550100001", From: account.number }, "Calls"],
    ] as const) {
      expect((await send(form, what)).status, JSON.stringify(form)).toBe(400);
    }
    expect(peers.recorder.taken()).toHaveLength(before);
  });

  test("take a message and a call, count them and find them again", async () => {
    const before = peers.recorder.taken().length;
    const first = await (await send({ To: "+15550100011", From: account.number, Body: "one" })).json();
    const second = await (await send({ To: "+15550100012", From: account.number, Body: "two" })).json();
    const called = await send({ To: "+15550100011", From: account.number, Twiml: "<Response><Say>Hi</Say></Response>", StatusCallbackEvent: "completed" }, "Calls");
    expect(called.status).toBe(201);
    expect(first.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(second.sid).not.toBe(first.sid);
    expect((await called.json()).sid).toMatch(/^CA[0-9a-f]{32}$/);
    expect(peers.recorder.counts().get("+15550100011")).toBe(2);
    expect(peers.recorder.taken().slice(before).every((entry) => entry.validated)).toBe(true);

    const look = async (query: string) =>
      (await fetch(`${peers.recorder.url}/2010-04-01/Accounts/${account.sid}/${query}`, { headers: { authorization: basic(account.sid, account.token) } })).json();
    expect((await look("Messages.json?To=%2B15550100012")).messages.map((m: { sid: string }) => m.sid)).toEqual([second.sid]);
    expect((await look("Messages.json?To=%2B15550109999")).messages).toEqual([]);
    expect((await look(`Messages/${first.sid}.json`)).body).toBe("one");

    const again = new Recorder({ journal: peers.recorder.file });
    expect(again.counts()).toEqual(peers.recorder.counts());
    expect(fs.readFileSync(peers.recorder.file, "utf8").trim().split("\n")).toHaveLength(before + 3);
  });

  test("take a WhatsApp template, approve it, and show a message with its text", async () => {
    const ask = async (path: string, body?: unknown) => {
      const headers = { authorization: basic(account.sid, account.token), "content-type": "application/json" };
      const answer = await fetch(peers.recorder.url + path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
      return { status: answer.status, json: await answer.json() };
    };
    expect((await ask("/v1/Content", { friendly_name: "x", language: "en" })).status, "no types").toBe(422);
    const made = await ask("/v1/Content", { friendly_name: "x", language: "en", variables: { "1": "Ada" }, types: { "twilio/text": { body: "Hi {{1}}!" } } });
    expect(made.status, JSON.stringify(made.json)).toBe(201);
    const { sid } = made.json;
    expect((await ask(`/v1/Content/${sid}/ApprovalRequests/whatsapp`, { name: "x" })).status, "no category").toBe(422);
    expect((await ask(`/v1/Content/${sid}/ApprovalRequests/whatsapp`, { name: "x", category: "UTILITY" })).status).toBe(201);
    expect((await ask(`/v1/Content/${sid}/ApprovalRequests`)).json.whatsapp.status).toBe("approved");
    const to = "whatsapp:+15550100009";
    await send({ To: to, From: `whatsapp:${account.number}`, ContentSid: sid, ContentVariables: '{"1":"Ben"}' });
    const found = await ask(`/2010-04-01/Accounts/${account.sid}/Messages.json?To=${encodeURIComponent(to)}`);
    expect(found.json.messages.map((m: { body: string }) => m.body)).toEqual(["Hi Ben!"]);
  });

  test("can cut the line after taking, and refuse on purpose", async () => {
    const before = peers.recorder.taken().length;
    peers.recorder.faults.drop = () => true;
    await expect(send({ To: "+15550100003", From: account.number, Body: "cut" })).rejects.toThrow();
    peers.recorder.heal();
    expect(peers.recorder.taken()).toHaveLength(before + 1);
    peers.recorder.faults.refuse = () => ({ status: 400, body: { code: 21610, message: "opted out", status: 400 } });
    expect((await send({ To: "+15550100003", From: account.number, Body: "no" })).status).toBe(400);
    peers.recorder.heal();
    expect(peers.recorder.taken()).toHaveLength(before + 1);
  });

  test("answer as a model, in both wire formats, and only with the key", async () => {
    const before = (await peers.llm.journal()).length;
    const chat = (bearer: string) =>
      fetch(`${peers.llm.url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "gpt-4.1-mini", messages: [{ role: "user", content: "What are your opening hours?" }] }),
      });
    expect((await chat("sk-wrong")).status).toBe(401);
    const answer = await (await chat(key)).json();
    expect(answer.usage.prompt_tokens).toBe(111);
    expect(answer.choices[0].message.content).toContain("nine to five");
    const claude = await fetch(`${peers.llm.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": key, "anthropic-version": "2026-10-21", "content-type": "application/json" },
      body: JSON.stringify({ model: "claude-sonnet-4-5", max_tokens: 100, messages: [{ role: "user", content: "What are your opening hours?" }] }),
    });
    expect((await claude.json()).content[0].text).toContain("nine to five");
    expect((await peers.llm.journal()).length).toBeGreaterThanOrEqual(before + 2);
  });

  test("sign webhooks as Twilio's own validator wants them", () => {
    const fields = inboundSms("+15550100001", "héllo 👋 + & =");
    const url = hook("http://127.0.0.1:3000");
    const signature = getExpectedTwilioSignature(account.token, url, fields);
    expect(validateRequest(account.token, signature, url, fields)).toBe(true);
    expect(validateRequest(account.token, signature, url, { ...fields, Body: "hello" })).toBe(false);
    // The published vector of providers' documentation, so that this side is anchored too.
    expect(
      getExpectedTwilioSignature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", {
        CallSid: "CA1234567890ABCDE", Caller: "+14158675310", Digits: "1234", From: "+14158675310", To: "+18005551212",
      }),
    ).toBe("GvWf1cFY/Q7PnoempGyD5oXAezc=");
  });
});

test("the judge of the kill test finds what it is there to find", () => {
  const [a, b, c, d, e, f] = ["+1a", "+1b", "+1c", "+1d", "+1e", "+1f"];
  const lines = judge(
    [a, b, c, d, e, f],
    new Map([[a, 1], [b, 2], [d, 1], [e, 1], ["+1z", 1]]),
    new Map([[a, ["sent"]], [b, ["sent"]], [c, ["accepted"]], [d, ["in_doubt"]], [e, ["sending"]], [f, ["in_doubt"]]]),
  );
  expect(lines.map((line) => line.verdict)).toEqual(["once", "twice", "missing", "in_doubt", "wrong", "in_doubt", "wrong"]);
  expect(failures(lines).map((line) => line.phone)).toEqual([b, c, e, "+1z"]);
});
