// `kill -9` of the server at random moments in the middle of a campaign; then the receiving end is counted.
//
//   node bench/kill/kill.mjs                          200 leads, 10 kills
//   node bench/kill/kill.mjs --leads 40 --kills 3     the smaller form of `make test`
//   --no-prism    without Twilio's API description in between (faster; nothing validates the requests then)
//   --seed 7      the same random moments again
//   --drop 0.03   the share of requests whose line is cut after the receiving end took them
//
// Not here: what counts as right (judge.mjs), the receiving end (end2end/peers/recorder.mjs).
// @ts-check
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { account, leniences, noSpecs, startPrism } from "../../end2end/peers/prism.mjs";
import { Recorder } from "../../end2end/peers/recorder.mjs";
import { signedIn } from "../../end2end/run/client.mjs";
import { pause, until } from "../../end2end/run/process.mjs";
import { operator, startServer } from "../../end2end/run/server.mjs";
import { csv, drawing, importLeads, launch, people, sendSms, template } from "../../end2end/run/world.mjs";
import { failures, judge } from "./judge.mjs";

const { values: options } = parseArgs({
  options: {
    leads: { type: "string", default: "200" },
    kills: { type: "string", default: "10" },
    "no-prism": { type: "boolean", default: false },
    seed: { type: "string", default: String(Date.now() % 100_000) },
    drop: { type: "string", default: "0.03" },
  },
});
const leads = Number(options.leads);
const kills = Number(options.kills);

/** A small repeatable generator (mulberry32), so that a bad run can be had again. */
function generator(seed = Number(options.seed)) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = generator();

/** Starts the receiving end: the recorder, with Prism behind it where Twilio's description is at hand. */
async function receivingEnd() {
  const reason = options["no-prism"] ? "without Prism, as asked" : noSpecs();
  const prism = reason ? null : await startPrism("twilio_api_v2010.json");
  console.log(prism ? "receiving end: recorder in front of Prism on Twilio's own description" : `receiving end: recorder alone (${reason})`);
  const recorder = await new Recorder({ prism }).start();
  if (prism) {
    const wrong = await leniences(recorder.url);
    if (wrong.length > 0) throw new Error(`the peer is kinder than Twilio:\n${wrong.join("\n")}`);
    recorder.refused = [];
  }
  return { recorder, prism };
}

/** The states that the product shows for each number's outbound messages. @param {import("../../end2end/run/client.mjs").Client} client */
async function statesByPhone(client) {
  const shown = new Map();
  for (const conversation of await client.all("/api/conversations")) {
    const messages = await client.all(`/api/conversations/${conversation.id}/messages`);
    const states = messages.filter((m) => m.direction === "outbound").map((m) => m.status);
    shown.set(conversation.lead_phone, [...(shown.get(conversation.lead_phone) ?? []), ...states]);
  }
  return shown;
}

async function main() {
  const { recorder, prism } = await receivingEnd();
  const server = await startServer({
    name: "kill",
    env: {
      TWILIO_ACCOUNT_SID: account.sid, TWILIO_AUTH_TOKEN: account.token, TWILIO_FROM_NUMBER: account.number, TWILIO_BASE_URL: recorder.url,
      TWILIO_CONTENT_BASE_URL: recorder.url, JOB_LEASE_SECONDS: "3",
    },
  });
  const rows = [];
  try {
    let client = await signedIn(server.url, operator);
    const who = people(leads);
    const report = await importLeads(client, csv(who));
    if (report.created !== leads) throw new Error(`imported ${report.created} of ${leads}: ${JSON.stringify(report.problems.slice(0, 3))}`);
    const text = await template(client, "kill_test", "sms", "Hi {{lead.first_name}}, this is a test.");
    const ids = (await client.all("/api/leads")).filter((lead) => who.some((p) => p.phone === lead.phone)).map((lead) => lead.id);

    // A slow provider makes it likely that a kill falls between "taken" and "answered".
    recorder.faults.delay = 60;
    recorder.faults.drop = () => random() < Number(options.drop);
    const begun = performance.now();
    const campaign = await launch(client, { name: "Kill test", graph: drawing([sendSms(text.id)]), leads: ids });

    // Each kill waits for its own number of arrivals, and then a little more, so that all of them fall inside the campaign.
    const marks = [...Array(kills)].map(() => Math.floor(random() * leads * 0.95)).sort((a, b) => a - b);
    for (const [i, mark] of marks.entries()) {
      await until(`${mark} arrivals`, () => recorder.taken().length >= mark, { timeout: 60_000, every: 5 }).catch((error) => {
        console.log(`kill ${i + 1}: ${error.message}; killing anyway`);
      });
      await pause(Math.floor(random() * 120));
      const taken = recorder.taken().length;
      const open = recorder.open;
      await server.kill9();
      rows.push({ kill: i + 1, taken, "in flight": open, "ready again (ms)": await server.start() });
    }

    client = await signedIn(server.url, operator);
    const last = await until(
      "the campaign to come to rest",
      async () => {
        const { progress } = await client.must(client.get(`/api/campaigns/${campaign.id}`), 200);
        return progress.running === 0 && progress.enrolled === leads ? progress : null;
      },
      { timeout: 180_000, every: 500 },
    ).catch((error) => {
      console.log(error.message);
      return null;
    });
    const lines = judge(who.map((p) => p.phone), recorder.counts(), await statesByPhone(client));
    const bad = failures(lines);
    console.table(rows);
    const count = (/** @type {string} */ verdict) => lines.filter((line) => line.verdict === verdict).length;
    console.table([
      {
        intended: leads, once: count("once"), in_doubt: count("in_doubt"), twice: count("twice"), missing: count("missing"), wrong: count("wrong"),
        "lines cut": recorder.taken().filter((e) => e.dropped).length, "look-ups": recorder.lookups, refused: recorder.refused.length,
        seconds: Math.round((performance.now() - begun) / 1000),
      },
    ]);
    for (const line of bad.slice(0, 20)) console.log(`FAILED ${line.phone}: ${line.verdict}, ${line.why}`);
    if (recorder.refused.length > 0) console.log(`refused: ${JSON.stringify(recorder.refused.slice(0, 3))}`);
    // A server that calls everything doubtful would never be wrong: at most what was under way at a kill, or was cut off, may be.
    const mayDoubt = kills * 10 + recorder.taken().filter((e) => e.dropped).length;
    const whole = [
      count("in_doubt") > mayDoubt ? `${count("in_doubt")} are in doubt, and at most ${mayDoubt} can be` : null,
      last ? null : "the campaign never came to rest",
      recorder.refused.length ? "requests were refused by the peer" : null,
    ].filter(Boolean);
    for (const reason of whole) console.log(`FAILED ${reason}`);
    console.log(`seed ${options.seed}; journal ${recorder.file}`);
    const failed = bad.length + whole.length;
    console.log(`kill-test: ${lines.length - bad.length} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
    if (failed > 0) console.log(`--- last lines of the server ---\n${server.program?.tail(40)}`);
  } finally {
    await server.remove();
    await recorder.stop();
    await prism?.stop();
  }
}

main().catch((error) => {
  console.error(error);
  console.log("kill-test: 0 passed, 1 failed");
  process.exit(1);
});
