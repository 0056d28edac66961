// The gateways that are compared, each started in the same way: on the first core, with the same local provider behind it.
// LiteLLM (PyPI) and Portkey (npm) are kept in .tools/bench; `node bench/gateway/peers.mjs` installs them.
// @ts-check
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Program, freePort, root, tempFolder, until } from "../../end2end/run/process.mjs";
import { signedIn } from "../../end2end/run/client.mjs";
import { operator, startServer } from "../../end2end/run/server.mjs";

const LITELLM = "1.106.2";
const PORTKEY = "1.15.2";
const home = path.join(root, ".tools/bench");
const litellm = path.join(home, "litellm/bin/litellm");
const portkey = path.join(home, "portkey/node_modules/@portkey-ai/gateway/build/start-server.js");

/** The part of this benchmark that is written in Rust. */
export const tool = path.join(root, "target/release/examples/bench");

/** A gateway under test. @typedef {{ name: string, pid: number, url: string, key: string, model: string, stop: () => Promise<void> }} Gateway */

/** Installs the peers once. What cannot be installed is left out and said so. */
export function install() {
  const run = (/** @type {string} */ command, /** @type {string[]} */ args, cwd = root) =>
    execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  fs.mkdirSync(home, { recursive: true });
  if (!fs.existsSync(litellm)) {
    console.log(`Installing LiteLLM ${LITELLM} into .tools/bench ...`);
    try {
      run("python3", ["-m", "venv", path.join(home, "litellm")]);
      run(path.join(home, "litellm/bin/pip"), ["install", "-q", `litellm[proxy]==${LITELLM}`]);
    } catch (error) {
      console.log(`LiteLLM cannot be installed: ${error}`);
    }
  }
  if (!fs.existsSync(portkey)) {
    console.log(`Installing Portkey ${PORTKEY} into .tools/bench ...`);
    try {
      fs.mkdirSync(path.join(home, "portkey"), { recursive: true });
      run("npm", ["init", "-y"], path.join(home, "portkey"));
      run("npm", ["install", "--no-fund", "--no-audit", `@portkey-ai/gateway@${PORTKEY}`], path.join(home, "portkey"));
    } catch (error) {
      console.log(`Portkey cannot be installed: ${error}`);
    }
  }
}

/** On which core a program runs. The load and the provider have the other one. */
const pinned = (/** @type {string} */ core, /** @type {string[]} */ args) => ["taskset", ["-c", core, ...args]];

/** The provider behind all of them, on the second core; on the first one it is what a gateway that does nothing would be. */
export async function startUpstream(core = "1") {
  const port = await freePort();
  const [command, args] = pinned(core, [tool, "upstream", String(port)]);
  const program = new Program("upstream", /** @type {string} */ (command), /** @type {string[]} */ (args));
  await until("the upstream", () => {
    program.mustRun();
    return program.output.includes("upstream");
  });
  return { port, base: `http://127.0.0.1:${port}/v1`, program };
}

/** @param {string} base @returns {Promise<Gateway>} */
export async function startOurs(base) {
  const server = await startServer({
    name: "bench-gateway",
    env: { OPENAI_API_KEY: "sk-upstream", OPENAI_BASE_URL: base, LOG_LEVEL: "warn" },
  });
  const pid = server.program?.child.pid ?? 0;
  // The whole tree, Postgres too, on the one core that each gateway gets.
  execFileSync("taskset", ["-a", "-c", "-p", "0", String(pid)], { stdio: "ignore" });
  const client = await signedIn(server.url, operator);
  await client.must(client.post("/api/budgets", { scope: "workspace", limit_micros: 900_000_000_000 }), 201);
  const made = await client.must(client.post("/api/keys", { name: "bench", scopes: ["gateway"] }), 201);
  return { name: "ours", pid, url: `${server.url}/v1/chat/completions`, key: made.secret, model: "openai/gpt-4.1-mini", stop: () => server.remove() };
}

/** @param {string} base @returns {Promise<Gateway | null>} */
export async function startLitellm(base) {
  if (!fs.existsSync(litellm)) return null;
  const port = await freePort();
  const folder = tempFolder("bench-litellm");
  const config = path.join(folder, "config.yaml");
  fs.writeFileSync(
    config,
    `model_list:\n  - model_name: gpt-4.1-mini\n    litellm_params:\n      model: openai/gpt-4.1-mini\n      api_base: ${base}\n      api_key: sk-upstream\n` +
      "general_settings:\n  master_key: sk-bench\nlitellm_settings:\n  set_verbose: false\n  drop_params: true\n  num_retries: 0\n",
  );
  const [command, args] = pinned("0", [litellm, "--config", config, "--port", String(port), "--host", "127.0.0.1", "--num_workers", "1", "--telemetry", "False"]);
  return started("litellm", /** @type {string} */ (command), /** @type {string[]} */ (args), port, "/health/liveliness", "sk-bench", "gpt-4.1-mini", {
    LITELLM_LOG: "ERROR", LITELLM_MODE: "PRODUCTION", LITELLM_LOCAL_MODEL_COST_MAP: "True", PYTHONUNBUFFERED: "1",
  });
}

/** @param {string} base @returns {Promise<Gateway | null>} */
export async function startPortkey(base) {
  if (!fs.existsSync(portkey)) return null;
  const port = await freePort();
  const [command, args] = pinned("0", [process.execPath, portkey, `--port=${port}`, "--headless"]);
  return started("portkey", /** @type {string} */ (command), /** @type {string[]} */ (args), port, "/", `portkey:${base}`, "gpt-4.1-mini", {
    NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost",
  });
}

/**
 * @param {string} name @param {string} command @param {string[]} args @param {number} port @param {string} health @param {string} key
 * @param {string} model @param {Record<string, string>} env
 */
async function started(name, command, args, port, health, key, model, env) {
  const program = new Program(name, command, args, { env });
  await until(name, async () => {
    program.mustRun();
    return (await fetch(`http://127.0.0.1:${port}${health}`).catch(() => null))?.ok;
  }, { timeout: 120_000, every: 250 });
  const pid = program.child.pid ?? 0;
  return { name, pid, url: `http://127.0.0.1:${port}/v1/chat/completions`, key, model, stop: () => program.stop() };
}

if (process.argv[1]?.endsWith("peers.mjs")) install();
