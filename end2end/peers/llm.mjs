// The model of the peer tests: @copilotkit/aimock, which speaks OpenAI's and Anthropic's wire formats and which nobody here wrote.
// Not here: what it answers (llm-fixtures.json).
// @ts-check
import path from "node:path";
import { Program, freePort, npmBin, root, until } from "../run/process.mjs";

/** The only key that it takes. */
export const key = "sk-peer-good";

/** Starts it with our fixtures; a prompt that no fixture matches is refused with 503. */
export async function startLlm(fixtures = path.join(root, "end2end/peers/llm-fixtures.json")) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [npmBin("@copilotkit/aimock", "llmock"), "-p", String(port), "-f", fixtures, "--strict", "--metrics", "--validate-on-load", "--latency", "5"];
  const program = new Program("aimock", process.execPath, args, { env: { AIMOCK_API_KEYS: key } });
  await until("aimock", async () => {
    program.mustRun();
    return (await fetch(`${url}/health`).catch(() => null))?.ok;
  });
  return {
    url,
    /** What it was asked, oldest first. @returns {Promise<any[]>} */
    async journal() {
      const answer = await fetch(`${url}/__aimock/journal?limit=1000`, { headers: { authorization: `Bearer ${key}` } });
      const body = await answer.json();
      return Array.isArray(body) ? body : (body.entries ?? body.requests ?? []);
    },
    stop: () => program.stop(2_000),
  };
}
