// The model gateway beside LiteLLM and Portkey, with the same local provider and the same load (rows 1a to 1d).
//
//   node bench/gateway/run.mjs                    3 rounds of 5 seconds
//   node bench/gateway/run.mjs --rounds 5 --seconds 20
//   --any-load    also when something else uses the machine; the spread says how much that mattered
//
// Processor time is what counts: user and system time of the whole process tree, Postgres included for ours. Every round runs each
// gateway forwards and then backwards, so that drift hits all alike; ratios are made per round, and their median and range are told.
// Ours against ours in the same rounds is the control. So is the provider itself on the gateways' core: below what the way there costs,
// no gateway can be.
// @ts-check
import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { pause, root } from "../../end2end/run/process.mjs";
import { install, startLitellm, startOurs, startPortkey, startUpstream, tool } from "./peers.mjs";
import { busy, resident, seconds } from "./proc.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    "any-load": { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds);
const span = options.seconds ?? "5";
const notPostgres = (/** @type {string} */ command) => command !== "postgres";

/** Runs a part of the tool on the second core and reads its line. @param {string[]} args @returns {Promise<any>} */
const run = (args) =>
  new Promise((resolve, reject) =>
    execFile("taskset", ["-c", "1", tool, ...args], (error, out, err) => {
      if (error) reject(new Error(`${args[0]} ${args[1]}: ${err || error.message}`));
      else resolve(JSON.parse(out.trim().split("\n").pop() ?? "null"));
    }),
  );

const median = (/** @type {number[]} */ list) => {
  const sorted = [...list].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const round = (/** @type {number} */ n) => Number(n.toPrecision(4));

/** How many calls a gateway serves in a second of processor time. @param {import("./peers.mjs").Gateway} gateway */
async function load(gateway) {
  const [all, own] = [seconds(gateway.pid), seconds(gateway.pid, notPostgres)];
  const got = await run(["load", gateway.url, gateway.key, gateway.model, "16", span]);
  // What is written in batches is written by then.
  await pause(700);
  const [used, ownUsed] = [seconds(gateway.pid) - all, seconds(gateway.pid, notPostgres) - own];
  if (got.failed > 0) throw new Error(`${gateway.name} failed ${got.failed} of ${got.done} calls: ${got.why}`);
  return { per: got.done / used, micros: (used / got.done) * 1e6, own: (ownUsed / got.done) * 1e6, rate: got.done / got.seconds };
}

/** Latency of calls one after the other. @param {{ url: string, key: string, model: string }} of @param {boolean} stream */
const pace = (of, stream) => run(["pace", of.url, of.key, of.model, "40", span, ...(stream ? ["stream"] : [])]);

/** @type {any[]} */
const rows = [];
/**
 * @param {string} row @param {string} unit @param {number} ours @param {number | null} peer @param {number[]} ratios @param {number | null} goal
 * @param {number | null} guard @param {boolean} [less] whether less is better
 */
function tell(row, unit, ours, peer, ratios, goal, guard, less = false) {
  const ratio = ratios.length ? median(ratios) : ours;
  const spread = ratios.length ? [round(Math.min(...ratios)), round(Math.max(...ratios))] : [round(ours), round(ours)];
  const holds = (/** @type {number | null} */ bound) => (bound === null ? null : less ? ratio <= bound : ratio >= bound);
  const line = { row, unit, ours: round(ours), peer: peer === null ? null : round(peer), ratio: round(ratio), spread, goal, guard, holds_guard: holds(guard), holds_goal: holds(goal) };
  rows.push(line);
  const sign = less ? "at most" : "at least";
  console.log(
    `${row.padEnd(18)} ours ${String(line.ours).padStart(9)}  peer ${String(line.peer ?? "-").padStart(9)}  ${unit.padEnd(28)} ratio ${String(line.ratio).padStart(8)}` +
      ` [${spread.join(" .. ")}]  goal ${sign} ${goal ?? "-"} ${line.holds_goal === null ? "" : line.holds_goal ? "holds" : "MISSED"}` +
      `, guard ${guard ?? "-"} ${line.holds_guard === null ? "" : line.holds_guard ? "holds" : "MISSED"}`,
  );
}

install();
const load0 = await busy(3_000);
console.log(`machine: ${os.cpus().length} x ${os.cpus()[0].model}, ${round(load0.cores)} cores busy before we begin, ${round(load0.steal * 100)} % stolen`);
if (load0.cores > 0.2 && !options["any-load"]) {
  console.log("Something else uses the machine: the figures would be its figures. Wait, or say --any-load.");
  process.exitCode = 1;
} else {
  await measure();
}

async function measure() {
  const upstream = await startUpstream();
  const direct = { url: `${upstream.base}/chat/completions`, key: "sk-upstream", model: "gpt-4.1-mini" };
  // The same program on the gateways' core: what the way there and back adds, before any gateway does anything.
  const across = await startUpstream("0");
  const ours = await startOurs(upstream.base);
  await pause(5_000);
  const idle = resident(ours.pid, notPostgres);
  const peers = [];
  for (const start of [startLitellm, startPortkey]) {
    const peer = await start(upstream.base).catch((error) => void console.log(`not served: ${String(error).slice(0, 400)}`));
    if (peer) peers.push({ ...peer, idle: 0 });
  }
  await pause(3_000);
  for (const peer of peers) peer.idle = resident(peer.pid);
  const all = [ours, ...peers];
  /** @type {Record<string, any[]>} */
  const seen = Object.fromEntries([...all.map((g) => g.name), "crossing", "again"].map((name) => [name, []]));
  try {
    /** @type {Set<string>} */
    const streams = new Set();
    for (const gateway of all) {
      await run(["load", gateway.url, gateway.key, gateway.model, "8", "1"]);
      // A peer that fails is not served, which is not the same as slow.
      const works = await run(["pace", gateway.url, gateway.key, gateway.model, "10", "1", "stream"]).catch((error) => void console.log(`${gateway.name} streams: not served: ${String(error).slice(0, 300)}`));
      if (works) streams.add(gateway.name);
    }
    for (let n = 0; n < rounds; n += 1) {
      const forth = [];
      for (const gateway of all) forth.push(await load(gateway));
      const back = [];
      for (const gateway of [...all].reverse()) back.unshift(await load(gateway));
      seen.again.push({ ratio: forth[0].per / back[0].per });
      const bare = await pace(direct, false);
      const bareStream = await pace(direct, true);
      const crossed = await pace({ ...direct, url: `${across.base}/chat/completions` }, false);
      seen.crossing.push({ p99: crossed.p99 - bare.p99, p50: crossed.p50 - bare.p50 });
      for (const [i, gateway] of all.entries()) {
        const whole = await pace(gateway, false);
        const stream = streams.has(gateway.name) ? await pace(gateway, true) : null;
        const mean = (/** @type {"per" | "micros" | "own" | "rate"} */ key) => (forth[i][key] + back[i][key]) / 2;
        seen[gateway.name].push({
          per: mean("per"), micros: mean("micros"), own: mean("own"), rate: mean("rate"),
          added: Math.max(whole.p99 - bare.p99, 1), added50: whole.p50 - bare.p50,
          first: stream ? Math.max(stream.first_p99 - bareStream.first_p99, 1) : null,
        });
      }
      console.log(`round ${n + 1} of ${rounds}: ${all.map((g) => `${g.name} ${Math.round(seen[g.name][n].micros)} us/call, p99 +${Math.round(seen[g.name][n].added)} us`).join("; ")}`);
    }
    report(seen, peers, idle, await inside(upstream.port), load0.cores);
  } finally {
    for (const gateway of all) await gateway.stop();
    await upstream.program.stop();
    await across.program.stop();
  }
}

/** What the adapter adds in process, in microseconds at the 99th of a hundred. @param {number} port */
async function inside(port) {
  const added = [];
  for (let n = 0; n < rounds; n += 1) {
    const got = await new Promise((resolve, reject) =>
      execFile("taskset", ["-c", "0", tool, "inside", String(port), "4000"], (error, out, err) => (error ? reject(new Error(err)) : resolve(JSON.parse(out)))),
    );
    added.push({ p99: got.ours_p99 - got.raw_p99, p50: got.ours_p50 - got.raw_p50, raw: got.raw_p99, ours: got.ours_p99 });
  }
  return added;
}

/** @param {Record<string, any[]>} seen @param {any[]} peers @param {number} idle @param {any[]} added @param {number} before */
function report(seen, peers, idle, added, before) {
  const of = (/** @type {string} */ name, /** @type {string} */ key) => seen[name].map((each) => each[key]);
  const ratios = (/** @type {string} */ key, /** @type {string} */ a, /** @type {string} */ b) => of(a, key).map((n, i) => n / of(b, key)[i]);
  const goals = /** @type {Record<string, any>} */ ({ litellm: { cpu: [40, 20], p99: [1 / 40, 1 / 20], first: [1 / 20, 1 / 10] }, portkey: { cpu: [10, 5], p99: [1 / 10, 1 / 5], first: [null, null] } });
  console.log();
  const control = of("again", "ratio");
  const valid = control.every((n) => n >= 0.95 && n <= 1.05);
  console.log(`A/A control, ours against ours: ${control.map(round).join(", ")} (${valid ? "within" : "NOT within"} 0.95 to 1.05)`);
  console.log(`the way to the other core and back, without a gateway: p50 +${Math.round(median(of("crossing", "p50")))} us, p99 ${of("crossing", "p99").map((us) => `${us < 0 ? "" : "+"}${Math.round(us)}`).join(", ")} us`);
  console.log(`ours: ${round(median(of("ours", "micros")))} us of processor time a call with Postgres, ${round(median(of("ours", "own")))} without; ${Math.round(median(of("ours", "rate")))} calls a second on one core`);
  for (const peer of peers) {
    const [cpu, p99, first] = [goals[peer.name].cpu, goals[peer.name].p99, goals[peer.name].first];
    tell(`1a-${peer.name}`, "calls per processor second", median(of("ours", "per")), median(of(peer.name, "per")), ratios("per", "ours", peer.name), cpu[0], cpu[1]);
    tell(`1a-p99-${peer.name}`, "us added at the 99th percent", median(of("ours", "added")), median(of(peer.name, "added")), ratios("added", "ours", peer.name), p99[0], p99[1], true);
    if (of(peer.name, "first").some((n) => n === null)) console.log(`1c-${peer.name}`.padEnd(18), "not served");
    else tell(`1c-${peer.name}`, "us added to the first byte", median(of("ours", "first")), median(of(peer.name, "first")), ratios("first", "ours", peer.name), first[0], first[1], true);
  }
  const p99 = added.map((each) => Math.max(each.p99, 0));
  tell("1b", "us added in process, p99", median(p99), null, p99, 100, 200, true);
  tell("1d", "MiB resident when idle", idle, null, [], 60, 60, true);
  for (const peer of peers.filter((each) => each.name === "litellm")) {
    tell("1d-litellm", "MiB resident when idle", idle, peer.idle, [idle / peer.idle], 1 / 15, 1 / 10, true);
  }
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  const file = path.join(root, "bench/results.json");
  const result = {
    at: new Date().toISOString(), commit, rounds, seconds: Number(span), cpu: os.cpus()[0].model, busy_cores_before: round(before),
    control: { ratios: control.map(round), valid, crossing_p99_us: of("crossing", "p99").map(Math.round) }, added_in_process: added, rows,
  };
  fs.writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\nwritten: ${path.relative(root, file)}`);
}
