// The product's own server, started for one test file: a data folder of its own, a free port, its own embedded Postgres.
// Not here: what the tests then ask of it (support/, run/client.mjs).
// @ts-check
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Program, freePort, root, tempFolder, until } from "./process.mjs";

/** The operator that every test server is started with. */
export const operator = { email: "operator@example.test", password: "correct-horse-battery-staple" };

/** The program under test: the one that the unit tests were built with. `SERVER_BIN` names another one, for example the release build. */
export const binary = path.resolve(root, process.env.SERVER_BIN ?? "target/debug/server");

/** The browser half as it is served in production. `SITE_ROOT` names another one; its file of hashes lies where cargo-leptos puts it. */
const siteRoot = path.resolve(root, process.env.SITE_ROOT ?? "target/site-release");
const hashFile = path.resolve(root, process.env.HASH_FILE ?? "target/release/hash.txt");

/**
 * Settings of the machine and of `.env` must not leak into a test: an empty value counts as not set, and hides both. Where Postgres' programs
 * are is a fact of the machine.
 */
const unset = Object.fromEntries(
  Array.from(fs.readFileSync(path.join(root, ".env.example"), "utf8").matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm), ([, name]) => [name, ""]).filter(
    ([name]) => name !== "PG_BIN",
  ),
);

/** A running server and the folder it keeps its data in. */
export class Server {
  /** @param {number} port @param {string} dataDir @param {Record<string, string | undefined>} env */
  constructor(port, dataDir, env) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.dataDir = dataDir;
    this.env = env;
    /** Everything that earlier processes of this server printed. */
    this.past = "";
    /** @type {Program | null} */
    this.program = null;
  }

  /** Starts the process and waits until it says that it is ready. */
  async start(timeout = 90_000) {
    const started = Date.now();
    const program = new Program("server", binary, process.env.SERVER_ARGS?.split(" ") ?? [], { env: this.env });
    this.program = program;
    await until(
      "the server to be ready",
      async () => {
        program.mustRun();
        const answer = await fetch(`${this.url}/api/v1/health/ready`).catch(() => null);
        return answer?.status === 200;
      },
      { timeout },
    ).catch((error) => {
      throw new Error(`${error.message}\n--- last lines of the server ---\n${program.tail()}`);
    });
    return Date.now() - started;
  }

  /** Ends the process as a power cut would: no warning, no tidying up. */
  async kill9() {
    const program = this.program;
    if (!program) return;
    program.kill("SIGKILL");
    await program.exited;
    this.past += program.output;
    this.program = null;
  }

  /** Ends the process as `Ctrl-C` would. */
  async stop() {
    const program = this.program;
    if (!program) return;
    await program.stop();
    this.past += program.output;
    this.program = null;
  }

  /** Everything it printed, over all its lives. */
  logs() {
    return this.past + (this.program?.output ?? "");
  }

  /** Stops it and removes its data. */
  async remove() {
    await this.stop();
    await this.postgresGone();
    if (process.env.KEEP_DATA) console.log(`kept ${this.dataDir}`);
    else fs.rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Waits until the embedded Postgres has left, and ends it by its own pid file when it does not. */
  async postgresGone() {
    const pids = pidFiles(this.dataDir).map((file) => Number(fs.readFileSync(file, "utf8").split("\n")[0]));
    for (const pid of pids) {
      const alive = () => {
        try {
          process.kill(pid, 0);
          return !fs.readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z");
        } catch {
          return false;
        }
      };
      await until("Postgres to leave", () => !alive(), { timeout: 5_000 }).catch(() => {
        if (fs.existsSync(`/proc/${pid}/cmdline`) && !fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres")) return;
        process.kill(pid, "SIGQUIT");
      });
    }
  }
}

/** @param {string} folder @param {number} [depth] @returns {string[]} */
function pidFiles(folder, depth = 3) {
  if (depth === 0 || !fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.name === "postmaster.pid") return [full];
    return entry.isDirectory() ? pidFiles(full, depth - 1) : [];
  });
}

/** A data folder to copy, so that a test file does not wait for Postgres to be set up: in this variable while one is there. */
const TEMPLATE = "E2E_TEMPLATE";

/** Makes the folder that servers of the same run begin with: a Postgres with the schema, the operator, and nothing else. */
export async function makeTemplate() {
  const server = await startServer({ name: "template" });
  await server.stop();
  await server.postgresGone();
  // Each copy takes a port of its own.
  fs.rmSync(path.join(server.dataDir, "data/postgres/port"), { force: true });
  process.env[TEMPLATE] = path.join(server.dataDir, "data");
  return {
    remove() {
      delete process.env[TEMPLATE];
      fs.rmSync(server.dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Starts a server on a free port with a data folder of its own.
 * @param {{ env?: Record<string, string | undefined>, name?: string }} [options]
 */
export async function startServer({ env = {}, name = "e2e" } = {}) {
  if (!fs.existsSync(binary)) throw new Error(`no server at ${binary}: build it first (\`make native front\`), or set SERVER_BIN`);
  const port = await freePort();
  const dataDir = tempFolder(name);
  const template = process.env[TEMPLATE];
  // With its owners and rights, which Postgres insists on.
  if (template) execFileSync("cp", ["-a", template, path.join(dataDir, "data")]);
  const server = new Server(port, dataDir, {
    ...unset,
    HOST: "127.0.0.1",
    PORT: String(port),
    LEPTOS_SITE_ADDR: `127.0.0.1:${port}`,
    LEPTOS_SITE_ROOT: siteRoot,
    LEPTOS_HASH_FILE_NAME: hashFile,
    LEPTOS_HASH_FILES: String(fs.existsSync(hashFile)),
    LEPTOS_SITE_PKG_DIR: "pkg",
    LEPTOS_OUTPUT_NAME: "agent-outreach",
    DATA_DIR: path.join(dataDir, "data"),
    DATABASE_URL: process.env.E2E_DATABASE_URL ?? "",
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    ADMIN_EMAIL: operator.email,
    ADMIN_PASSWORD: operator.password,
    LOG_LEVEL: process.env.E2E_LOG ?? "info",
    ...env,
  });
  await server.start();
  return server;
}
