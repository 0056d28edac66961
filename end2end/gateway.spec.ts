// OpenAI's own client at our gateway, with a model that nobody here wrote behind it: answers, streams with their usage, tool calls, and
// the class of every error, so that programs which know OpenAI need to know nothing about us.
import OpenAI from "openai";
import { expect, test } from "@playwright/test";
import { key, startLlm } from "./peers/llm.mjs";
import { Client, operator, signedIn, startServer, type Server } from "./support/server";
import { root, until } from "./run/process.mjs";

const model = "openai/gpt-4.1-mini";
let llm: Awaited<ReturnType<typeof startLlm>>;
let server: Server;
let client: Client;
let openai: OpenAI;

const hours = [{ role: "user" as const, content: "What are your opening hours?" }];
const look = { type: "function" as const, function: { name: "look_up", parameters: { type: "object", properties: { day: { type: "string" } } } } };

test.beforeAll(async () => {
  test.setTimeout(180_000);
  llm = await startLlm(`${root}/end2end/peers/gateway-fixtures.json`);
  server = await startServer({ name: "gateway", env: { EMULATOR_PACE: "0", OPENAI_BASE_URL: `${llm.url}/v1`, OPENAI_API_KEY: key } });
  client = await signedIn(server.url, operator);
  const made = await client.must(client.post("/api/keys", { name: "sdk", scopes: ["gateway"] }), 201);
  openai = new OpenAI({ apiKey: made.secret, baseURL: `${server.url}/v1`, maxRetries: 0 });
});
test.afterAll(async ({}, info) => {
  if (info.status !== info.expectedStatus) console.log(server?.program?.tail(60));
  await server?.remove();
  await llm?.stop();
});

/** The error that a call ends with. */
async function failure(asked: PromiseLike<unknown>) {
  const error = await Promise.resolve(asked).then(() => null, (error) => error);
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(error.message).not.toMatch(/panicked|sk-peer|\.rs:\d/);
  return error as InstanceType<typeof OpenAI.APIError>;
}

test("a whole answer, with what was used", async () => {
  const { data, response } = await openai.chat.completions.create({ model, messages: hours, max_tokens: 50 }).withResponse();
  expect(data.choices[0]).toMatchObject({ finish_reason: "stop", message: { role: "assistant", content: expect.stringContaining("nine to five") } });
  expect(data.usage).toMatchObject({ prompt_tokens: 111, completion_tokens: 22, total_tokens: 133 });
  expect(data._request_id).toBe(response.headers.get("x-request-id"));
  expect(response.headers.get("x-model")).toBe(model);
});

test("a stream, with its usage where it is asked for and without where not", async () => {
  for (const include_usage of [true, false]) {
    const stream = await openai.chat.completions.create({ model, messages: hours, stream: true, stream_options: { include_usage } });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toContain("nine to five, Monday to Friday");
    expect(chunks.filter((chunk) => chunk.choices[0]?.finish_reason).map((chunk) => chunk.choices[0].finish_reason)).toEqual(["stop"]);
    const used = chunks.filter((chunk) => chunk.usage).map((chunk) => chunk.usage);
    expect(used).toEqual(include_usage ? [expect.objectContaining({ prompt_tokens: 111, completion_tokens: 22 })] : []);
  }
  const whole = await openai.chat.completions.stream({ model, messages: hours }).finalMessage();
  expect(whole.content).toContain("nine to five");
});

test("tool calls, whole and streamed, and what the tool said goes back", async () => {
  const ask = { model, messages: [{ role: "user" as const, content: "Please look up Monday" }], tools: [look] };
  const whole = await openai.chat.completions.create(ask);
  const [call] = whole.choices[0].message.tool_calls ?? [];
  expect(whole.choices[0].finish_reason).toBe("tool_calls");
  expect(call).toMatchObject({ type: "function", id: expect.any(String), function: { name: "look_up" } });
  expect(JSON.parse((call as { function: { arguments: string } }).function.arguments)).toEqual({ day: "Monday" });
  const streamed = await openai.chat.completions.stream(ask).finalChatCompletion();
  const [again] = streamed.choices[0].message.tool_calls ?? [];
  expect(JSON.parse((again as { function: { arguments: string } }).function.arguments)).toEqual({ day: "Monday" });
  const messages = [...ask.messages, whole.choices[0].message, { role: "tool" as const, tool_call_id: call.id, content: "nine to six" }];
  const told = await openai.chat.completions.create({ ...ask, messages });
  expect(told.choices[0].message.content).toContain("Nine to six on Monday");
  const { body } = (await llm.journal()).at(-1);
  expect(body.tools[0].function.name).toBe("look_up");
});

test("the models are listed, and one is found", async () => {
  const names = [];
  for await (const one of openai.models.list()) names.push(one.id);
  expect(names).toContain(model);
  expect((await openai.models.retrieve(model)).id).toBe(model);
  expect(await failure(openai.models.retrieve("nothing"))).toBeInstanceOf(OpenAI.NotFoundError);
});

test("errors have the class that programs act upon", async () => {
  const stranger = new OpenAI({ apiKey: "ao_forged", baseURL: `${server.url}/v1`, maxRetries: 2 });
  const calls = (await llm.journal()).length;
  const unknown = await failure(stranger.chat.completions.create({ model, messages: hours }));
  expect(unknown).toBeInstanceOf(OpenAI.AuthenticationError);
  expect(unknown).toMatchObject({ status: 401, code: "invalid_api_key", requestID: expect.stringMatching(/^req_/) });
  const wrong = await failure(openai.chat.completions.create({ model, messages: [] }));
  expect(wrong).toBeInstanceOf(OpenAI.BadRequestError);
  expect(wrong).toMatchObject({ status: 400, param: "messages", type: "invalid_request_error" });
  const missing = await failure(openai.chat.completions.create({ model: "no-such-model", messages: hours }));
  expect(missing).toBeInstanceOf(OpenAI.NotFoundError);
  expect(missing).toMatchObject({ status: 404, code: "model_not_found" });
  expect((await llm.journal()).length, "none of them reached the provider").toBe(calls);

  // What the provider says is told on: what is wrong with a request, and its rate limit with the wait. A model that asked for a wait is
  // left alone that long, so these are others than that of the other tests.
  const busy = await failure(openai.chat.completions.create({ model: "openai/gpt-4.1", messages: [{ role: "user", content: "be busy" }] }));
  expect(busy).toBeInstanceOf(OpenAI.RateLimitError);
  expect(busy.headers?.get("retry-after")).toMatch(/^\d+$/);
  const refused = await failure(openai.chat.completions.create({ model, messages: [{ role: "user", content: "be wrong" }] }));
  expect(refused).toBeInstanceOf(OpenAI.BadRequestError);
  expect(refused.message).toContain("That cannot be asked");
});

test("a broken provider is an error that may be tried again, and the next model of a chain answers", async () => {
  const weak = "openai/gpt-4.1-nano";
  const broken = await failure(openai.chat.completions.create({ model: weak, messages: [{ role: "user", content: "break the model" }] }));
  expect(broken).toBeInstanceOf(OpenAI.InternalServerError);
  const chain = await openai.chat.completions.create({ model: `${weak}|scripted/scripted-1`, messages: [{ role: "user", content: "break the model" }] });
  expect(chain.choices[0].message.content?.length).toBeGreaterThan(0);
});

test("a budget that is used up is a rate limit that says when there is money again", async () => {
  const budget = await client.must(client.post("/api/budgets", { scope: "workspace", limit_micros: 1 }), 201);
  let asked = 0;
  const counted: typeof fetch = (...given) => {
    asked += 1;
    return fetch(...given);
  };
  const patient = new OpenAI({ apiKey: openai.apiKey, baseURL: openai.baseURL, maxRetries: 2, fetch: counted });
  const calls = (await llm.journal()).length;
  for (const stream of [false, true]) {
    const denied = await failure(patient.chat.completions.create({ model, messages: hours, stream }));
    expect(denied).toBeInstanceOf(OpenAI.RateLimitError);
    expect(denied).toMatchObject({ status: 429, code: "insufficient_quota" });
    const after = Number(denied.headers?.get("retry-after"));
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThanOrEqual(86_400);
  }
  expect(asked, "the client does not try again in vain").toBe(2);
  expect((await llm.journal()).length).toBe(calls);
  expect((await client.send("DELETE", `/api/budgets/${budget.id}`)).status).toBe(204);
  await until("the gateway to answer again", async () => (await openai.chat.completions.create({ model, messages: hours }).catch(() => null)) !== null);
});
