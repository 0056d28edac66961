// A validating mock of a provider, made from the provider's own API description by Prism, which nobody here wrote.
// Not here: counting, unique ids, faults (recorder.mjs stands in front for that).
// @ts-check
import fs from "node:fs";
import path from "node:path";
import { Program, freePort, npmBin, root, tempFolder, until } from "../run/process.mjs";

/** Where the official API descriptions lie; they are not part of the project. */
export const contracts = path.resolve(root, process.env.CONTRACT_SPECS ?? "../shared/contracts");

/** Why the peers cannot be started here, or null. */
export const noSpecs = () =>
  fs.existsSync(path.join(contracts, "twilio_api_v2010.json"))
    ? null
    : `skipped: no specs (Twilio's API description is not at ${contracts}; set CONTRACT_SPECS)`;

/**
 * Makes a description as strict as its authors meant it. Mechanical: no operation is edited by hand.
 * @param {any} spec
 */
export function harden(spec) {
  let changes = 0;
  const walk = (/** @type {any} */ node) => {
    if (!node || typeof node !== "object") return;
    // `nullable` without `type` makes the whole schema fail to compile, and Prism then waves everything through.
    if (typeof node.nullable === "boolean" && node.type === undefined && !node.$ref) {
      delete node.nullable;
      changes += 1;
    }
    Object.values(node).forEach(walk);
  };
  walk(spec);
  for (const item of Object.values(spec.paths)) {
    for (const operation of Object.values(/** @type {any} */ (item))) {
      const form = operation?.requestBody?.content?.["application/x-www-form-urlencoded"];
      if (!form?.schema) continue;
      const encoding = (form.encoding ??= {});
      for (const [name, property] of Object.entries(form.schema.properties ?? {})) {
        // Without this a single value of an array field is refused although Twilio takes it.
        if (/** @type {any} */ (property).type === "array") {
          encoding[name] = { style: "form", explode: true };
          changes += 1;
        }
      }
      form.schema.additionalProperties = false;
      changes += 1;
    }
  }
  return changes;
}

/** Twilio's form fields per path, from the description: Prism drops unknown fields before it checks, so we check them. @param {any} spec */
export function knownFields(spec) {
  /** @type {{ path: RegExp, fields: Set<string> }[]} */
  const known = [];
  for (const [template, item] of Object.entries(spec.paths)) {
    const form = /** @type {any} */ (item).post?.requestBody?.content?.["application/x-www-form-urlencoded"];
    if (!form?.schema?.properties) continue;
    const pattern = template.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "[^/]+");
    known.push({ path: new RegExp(`^${pattern}$`), fields: new Set(Object.keys(form.schema.properties)) });
  }
  return known;
}

/**
 * Starts Prism on one hardened description.
 * @param {string} file its name among the contracts
 */
export async function startPrism(file) {
  const spec = JSON.parse(fs.readFileSync(path.join(contracts, file), "utf8"));
  harden(spec);
  const folder = tempFolder("prism");
  const hardened = path.join(folder, file);
  fs.writeFileSync(hardened, JSON.stringify(spec));
  const port = await freePort();
  // Without --errors: Twilio's own examples break its description in the answers (`format: uri`).
  const program = new Program("prism", process.execPath, [npmBin("@stoplight/prism-cli", "prism"), "mock", "-h", "127.0.0.1", "-p", String(port), hardened]);
  await until(
    "Prism",
    () => {
      program.mustRun();
      return program.output.includes("Prism is listening");
    },
    { timeout: 60_000 },
  );
  return {
    url: `http://127.0.0.1:${port}`,
    known: knownFields(spec),
    async stop() {
      await program.stop(2_000);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A made-up account, in the shape that the description asks for. */
export const account = { sid: `AC${"5".repeat(32)}`, token: "0123456789abcdef0123456789abcdef", number: "+15005550006" };

/** @param {string} sid @param {string} token */
export const basic = (sid, token) => `Basic ${Buffer.from(`${sid}:${token}`).toString("base64")}`;

/** Requests that Twilio refuses. A peer that takes one of them is kinder than the provider and proves nothing. */
const knownBad = [
  { name: "a message without To", path: "Messages.json", form: { From: account.number, Body: "x" }, want: 422 },
  { name: "a message with a word for a number of seconds", path: "Messages.json", form: { To: "+15550100001", ValidityPeriod: "soon" }, want: 422 },
  { name: "a message without an account", path: "Messages.json", form: { To: "+15550100001", Body: "x" }, auth: false, want: 401 },
  { name: "a message as JSON", path: "Messages.json", json: { To: "+15550100001", Body: "x" }, want: 415 },
  { name: "a call without From", path: "Calls.json", form: { To: "+15550100001", Twiml: "<Response/>" }, want: 422 },
  { name: "a call without To", path: "Calls.json", form: { From: account.number, Twiml: "<Response/>" }, want: 422 },
  { name: "a call without an account", path: "Calls.json", form: { To: "+15550100001", From: account.number }, auth: false, want: 401 },
  { name: "a call as JSON", path: "Calls.json", json: { To: "+15550100001", From: account.number }, want: 415 },
  { name: "a malformed account", path: "Messages.json", form: { To: "+15550100001", Body: "x" }, sid: "AC1", want: 422 },
];

/**
 * Sends every known-bad request and gives the ones that were taken, as sentences.
 * @param {string} url Prism itself, or the recorder in front of it
 */
export async function leniences(url) {
  const wrong = [];
  for (const bad of knownBad) {
    /** @type {Record<string, string>} */
    const headers = { "content-type": bad.json ? "application/json" : "application/x-www-form-urlencoded" };
    if (bad.auth !== false) headers.authorization = basic(account.sid, account.token);
    const body = bad.json ? JSON.stringify(bad.json) : new URLSearchParams(bad.form).toString();
    const answer = await fetch(`${url}/2010-04-01/Accounts/${bad.sid ?? account.sid}/${bad.path}`, { method: "POST", headers, body });
    await answer.text();
    if (answer.status !== bad.want) wrong.push(`${bad.name}: ${answer.status} instead of ${bad.want}`);
  }
  return wrong;
}
