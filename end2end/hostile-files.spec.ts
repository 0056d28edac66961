// Files that were made to hurt, against the real server. Each ends in a clear sentence for the operator, in bounded time and memory, and
// nothing is lost: the server answers, and other documents stay (support/siege.ts holds every test to it).
import { expect, test } from "@playwright/test";
import { docx, laughs, locked, pdf, scan, swollen, zip } from "./run/files.mjs";
import { memoryOf } from "./run/memory.mjs";
import { agent } from "./run/world.mjs";
import { until } from "./run/process.mjs";
import { operator, signedIn } from "./support/server";
import { besieged, clear, MB, model } from "./support/siege";

const at = besieged("hostile-files");

test("a 200 MB PDF is refused with the reason, and never held in memory", async () => {
  test.setTimeout(180_000);
  const before = (await at.client.get(`/api/agents/${at.reader}/knowledge`)).json.total;
  const bytes = Buffer.alloc(200 * MB, " ");
  bytes.write("%PDF-1.7\n");
  const memory = memoryOf(at.server);
  const begun = Date.now();
  const told = await at.upload("huge.pdf", bytes);
  expect(told.status, told.text).toBe(413);
  expect(told.json.error.message).toContain("larger than 25 MB");
  // The same without saying beforehand how much will come.
  const parts = [Buffer.from('--x\r\ncontent-disposition: form-data; name="file"; filename="huge.pdf"\r\n\r\n'), bytes, Buffer.from("\r\n--x--\r\n")];
  const body = new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (!part) return controller.close();
      for (let at = 0; at < part.length; at += MB) controller.enqueue(new Uint8Array(part.subarray(at, at + MB)));
    },
  });
  const unannounced = { body, duplex: "half", headers: { "content-type": "multipart/form-data; boundary=x" } } as RequestInit;
  const untold = await at.client.ask("POST", `/api/agents/${at.reader}/knowledge`, unannounced);
  expect(untold.status, untold.text).toBe(413);
  expect(untold.json.error.message).toContain("larger than 25 MB");
  expect(Date.now() - begun).toBeLessThan(150_000);
  memory.expectRisenBy(150);
  expect((await at.client.get(`/api/agents/${at.reader}/knowledge`)).json.total).toBe(before);
});

test("a shelf of large files at once is taken in or told to come back, and does not fill the memory", async () => {
  test.setTimeout(240_000);
  const memory = memoryOf(at.server);
  const shelf = await Promise.all([...Array(12)].map((_, n) => at.upload(`shelf ${n}.txt`, Buffer.alloc(24 * MB, `word ${n} `))));
  const taken = shelf.filter((answer) => answer.status === 201);
  for (const answer of shelf.filter((answer) => answer.status !== 201)) {
    expect(answer.status, answer.text).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    clear(answer.json.error.message);
  }
  expect(taken.length).toBeGreaterThanOrEqual(3);
  for (const { json } of taken) {
    const read = await at.settled(json.id, 180_000);
    expect(read.state).toBe("failed");
    expect(read.reason).toContain("too much text");
  }
  memory.expectRisenBy(250);
  for (const { json } of taken) expect((await at.client.send("DELETE", `/api/knowledge/${json.id}`)).status).toBe(204);
});

test("bombs, locks, pictures and endless entities: each document says what is wrong with it", async () => {
  test.setTimeout(300_000);
  const zeros = Buffer.alloc(24 * MB, "a");
  const holes = Buffer.alloc(4 * MB - 1);
  const nest = (depth: number): Buffer => (depth === 0 ? zip([["bomb.txt", zeros]]) : zip([["inner.zip", nest(depth - 1)]]));
  const laugh = laughs();
  const deep = `${"[".repeat(400_000)}${"]".repeat(400_000)}`;
  const cases: [string, Buffer, RegExp][] = [
    ["bomb.zip", zip([["bomb.txt", zeros]]), /unpacks to more than 100 MB, or to far more than its size/],
    ["sum.zip", zip([...Array(26)].map((_, n) => [`${n}.bin`, holes])), /unpacks to more than 100 MB/],
    ["nested.zip", nest(4), /archive inside an archive is not opened/],
    ["many.zip", zip([...Array(1_001)].map((_, n) => [`${n}.txt`, "x"])), /more than 1000 files/],
    ["all.zip", zip([...Array(70_000)].map((_, n) => [`${n}`, ""])), /more than 1000 files/],
    ["bomb.docx", docx(`<w:p><w:r><w:t>${"a".repeat(110 * MB)}</w:t></w:r></w:p>`), /unpacks to more than 100 MB|too much text|more memory/],
    ["scan.pdf", scan(), /it is pictures/],
    ["locked.pdf", locked(), /protected with a password/],
    ["swollen.pdf", swollen(100), /more memory|longer than \d+ seconds|too much text/],
    ["deep.pdf", pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", deep]), /broken|more memory/],
    ["cut.pdf", scan().subarray(0, 1_000), /broken/],
  ];
  // Making them took all of this program's time, so that it has not yet heard which of its lines were hung up meanwhile.
  await until("a line that is open", () => at.client.get("/health").then(() => true, () => false));
  const memory = memoryOf(at.server);
  const begun = Date.now();
  const made = [];
  for (const [name, bytes, says] of cases) {
    const answer = await at.upload(name, bytes);
    // What can be seen at once is refused at once.
    if (answer.status !== 201) {
      expect(answer.status, `${name}: ${answer.text}`).toBe(422);
      expect(answer.json.error.problems[0].message, name).toMatch(says);
    } else made.push([name, answer.json.id, says] as const);
  }
  const laughing = await at.upload("laughs.docx", laugh);
  for (const [name, id, says] of made) {
    const read = await at.settled(id, 180_000);
    expect(read.state, name).toBe("failed");
    expect(read.reason, name).toMatch(says);
    clear(read.reason);
  }
  const read = await at.settled(laughing.json.id);
  expect(read).toMatchObject({ state: "ready", passages: 1 });
  const [passage] = await at.client.must(at.client.post(`/api/agents/${at.reader}/knowledge/search`, { query: "when does the gate open" }), 200);
  expect(passage.text).toContain("The gate opens at nine");
  expect(passage.text).not.toContain("lol");
  expect(Date.now() - begun).toBeLessThan(240_000);
  memory.expectRisenBy(200);
  // What cannot be read can be deleted.
  for (const [, id] of made) expect((await at.client.send("DELETE", `/api/knowledge/${id}`)).status).toBe(204);
  expect((await at.client.send("DELETE", `/api/knowledge/${laughing.json.id}`)).status).toBe(204);
});

test("kill -9 while a document is being read: after the restart it is read", async () => {
  test.setTimeout(180_000);
  const slow = await agent(at.client, { name: "Slow reader", prompt: "Be kind.", models: [model("kind")] });
  const made = await at.upload("long.pdf", swollen(2), slow.id);
  expect(made.status, made.text).toBe(201);
  await until("the reading to have begun", async () => (await at.document(made.json.id)).state === "parsing", { every: 10 });
  await at.server.kill9();
  await at.server.start();
  at.client = await signedIn(at.server.url, operator);
  const cut = await at.document(made.json.id);
  expect(["queued", "parsing"], "it was cut off in the middle").toContain(cut.state);
  expect(await at.settled(made.json.id, 120_000)).toMatchObject({ state: "ready", reason: null });
});
