// Web pages that were made to hurt, read by the real server as knowledge. Each ends in a clear sentence for the operator, in bounded time
// and memory, and nobody is led into our network (support/siege.ts holds every test to it). A file of its own: the server waits between
// its tries for most of a minute.
import { lookup } from "node:dns/promises";
import fs from "node:fs";
import os from "node:os";
import { expect, test } from "@playwright/test";
import { memoryOf } from "./run/memory.mjs";
import { until } from "./run/process.mjs";
import { besieged, clear } from "./support/siege";

const at = besieged("hostile-pages");

test("pages that lead into our network are not followed, however they spell it", async () => {
  test.setTimeout(120_000);
  const before = at.hostile.asked.length;
  const good = await at.page(`${at.hostile.url}/page`);
  expect((await at.settled(good.json.id)).title).toBe("Orchard");
  const { inside, hostile } = at;
  const targets = [
    `http://127.0.0.1:${inside}/`, `http://localhost:${inside}/`, `http://a.localhost:${inside}/`, `http://2130706433:${inside}/`, `http://0x7f.1:${inside}/`,
    `http://0:${inside}/`, `http://[::1]:${inside}/`, `http://[::ffff:127.0.0.1]:${inside}/`, `http://[64:ff9b::7f00:1]:${inside}/`, "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/", "http://192.168.0.1/", "http://[fd00:ec2::254]/",
  ];
  for (const url of [...targets, "file:///etc/passwd", "gopher://127.0.0.1/", `http://user:secret@127.0.0.1:${hostile.port}/page`]) {
    const direct = await at.page(url);
    expect(direct.status, url).toBe(422);
    expect(direct.json.error.problems[0].field).toBe("url");
  }
  // Names that somebody pointed at this machine; which there are depends on it.
  const names = [...new Set([os.hostname(), ...fs.readFileSync("/etc/hosts", "utf8").split(/\s+/).filter((word) => /^[a-z][a-z0-9.-]*$/i.test(word))])];
  const local = [];
  for (const name of names.filter((name) => !/(^|\.)localhost$/.test(name))) {
    const ip = await lookup(name).catch(() => null);
    if (ip && /^(127\.|::1$)/.test(ip.address)) local.push(`http://${name}:${inside}/`, `http://${name}:${hostile.port}/page`);
  }
  test.info().annotations.push({ type: "names of this machine", description: local.join(" ") || "none" });
  const made = [];
  const away = (n: number, to: string) => at.page(`${hostile.url}/away?n=${n}&to=${encodeURIComponent(to)}`);
  for (const [n, to] of [...targets, ...local, "file:///etc/passwd"].entries()) made.push([to, await away(n, to)] as const);
  for (const to of local) made.push([to, await at.page(to)] as const);
  for (const [to, answer] of made) {
    expect(answer.status, to).toBe(201);
    const read = await at.settled(answer.json.id);
    expect(read.state, to).toBe("failed");
    expect(read.reason, to).toMatch(/private or reserved network|only http and https/);
    clear(read.reason);
  }
  expect(at.hostile.asked.slice(before).filter((path) => path === "GET /page")).toHaveLength(1);
});

test("pages that are huge, endless, slow, silent or a circle end in time", async () => {
  test.setTimeout(240_000);
  const memory = memoryOf(at.server);
  const begun = Date.now();
  const cases: [string, RegExp, boolean][] = [
    ["circle", /redirects more than 5 times/, false], ["announced", /larger than 25 MB/, false], ["endless", /larger than 25 MB/, false],
    ["gone", /answered with status 404/, false], ["silent", /no answer within/, true], ["drip", /no answer within/, true],
  ];
  const made = [];
  for (const [path, says, again] of cases) made.push([path, (await at.page(`${at.hostile.url}/${path}`)).json.id, says, again] as const);
  const watched = made.map(async ([path, id, says, again]) => {
    const read = await at.settled(id);
    expect(read.state, path).toBe("failed");
    expect(read.reason, path).toMatch(says);
    clear(read.reason);
    if (!again) return;
    // What may pass is tried again by itself, and says so meanwhile.
    expect(read.reason, path).toContain("tried again by itself");
    await until(`${path} to be given up`, async () => /within \d+ ms\.$/.test((await at.document(id)).reason ?? ""), { timeout: 150_000 });
  });
  await Promise.all(watched);
  expect(Date.now() - begun).toBeLessThan(200_000);
  memory.expectRisenBy(150);
});
