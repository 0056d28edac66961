// All peers of the journey over HTTP, started together: the model (aimock) and Twilio (Prism behind the counting recorder).
// Not here: the peers themselves (peers/).
import { startLlm, key } from "../peers/llm.mjs";
import { account, basic, leniences, noSpecs, startPrism } from "../peers/prism.mjs";
import { Recorder } from "../peers/recorder.mjs";

export { account, basic, leniences, noSpecs, key };

export type Peers = Awaited<ReturnType<typeof startPeers>>;

/** Starts every peer, and refuses to go on when Twilio's stand-in takes what Twilio would refuse. */
export async function startPeers() {
  const [llm, prism, content] = await Promise.all([
    startLlm(),
    startPrism("twilio_api_v2010.json"),
    startPrism("twilio_content_v1.json"),
  ]);
  const recorder = await new Recorder({ prism, content }).start();
  for (const url of [prism.url, recorder.url]) {
    const wrong = await leniences(url);
    if (wrong.length > 0) throw new Error(`the peer is kinder than Twilio, so nothing is tested:\n${wrong.join("\n")}`);
  }
  if (recorder.taken().length > 0) throw new Error("the recorder counted a request that was refused");
  recorder.refused = [];
  return {
    llm,
    recorder,
    /** What the server must be told so that it speaks to these peers. */
    env: {
      OPENAI_BASE_URL: `${llm.url}/v1`,
      OPENAI_API_KEY: key,
      ANTHROPIC_BASE_URL: llm.url,
      ANTHROPIC_API_KEY: key,
      TWILIO_ACCOUNT_SID: account.sid,
      TWILIO_AUTH_TOKEN: account.token,
      TWILIO_BASE_URL: recorder.url,
      TWILIO_CONTENT_BASE_URL: recorder.url,
      TWILIO_FROM_NUMBER: account.number,
    } as Record<string, string>,
    async stop() {
      await recorder.stop();
      await Promise.all([llm.stop(), prism.stop(), content.stop()]);
    },
  };
}
