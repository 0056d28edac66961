// The doors for programs under attack: the model gateway, the tool server, and what the API has for publishing, tests, knowledge and
// webhooks. Malformed, huge, forged, revoked, foreign: each is refused in the words of its protocol, and nothing is lost or left running.
import { expect, test } from "@playwright/test";
import { Client, operator, signedIn, startServer, type Server } from "./support/server";
import { unbroken } from "./support/unbroken";
import { Hostile } from "./peers/hostile.mjs";
import { memoryOf } from "./run/memory.mjs";
import { agent } from "./run/world.mjs";
import { until } from "./run/process.mjs";
import type { Answer } from "./run/client.mjs";

const MB = 1024 * 1024;
const json = { "content-type": "application/json" };
const nobody = "00000000000070008000000000000000";
let hostile: Hostile;
let server: Server;
let client: Client;
let gateway = "";
let tools = "";

test.beforeAll(async () => {
  test.setTimeout(180_000);
  hostile = await new Hostile().start();
  server = await startServer({ name: "doors", env: { EMULATOR_PACE: "0", OPENAI_BASE_URL: `${hostile.url}/v1`, OPENAI_API_KEY: "sk-hostile-secret" } });
  client = await signedIn(server.url, operator);
  gateway = (await key("gateway")).secret;
  tools = (await key("mcp")).secret;
});
// The server never broke.
const whole = () => unbroken(server, gateway, tools, "sk-hostile-secret");
test.afterEach(whole);
test.afterAll(async ({}, info) => {
  if (info.status !== info.expectedStatus) console.log(server?.program?.tail(60));
  await server?.stop();
  if (server) await whole();
});
test.afterAll(async () => {
  await server?.remove();
  await hostile?.stop();
});

const key = (scope: string) => client.must(client.post("/api/keys", { name: `${scope} ${Math.random()}`, scopes: [scope] }), 201);
const v1 = (body: BodyInit, { token = gateway, ...init }: RequestInit & { token?: string } = {}) =>
  new Client(server.url, token).ask("POST", "/v1/chat/completions", { body, headers: json, ...init });
const hello = (model: string, more: object = {}) => JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }], max_tokens: 20, ...more });
const mcp = (body: string, token = tools, headers: Record<string, string> = {}) =>
  new Client(server.url, token).ask("POST", "/mcp", { body, headers: { ...json, accept: "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25", ...headers } });
const rpc = (method: string, params: object = {}) => JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });

/** No internals and no secrets, whatever it is. */
function clean(answer: Answer) {
  expect(answer.text.slice(0, 500)).not.toMatch(/panicked|\.rs:\d|sqlx|postgres|sk-hostile/i);
}
/** An error as OpenAI's clients read it. */
function refused(answer: Answer, ...statuses: number[]) {
  expect(statuses, `${answer.status}: ${answer.text.slice(0, 300)}`).toContain(answer.status);
  expect(answer.json?.error).toMatchObject({ message: expect.any(String), type: expect.any(String), code: expect.any(String) });
  expect(answer.headers.get("x-request-id")).toBeTruthy();
  clean(answer);
}
/** An error of the API. */
function clear(answer: Answer, ...statuses: number[]) {
  expect(statuses, `${answer.status}: ${answer.text.slice(0, 300)}`).toContain(answer.status);
  expect(answer.json?.error, answer.text.slice(0, 300)).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  clean(answer);
}

test("the gateway: malformed requests", async () => {
  const before = hostile.calls.length;
  for (const body of [
    "", "{", "[]", "null", "7", '"model"', '{"model":7,"messages":[1]}', '{"model":"kind"}', '{"messages":[]}', hello("openai/kind", { messages: [] }),
    hello("openai/kind", { messages: {} }), hello("openai/kind", { n: 1_000 }), hello("openai/kind", { max_tokens: -1 }), hello("openai/kind", { max_tokens: 1e12 }),
    hello("openai/kind", { stream: "yes" }), hello("|"), hello("a|b|c|d|e|f|g|h|i"), '{"model":"openai/kind","messages":[1],"model":"openai/gpt-4.1"}',
    `{"model":"openai/kind","messages":${"[".repeat(200_000)}`, "\u0000\u0001", `${hello("openai/kind")} trailing`,
  ]) refused(await v1(body), 400, 404);
  refused(await v1(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])), 400);
  for (const name of ["nothing", "../../etc/passwd", "", "x".repeat(10_000), "openai/", "'; drop table agents; --", "no\u0000ne"]) refused(await v1(hello(name)), 400, 404);
  expect(hostile.calls.slice(before)).toEqual([]);
  for (const [method, path, status] of [["GET", "/v1/chat/completions", 405], ["POST", "/v1/models", 405], ["GET", "/v1/nothing", 404], ["DELETE", "/v1/", 404]] as const) {
    expect((await new Client(server.url, gateway).ask(method, path)).status, `${method} ${path}`).toBe(status);
  }
});

test("the gateway: huge requests are heard out, refused, and not kept", async () => {
  test.setTimeout(90_000);
  const memory = memoryOf(server);
  const large = hello("openai/kind", { messages: [{ role: "user", content: "x".repeat(40 * MB) }] });
  refused(await v1(large), 413);
  // Whoever has no key hears that first, however much comes.
  refused(await v1(large, { token: "ao_wrong" }), 401);
  const parts = [...Array(40)].map(() => new Uint8Array(MB).fill(97));
  const body = new ReadableStream({ pull: (c) => (parts.length ? c.enqueue(parts.pop()) : c.close()) });
  refused(await v1(body, { duplex: "half" } as RequestInit), 413);
  memory.expectRisenBy(80);
});

test("the gateway: forged, foreign and revoked keys", async () => {
  const api = (await key("api")).secret;
  const gone = await key("gateway");
  expect((await v1(hello("openai/kind"), { token: gone.secret })).status).toBe(200);
  expect((await client.send("DELETE", `/api/keys/${gone.id ?? gone.key?.id}`)).status).toBe(204);
  const flipped = gateway.slice(0, -1) + (gateway.endsWith("a") ? "b" : "a");
  for (const token of [gone.secret, api, tools, flipped, gateway.slice(0, -4), `${gateway}x`, gateway.toUpperCase(), "ao_", "ao_' or 1=1 --", client.token ?? "", "Bearer", "x".repeat(5_000)]) {
    const answer = await v1(hello("openai/kind"), { token });
    refused(answer, 401);
    expect(answer.json.error.code).toBe("invalid_api_key");
  }
  for (const headers of [json, { ...json, authorization: `Basic ${gateway}` }, { ...json, authorization: gateway }, { ...json, "x-api-key": gateway }]) {
    refused(await new Client(server.url).ask("POST", "/v1/chat/completions", { body: hello("openai/kind"), headers }), 401);
  }
  expect([400, 401, 431]).toContain((await v1(hello("openai/kind"), { token: "x".repeat(200_000) })).status);
  // A key of the gateway opens nothing else.
  for (const path of ["/api/agents", "/api/keys", "/api/leads"]) clear(await new Client(server.url, gateway).get(path), 401);
});

test("the gateway: a client that leaves ends the call at the provider", async () => {
  for (const stream of [true, false]) {
    const before = hostile.of("slow").length;
    const leave = new AbortController();
    const asked = fetch(`${server.url}/v1/chat/completions`, {
      method: "POST", headers: { ...json, authorization: `Bearer ${gateway}` }, body: hello("openai/slow", { stream }), signal: leave.signal,
    });
    asked.catch(() => undefined);
    if (stream) {
      const reader = (await asked).body?.getReader();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toContain("One");
      reader?.closed.catch(() => undefined);
    } else await until("the provider to be asked", () => hostile.of("slow").length > before);
    expect(hostile.of("slow")[before].closed).toBe(false);
    leave.abort();
    await until("the provider's call to end", () => hostile.of("slow")[before].closed);
  }
});

test("the gateway: a provider without end, or that is a web page", async () => {
  test.setTimeout(60_000);
  const memory = memoryOf(server);
  const before = hostile.of("endless").length;
  for (const model of ["endless-whole", "page"]) refused(await v1(hello(`openai/${model}`)), 502);
  // An answer for a client that does not read it waits with the provider, not in our memory.
  const leave = new AbortController();
  const answer = await fetch(`${server.url}/v1/chat/completions`, {
    method: "POST", headers: { ...json, authorization: `Bearer ${gateway}` }, body: hello("openai/endless", { stream: true }), signal: leave.signal,
  });
  expect(answer.status).toBe(200);
  const call = await until("the provider to be asked", () => hostile.of("endless")[before]);
  let last = 0;
  await until("the flow to stand still", () => {
    const [was, now] = [last, call.sent()];
    last = now;
    return now > 0 && now === was;
  }, { every: 500 });
  expect(hostile.of("endless"), "it was asked once").toHaveLength(before + 1);
  leave.abort();
  await until("the provider's call to end", () => call.closed);
  memory.expectRisenBy(120);
});

test("the tool server: wrong protocol, malformed, batch, huge, forged", async () => {
  expect((await mcp(rpc("tools/list"))).status).toBe(200);
  expect((await mcp(rpc("tools/list"), tools, { "mcp-protocol-version": "1999-01-01" })).status).toBe(400);
  expect((await mcp(rpc("tools/list"), tools, { accept: "text/html" })).status).toBe(406);
  expect((await mcp(rpc("tools/list"), tools, { "content-type": "text/plain" })).status).toBe(415);
  for (const body of ["", "{", "null", "7", "[]", `[${rpc("tools/list")},${rpc("tools/list")}]`, '{"jsonrpc":"1.0","id":1,"method":"tools/list"}', "[".repeat(100_000), '{"jsonrpc":"2.0","id":{},"method":7}']) {
    const answer = await mcp(body);
    expect(answer.status, body.slice(0, 80)).toBe(400);
    clean(answer);
  }
  for (const size of [300_000, 20 * MB]) expect((await mcp(rpc("tools/call", { name: "x".repeat(size) }))).status).toBe(413);
  const nothing = await mcp(rpc("tools/steal"));
  expect(nothing.json?.error?.code ?? nothing.status).toBe(-32601);
  for (const method of ["GET", "DELETE", "PUT"]) expect((await new Client(server.url, tools).ask(method, "/mcp", { headers: { accept: "text/event-stream" } })).status, method).toBe(405);

  const gone = await key("mcp");
  expect((await mcp(rpc("tools/list"), gone.secret)).status).toBe(200);
  expect((await client.send("DELETE", `/api/keys/${gone.id ?? gone.key?.id}`)).status).toBe(204);
  for (const [token, status] of [[gone.secret, 401], ["ao_forged", 401], [client.token ?? "", 401], [gateway, 403]] as const) expect((await mcp(rpc("tools/list"), token)).status).toBe(status);
  expect((await mcp(rpc("tools/list"), tools, { origin: "https://evil.example" })).status).toBe(403);
});

test("the tool server: ids that are nobody's, and arguments that are none", async () => {
  const talks = async () => (await client.must(client.get("/api/conversations"), 200)).total;
  const before = await talks();
  const call = (name: string, given: unknown) => mcp(rpc("tools/call", { name, arguments: given }));
  for (const [name, given] of [
    ["get_customer_history", { conversation_id: `cnv_${nobody}` }], ["send_response", { conversation_id: `cnv_${nobody}`, text: "Hello" }],
    ["create_ticket", { conversation_id: `cnv_${nobody}` }], ["escalate_to_human", { conversation_id: `cnv_${nobody}`, reason: "x" }],
    ["search_knowledge_base", { agent_id: `agt_${nobody}`, query: "x" }], ["search_knowledge_base", { agent_id: "agt_'; drop table agents", query: "x" }],
    ["send_response", { conversation_id: `agt_${nobody}`, text: "Hello" }], ["send_response", {}], ["send_response", { text: { a: 1 } }],
    ["get_customer_history", { conversation_id: `cnv_${nobody}`, workspace_id: `wsp_${nobody}` }],
  ] as const) {
    const answer = await call(name, given);
    expect(answer.json?.result?.isError, `${name}: ${answer.text}`).toBe(true);
    clean(answer);
  }
  for (const given of [[], "x", 7]) {
    const answer = await call("send_response", given);
    expect(answer.status, answer.text).toBeLessThan(500);
    expect(answer.json?.error ?? answer.json?.result?.isError).toBeTruthy();
  }
  expect(await talks()).toBe(before);
});

test("publishing, tests, knowledge and webhooks: bodies and ids of every wrong kind, and other agents' things", async () => {
  test.setTimeout(120_000);
  const [mine, other] = [await agent(client, { name: "Mine", prompt: "x" }), await agent(client, { name: "Other", prompt: "x" })];
  const known = await client.must(client.upload(`/api/agents/${mine.id}/knowledge`, "a.md", "The lighthouse opens at seven."), 201);
  const kept = await client.must(client.post(`/api/agents/${mine.id}/tests`, { name: "t", input: "Hello", judge: "It is kind." }), 201);
  const action = await client.must(client.post(`/api/agents/${mine.id}/actions`, { name: "look", url: "https://example.com/", description: "x" }), 201);
  const state = async () => [
    (await client.get(`/api/agents/${mine.id}`)).json, (await client.get(`/api/agents/${mine.id}/tests/${kept.id}`)).json, (await client.get(`/api/agents/${mine.id}/actions`)).json,
    (await client.get(`/api/knowledge/${known.id}`)).json.category, (await client.get("/api/agents")).json.total,
  ];
  const before = await state();
  const takers = [
    ["POST", (id: string) => `/api/agents/${id}/publish`], ["POST", (id: string) => `/api/agents/${id}/tests`], ["POST", (id: string) => `/api/agents/${id}/suite`],
    ["POST", (id: string) => `/api/agents/${id}/actions`], ["POST", (id: string) => `/api/agents/${id}/knowledge/pages`], ["POST", (id: string) => `/api/agents/${id}/knowledge/search`],
    ["PUT", (id: string) => `/api/agents/${id}/tests/${kept.id}`], ["PUT", (id: string) => `/api/agents/${id}/actions/${action.id}`], ["PUT", (id: string) => `/api/agents/${id}/status`],
  ] as const;
  for (const [method, path] of takers) {
    const ask = (body: string) => client.ask(method, path(mine.id), { body, headers: json });
    for (const body of ["", "{", "null", "[]", "7", "[".repeat(100_000), '{"note":7,"name":[],"version":"x","url":{},"query":[],"status":7}', "\u0000"]) {
      clear(await ask(body), 400, 409, 413, 422);
    }
    clear(await ask(JSON.stringify({ name: "x".repeat(5 * MB), note: "x".repeat(5 * MB) })), 413);
    for (const id of ["nonsense", `agt_${nobody}`, `led_${nobody}`, "%00", "'; drop table agents; --"]) {
      clear(await client.ask(method, path(encodeURI(id)), { body: JSON.stringify({ name: "x", description: "x", url: "https://example.com/", query: "x", input: "x", judge: "x", status: "live", note: "" }), headers: json }), 404);
    }
  }
  const long = "x".repeat(100_000);
  clear(await client.post(`/api/agents/${mine.id}/publish`, { note: long }), 422);
  clear(await client.post(`/api/agents/${mine.id}/tests`, { name: "u", input: long, judge: long }), 422);
  clear(await client.post(`/api/agents/${mine.id}/actions`, { name: "Not A Name!", url: "https://example.com/" }), 422);
  clear(await client.post(`/api/agents/${mine.id}/suite`, { version: 999 }), 404, 409, 422);
  // Mine under another agent's name are not there, and stay.
  for (const [method, path, body] of [
    ["GET", `/api/agents/${other.id}/tests/${kept.id}`], ["DELETE", `/api/agents/${other.id}/tests/${kept.id}`], ["DELETE", `/api/agents/${other.id}/actions/${action.id}`],
    ["PUT", `/api/agents/${other.id}/tests/${kept.id}`, { name: "stolen", input: "x", judge: "x" }], ["POST", `/api/agents/${other.id}/actions/${action.id}/test`],
    ["PUT", `/api/agents/${other.id}/actions/${action.id}`, { name: "stolen", description: "x", url: "https://example.com/" }], ["GET", `/api/agents/${other.id}/suite/runs/srn_${nobody}`],
    ["DELETE", `/api/knowledge/doc_${nobody}`], ["POST", `/api/knowledge/doc_${nobody}/refresh`], ["PATCH", `/api/knowledge/${mine.id}`, { category: "x" }],
  ] as const) clear(await client.send(method, path, body), 404);
  expect((await client.must(client.post(`/api/agents/${other.id}/knowledge/search`, { query: "lighthouse" }), 200))).toEqual([]);
  clear(await client.send("PATCH", `/api/knowledge/${known.id}`, { category: long }), 422);
  const nameless = new FormData();
  nameless.set("other", "x");
  clear(await client.ask("POST", `/api/agents/${mine.id}/knowledge`, { body: nameless }), 422);
  clear(await client.upload(`/api/agents/${mine.id}/knowledge`, "", ""), 422);
  clear(await client.upload(`/api/agents/${mine.id}/knowledge`, "x.exe", new Uint8Array([0x4d, 0x5a, 0, 1])), 422);
  clear(await client.upload(`/api/agents/${other.id.replace("agt_", "doc_")}/knowledge`, "a.md", "x"), 404);
  expect(await state()).toEqual(before);
});
