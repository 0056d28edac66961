// MCP's conformance suite against our MCP server. It cannot send a key, so a door before the server adds it. One JSON line: every scenario
// that was checked, with how many of its checks failed.
import { execFile } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";

const { MCP_URL, MCP_KEY } = process.env;
const suite = path.resolve(import.meta.dirname, "../../../../.tools/conformance/node_modules/@modelcontextprotocol/conformance");
const { version } = JSON.parse(fs.readFileSync(path.join(suite, "package.json"), "utf8"));

const door = http.createServer((asked, answer) => {
  const headers = { ...asked.headers, authorization: `Bearer ${MCP_KEY}` };
  const onward = http.request(MCP_URL, { method: asked.method, headers }, (answered) => {
    answer.writeHead(answered.statusCode, answered.headers);
    answered.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  asked.pipe(onward);
});
await new Promise((listening) => door.listen(0, "127.0.0.1", listening));

const ask = [path.join(suite, "dist/index.js"), "server", "--suite", "all", "--url", `http://127.0.0.1:${door.address().port}/mcp`];
// It ends with 1 when a scenario fails.
const said = await new Promise((ended) => execFile(process.execPath, ask, { maxBuffer: 1 << 26 }, (_, out, err) => ended(out + err)));
door.close();
door.closeAllConnections();
const line = /^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed$/gm;
const scenarios = Array.from(said.matchAll(line), ([, name, passed, failed]) => ({ name, passed, failed }));
if (scenarios.length === 0) throw new Error(`the suite said nothing of its scenarios:\n${said.slice(-2000)}`);
console.log(JSON.stringify({ version, scenarios: scenarios.filter(({ passed, failed }) => passed !== "0" || failed !== "0") }));
