// Starting, watching and ending other programs. Plain JavaScript with types in comments, so that the browser tests (through
// Playwright's loader) and bench/kill (plain node) share it. Not here: what any of the programs does.
// @ts-check
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

/** The root of the checkout: tests and benchmarks are started from it. */
export const root = process.env.PROJECT_ROOT ?? findRoot(process.cwd());

/** @param {string} from */
function findRoot(from) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, "end2end/playwright.config.ts"))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`no checkout around ${from}: start this from inside the project`);
  }
}

/** A port that nobody listens on at this moment. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {net.AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}

/** A new empty folder. Open to traverse, because the embedded Postgres runs as another user when we are root. @param {string} name */
export function tempFolder(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `outreach-${name}-`));
  fs.chmodSync(folder, 0o755);
  return folder;
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks `question` again and again until it answers something truthy, and gives that answer.
 * @template T
 * @param {string} what named in the error
 * @param {() => Promise<T> | T} question
 * @param {{ timeout?: number, every?: number }} [options] milliseconds
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, question, { timeout = 30_000, every = 100 } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`gave up after ${timeout} ms waiting for ${what}`);
    await pause(every);
  }
}

/** @type {Set<Program>} */
const running = new Set();
process.on("exit", () => running.forEach((program) => program.kill("SIGKILL")));

/** One program that we started, with everything it printed. */
export class Program {
  /**
   * @param {string} name for messages
   * @param {string} command
   * @param {string[]} args
   * @param {{ env?: Record<string, string | undefined>, cwd?: string }} [options] `env` is added to ours; undefined removes
   */
  constructor(name, command, args, { env = {}, cwd = root } = {}) {
    this.name = name;
    this.output = "";
    /** @type {number | string | null} */
    this.ended = null;
    const all = { ...process.env, ...env };
    for (const key of Object.keys(all)) if (all[key] === undefined) delete all[key];
    this.child = spawn(command, args, { cwd, env: all, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (/** @type {Buffer} */ bytes) => {
      // The head tells how it started, the tail how it ended; a run of hours must not fill the memory.
      this.output = (this.output + bytes).slice(-2_000_000);
    };
    this.child.stdout?.on("data", keep);
    this.child.stderr?.on("data", keep);
    this.child.on("error", (error) => {
      this.ended = error.message;
      running.delete(this);
    });
    this.exited = new Promise((resolve) =>
      this.child.on("exit", (code, signal) => {
        this.ended = signal ?? code ?? "unknown";
        running.delete(this);
        resolve(this.ended);
      }),
    );
    running.add(this);
  }

  /** Throws with the last lines of output when the program has ended. */
  mustRun() {
    if (this.ended !== null) throw new Error(`${this.name} ended (${this.ended}):\n${this.tail()}`);
  }

  /** The last lines it printed. */
  tail(lines = 30) {
    return this.output.trimEnd().split("\n").slice(-lines).join("\n");
  }

  /** Sends a signal, if it still runs. @param {NodeJS.Signals} signal */
  kill(signal) {
    if (this.ended === null) this.child.kill(signal);
  }

  /** Asks it to stop, and after `grace` milliseconds makes it. */
  async stop(grace = 10_000) {
    if (this.ended !== null) return;
    this.kill("SIGTERM");
    const late = setTimeout(() => this.kill("SIGKILL"), grace);
    await this.exited;
    clearTimeout(late);
  }
}

/** Starts one of the programs that npm installed, without a shell in between. @param {string} module @param {string} bin */
export function npmBin(module, bin) {
  const home = path.join(root, "node_modules", module);
  const manifest = JSON.parse(fs.readFileSync(path.join(home, "package.json"), "utf8"));
  return path.join(home, typeof manifest.bin === "string" ? manifest.bin : manifest.bin[bin]);
}
