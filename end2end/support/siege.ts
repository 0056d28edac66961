// What the hostile-*.spec.ts files share: a server among peers that were made to hurt, an agent that reads, and what must hold after
// every test: the server lives, what it knew is known, and nobody was led into our network.
// Our own peers are on loopback, which the server may not call: it is allowed one address (the hostile peer's) and no other.
// Not here: what the product has to make of each attack (the spec files).
import http from "node:http";
import { expect, test } from "@playwright/test";
import { account } from "../peers/prism.mjs";
import { Hostile } from "../peers/hostile.mjs";
import { Recorder } from "../peers/recorder.mjs";
import { agent } from "../run/world.mjs";
import { until } from "../run/process.mjs";
import { type Client, operator, signedIn, startServer, type Server } from "./server";
import { unbroken } from "./unbroken";

export const MB = 1024 * 1024;
export const model = (name: string) => ({ provider: "openai", model: name });

/** What is there from the first test on. */
export class Siege {
  hostile!: Hostile;
  recorder!: Recorder;
  server!: Server;
  client!: Client;
  /** The id of an agent that knows when the lighthouse opens. */
  reader = "";
  /** The port of a server of our own network: nothing that comes from outside may lead there. */
  inside = "";

  upload = (name: string, content: BlobPart, reader = this.reader) => this.client.upload(`/api/agents/${reader}/knowledge`, name, content);
  page = (url: string) => this.client.post(`/api/agents/${this.reader}/knowledge/pages`, { url });
  document = (id: string) => this.client.must(this.client.get(`/api/knowledge/${id}`), 200);
  /** What became of a document. */
  settled = (id: string, timeout = 120_000) =>
    until("the document to be read", async () => {
      const now = await this.document(id);
      return now.state === "ready" || now.state === "failed" ? now : null;
    }, { timeout });
}

/** Call at the top of a spec file. `name` is the name of the server's folder. */
export function besieged(name: string): Siege {
  const at = new Siege();
  let visits = 0;
  const inner = http.createServer((_, response) => {
    visits += 1;
    response.end("<p>The secret of the inner network.");
  });
  const whole = () => unbroken(at.server, "sk-hostile-secret");

  test.beforeAll(async () => {
    test.setTimeout(180_000);
    at.hostile = await new Hostile().start();
    at.recorder = await new Recorder().start();
    await new Promise<void>((resolve) => inner.listen(0, "127.0.0.1", resolve));
    at.inside = String((inner.address() as { port: number }).port);
    at.server = await startServer({
      name,
      env: {
        OPENAI_BASE_URL: `${at.hostile.url}/v1`, OPENAI_API_KEY: "sk-hostile-secret", ALLOW_PRIVATE_ADDRESSES: `127.0.0.1:${at.hostile.port}`,
        JOB_LEASE_SECONDS: "20", TWILIO_ACCOUNT_SID: account.sid, TWILIO_AUTH_TOKEN: account.token, TWILIO_BASE_URL: at.recorder.url,
        TWILIO_CONTENT_BASE_URL: at.recorder.url, TWILIO_FROM_NUMBER: account.number,
      },
    });
    at.client = await signedIn(at.server.url, operator);
    at.reader = (await agent(at.client, { name: "Reader", prompt: "Be kind.", models: [model("kind")] })).id;
    const good = await at.upload("good.md", "# Opening hours\n\nThe lighthouse opens at seven.");
    expect((await at.settled(good.json.id)).state).toBe("ready");
  });
  test.afterEach(async () => {
    await whole();
    const found = await at.client.must(at.client.post(`/api/agents/${at.reader}/knowledge/search`, { query: "when does the lighthouse open" }), 200);
    expect(found[0].text).toContain("opens at seven");
    expect(visits).toBe(0);
  });
  test.afterAll(async ({}, info) => {
    if (info.status !== info.expectedStatus) console.log(at.server?.program?.tail(60));
    await at.server?.stop();
    if (at.server) await whole();
  });
  test.afterAll(async () => {
    await at.server?.remove();
    await at.hostile?.stop();
    await at.recorder?.stop();
    inner.close();
  });
  return at;
}

/** A sentence for people: no internals, no secrets. */
export function clear(text: unknown): void {
  expect(text).toEqual(expect.any(String));
  expect(text).toMatch(/^[A-Z].{10,}\.$/s);
  expect(text).not.toMatch(/panicked|\.rs:\d|sqlx|reqwest|hyper|sk-hostile|os error|serde/i);
}
