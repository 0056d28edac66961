#!/usr/bin/env node
// Runs phases of the Makefile, each with its time beside its budget, and says how to repeat the one that failed:
//   scripts/phases.mjs test     every test          scripts/phases.mjs run    what `make run` serves
//   scripts/phases.mjs quick    what the changed files touch (scripts/touched.mjs decides)
// Phases that do not need each other run side by side, so that no core waits for a linker; what such a phase prints is kept in
// `target/log` and shown whole when it ends. Not here: what a phase does (Makefile).
// @ts-check
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { touched } from "./touched.mjs";

/** A phase's budget in seconds, on two cores with nothing built and another phase beside it: over it by a half is a warning. */
const budgets = {
  lint: 60, native: 420, unit: 300, tools: 420, "front-lint": 150, front: 240, budget: 5, server: 600, e2e: 480, "kill-test": 45,
};

/** What a phase cannot do without. Any other failure stops nothing, so that one red hides none. @type {Record<string, string[]>} */
const needs = { unit: ["native"], front: ["tools"], budget: ["front"], e2e: ["native", "front"], "kill-test": ["native"] };

/** @typedef {{ name: string, args?: string[] }} Phase a target of the Makefile */
/** @typedef {Phase[][]} Stage lanes that run side by side; the phases of a lane run one after the other */

const phases = (/** @type {string} */ names) => names.split(" ").map((name) => ({ name }));

/** @type {Record<string, () => Stage[]>} */
const plans = {
  run: () => [[phases("server"), phases("tools front")]],
  test: () => [
    [phases("lint")],
    [phases("native unit"), phases("tools front-lint front budget")],
    [phases("e2e")],
    [[{ name: "kill-test", args: ["KILL=--leads 40 --kills 3"] }]],
  ],
  quick: () => touched(),
};

const plan = process.argv[2] ?? "";
if (!plans[plan]) {
  console.error(`scripts/phases.mjs: there is no plan ${plan}; there are ${Object.keys(plans).join(", ")}`);
  process.exit(2);
}
const logs = path.resolve("target/log");
fs.mkdirSync(logs, { recursive: true });

const NOT_RUN = -1;
const begun = Date.now();
/** @type {{ phase: Phase, seconds: number, code: number }[]} */
const done = [];
/** @type {Map<string, { from: number, log: string | null }>} */
const running = new Map();
const since = (/** @type {number} */ from) => Math.round((Date.now() - from) / 1000);
const time = (/** @type {number} */ seconds) => (seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`);
const command = (/** @type {Phase} */ phase) => ["make", phase.name, ...(phase.args ?? [])].map((word) => (word.includes(" ") ? `'${word}'` : word)).join(" ");

/** Runs one phase; `apart` keeps its output until it ends. @param {Phase} phase @param {boolean} apart */
function run(phase, apart) {
  const { name } = phase;
  const log = apart ? path.join(logs, `${name}.log`) : null;
  const from = Date.now();
  if (!apart && plan !== "run") console.log(`\n=== ${name}`);
  const out = log ? fs.openSync(log, "w") : "inherit";
  running.set(name, { from, log });
  return new Promise((resolve) => {
    const child = spawn("make", ["--no-print-directory", name, ...(phase.args ?? [])], { stdio: ["ignore", out, out] });
    child.on("error", (error) => {
      console.error(error.message);
      end(127);
    });
    child.on("exit", (code, signal) => end(signal ? 128 : (code ?? 1)));
    function end(/** @type {number} */ code) {
      if (!running.delete(name)) return;
      const seconds = since(from);
      done.push({ phase, seconds, code });
      if (log && (plan !== "run" || code !== 0)) {
        const said = fs.readFileSync(log, "utf8").trimEnd();
        console.log(`\n=== ${name}: ${code === 0 ? "passed" : "FAILED"} after ${time(seconds)}\n${said}`);
      } else if (plan === "run" && seconds > 5) console.log(`${name} is ready (${time(seconds)}).`);
      resolve(undefined);
    }
  });
}

/** How far a phase is, in the words of the build. @param {string | null} log */
function progress(log) {
  if (!log || !fs.existsSync(log)) return "";
  const crates = fs.readFileSync(log, "utf8").match(/^\s+(Compiling|Checking) /gm)?.length ?? 0;
  return crates > 0 ? `, ${crates} crates compiled` : "";
}
const beat = setInterval(() => {
  if (running.size === 0 || [...running.values()].every(({ log }) => log === null)) return;
  const words = [...running].map(([name, { from, log }]) => {
    const usual = budgets[/** @type {keyof typeof budgets} */ (name)];
    return `${name} for ${time(since(from))}${usual ? ` of about ${time(usual)}` : ""}${progress(log)}`;
  });
  console.log(`... ${time(since(begun))}: ${words.join("; ")}`);
}, plan === "run" ? 15_000 : 60_000);

const clean = () => execFileSync("git", ["status", "--porcelain"], { encoding: "utf8" });
const before = plan === "test" ? clean() : "";

for (const stage of plans[plan]()) {
  await Promise.all(
    stage.map(async (lane) => {
      for (const phase of lane) {
        const lacks = done.filter(({ phase: { name }, code }) => code !== 0 && needs[phase.name]?.includes(name));
        if (lacks.length === 0) await run(phase, stage.length > 1);
        else {
          done.push({ phase, seconds: 0, code: NOT_RUN });
          console.log(`\n=== ${phase.name}: not run, because it needs ${lacks.map((each) => each.phase.name).join(" and ")}`);
        }
      }
    }),
  );
}
let failed = done.some(({ code }) => code !== 0);
clearInterval(beat);

if (plan === "run") process.exit(failed ? 1 : 0);

console.log(`\n=== times`);
for (const { phase, seconds, code } of done) {
  const { name } = phase;
  const budget = budgets[/** @type {keyof typeof budgets} */ (name)];
  const notes = [code === 0 ? "passed" : code === NOT_RUN ? "not run" : `FAILED (${code}); again: ${command(phase)}`];
  if (plan === "test" && budget && seconds > budget * 1.5) notes.push("WARNING: half over its budget or more");
  console.log(`${name.padEnd(12)} ${String(seconds).padStart(5)} s  of ${String(budget ?? "-").padStart(4)} s  ${notes.join("; ")}`);
}
console.log(`${"together".padEnd(12)} ${String(since(begun)).padStart(5)} s`);

if (plan === "test" && before !== clean()) {
  failed = true;
  console.log(`The tests changed the work tree:\n${clean()}`);
}
// In words that no counter of test results takes for one more runner.
const bad = done.filter(({ code }) => code !== 0).map(({ phase }) => phase.name);
console.log(failed ? `Not fine: ${bad.join(", ") || "the work tree"}.` : `All ${done.length} phases are fine.`);
if (plan === "test") {
  const mark = ".tools/test-passed";
  fs.mkdirSync(".tools", { recursive: true });
  fs.rmSync(mark, { force: true });
  if (!failed && before === "") fs.writeFileSync(mark, execFileSync("git", ["rev-parse", "HEAD"]));
  else if (!failed) console.log("Nothing was written to .tools/test-passed: the work tree holds what no commit has.");
}
process.exit(failed ? 1 : 0);
