// The receiving end: a small server in front of Prism that counts what truly arrived. It forwards every request to Prism, insists
// that Prism takes it, writes it down, and only then answers. Not here: validation of its own beyond "no unknown field" and
// "some sender and some content", which Twilio's description cannot say.
//
// Ours, and not a third party's: unique ids, the answers to look-ups (made from the journal, in Twilio's list shape), the faults.
// @ts-check
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { tempFolder } from "../run/process.mjs";

/**
 * One request that was taken.
 * @typedef {{ n: number, at: string, method: string, path: string, kind: "message" | "call" | "content" | "other",
 *   form: Record<string, string>, sid: string, validated: boolean, dropped: boolean }} Entry
 */

/**
 * What goes wrong on purpose. `delay`: milliseconds between writing down and answering. `drop`: says whether to cut the line after
 * writing down, so that the caller cannot know. `refuse`: an answer to give instead, before anything is forwarded or counted.
 * @typedef {{ delay: number, drop: (entry: Entry) => boolean, refuse: (form: Record<string, string>, path: string) => { status: number, body: unknown } | null }} Faults
 */

/** @type {Faults} */
const noFaults = { delay: 0, drop: () => false, refuse: () => null };

/** @param {http.IncomingMessage} request @returns {Promise<string>} */
const bodyOf = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
};

const hex = (/** @type {number} */ n) => n.toString(16).padStart(8, "0") + [...Array(24)].map(() => Math.floor(Math.random() * 16).toString(16)).join("");

/** Twilio writes times as in RFC 2822. @param {string} iso */
const twilioTime = (iso) => new Date(iso).toUTCString().replace("GMT", "+0000");

export class Recorder {
  /** @param {{ prism?: { url: string, known: { path: RegExp, fields: Set<string> }[] } | null, content?: { url: string } | null, journal?: string }} options */
  constructor({ prism = null, content = null, journal } = {}) {
    this.prism = prism;
    this.content = content;
    this.file = journal ?? path.join(tempFolder("recorder"), "journal.jsonl");
    /** @type {Entry[]} */
    this.entries = fs.existsSync(this.file) ? fs.readFileSync(this.file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)) : [];
    /** Requests that were not taken: by Prism, by us, or on purpose. @type {{ path: string, status: number, why: string }[]} */
    this.refused = [];
    /** @type {Faults} */
    this.faults = { ...noFaults };
    this.lookups = 0;
    /** Requests that came and were not answered yet. */
    this.open = 0;
    this.url = "";
    this.server = http.createServer((request, response) => {
      this.open += 1;
      response.on("close", () => {
        this.open -= 1;
      });
      this.answer(request, response).catch((error) => {
        this.refused.push({ path: request.url ?? "", status: 502, why: String(error) });
        if (!response.headersSent) response.writeHead(502).end();
      });
    });
    // A client that keeps its connection while we wait for a slow test must not be hung up on.
    this.server.keepAliveTimeout = 60_000;
  }

  /** Listens on a free port. */
  async start() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", () => resolve(undefined)));
    const { port } = /** @type {import("node:net").AddressInfo} */ (this.server.address());
    this.url = `http://127.0.0.1:${port}`;
    return this;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** What was taken, oldest first. @param {Entry["kind"]} [kind] @returns {Entry[]} */
  taken(kind) {
    return kind ? this.entries.filter((entry) => entry.kind === kind) : this.entries;
  }

  /** How often each value of `To` was taken. @returns {Map<string, number>} */
  counts() {
    const counts = new Map();
    for (const { form, kind } of this.entries) if (kind === "message" || kind === "call") counts.set(form.To, (counts.get(form.To) ?? 0) + 1);
    return counts;
  }

  /** Everything goes well again. */
  heal() {
    this.faults = { ...noFaults };
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  async answer(request, response) {
    const url = new URL(request.url ?? "/", this.url || "http://x");
    const raw = await bodyOf(request);
    const method = request.method ?? "GET";
    const type = request.headers["content-type"] ?? "";
    const form = type.startsWith("application/x-www-form-urlencoded") ? Object.fromEntries(new URLSearchParams(raw)) : {};
    const kind = kindOf(url.pathname);
    const say = (/** @type {number} */ status, /** @type {unknown} */ body) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const refuse = (/** @type {number} */ status, /** @type {string} */ why, /** @type {unknown} */ body) => {
      this.refused.push({ path: url.pathname, status, why });
      say(status, body);
    };

    const wanted = method === "POST" ? this.faults.refuse(form, url.pathname) : null;
    if (wanted) return refuse(wanted.status, "on purpose", wanted.body);

    const validated = await this.validate(method, url, request, raw, kind);
    if (validated.status >= 400) return refuse(validated.status, validated.why, validated.body);
    if (method === "GET") {
      this.lookups += 1;
      return this.lookUp(url, validated.body, say);
    }
    const unfit = method === "POST" && this.prism ? unfitness(this.prism.known, url.pathname, form, kind) : null;
    if (unfit) return refuse(400, unfit, { code: 21601, message: unfit, status: 400 });

    /** @type {Entry} */
    const entry = {
      n: this.entries.length + 1, at: new Date().toISOString(), method, path: url.pathname, kind,
      form: kind === "content" ? { json: raw } : form, sid: "", validated: validated.status !== 0, dropped: false,
    };
    entry.sid = prefixOf(kind, form) + hex(entry.n);
    entry.dropped = this.faults.drop(entry);
    this.entries.push(entry);
    fs.appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
    if (this.faults.delay) await new Promise((resolve) => setTimeout(resolve, this.faults.delay));
    if (entry.dropped) return void response.destroy();
    say(validated.status || 201, kind === "other" ? validated.body : this.twilio(entry, validated.body));
  }

  /** The resource as Twilio shows it; a message made from a template shows its text. @param {Entry} entry @param {any} example */
  twilio(entry, example) {
    const content = entry.form.ContentSid && this.entries.find((e) => e.sid === entry.form.ContentSid);
    const body = content ? Object.values(JSON.parse(content.form.json).types)[0]?.body ?? "" : "";
    const values = JSON.parse(entry.form.ContentVariables || "{}");
    return asTwilio(entry, example, body.replace(/\{\{(\w+)\}\}/g, (/** @type {string} */ _, /** @type {string} */ name) => values[name] ?? ""));
  }

  /**
   * Prism's opinion. Status 0 means that there is no Prism and nobody was asked.
   * @param {string} method @param {URL} url @param {http.IncomingMessage} request @param {string} raw @param {Entry["kind"]} kind
   */
  async validate(method, url, request, raw, kind) {
    const peer = kind === "content" ? this.content : this.prism;
    if (!peer) return { status: 0, why: "", body: {} };
    /** @type {Record<string, string>} */
    const headers = { "content-type": request.headers["content-type"] ?? "", accept: "application/json" };
    if (request.headers.authorization) headers.authorization = request.headers.authorization;
    if (!raw) delete headers["content-type"];
    const answer = await fetch(peer.url + url.pathname + url.search, { method, headers, body: raw || undefined });
    const text = await answer.text();
    /** @type {any} */
    let body = {};
    try {
      body = JSON.parse(text);
    } catch {
      // A 204 has no body.
    }
    const wanted = kind === "message" || kind === "call" ? (method === "POST" ? 201 : 200) : answer.status;
    if (answer.status < 400 && answer.status !== wanted) return { status: 502, why: `Prism answered ${answer.status}, not ${wanted}`, body };
    return { status: answer.status, why: text.slice(0, 400), body };
  }

  /** Look-ups see what was written down, and nothing else. @param {URL} url @param {any} example @param {(status: number, body: unknown) => void} say */
  lookUp(url, example, say) {
    const one = url.pathname.match(/\/(Messages|Calls)\/([A-Z]{2}[0-9a-f]{32})\.json$/);
    if (one) {
      const entry = this.entries.find((e) => e.sid === one[2]);
      return entry ? say(200, this.twilio(entry, example)) : say(404, { code: 20404, message: "not found", status: 404 });
    }
    const list = url.pathname.match(/\/(Messages|Calls)\.json$/);
    if (!list) return say(200, example);
    const ask = (/** @type {string} */ name) => url.searchParams.get(name);
    const since = ask("DateSent>") ?? ask("DateSentAfter") ?? ask("StartTime>");
    const found = this.entries
      .filter((e) => e.kind === (list[1] === "Messages" ? "message" : "call"))
      .filter((e) => (!ask("To") || e.form.To === ask("To")) && (!ask("From") || e.form.From === ask("From")))
      .filter((e) => !since || new Date(e.at).getTime() >= new Date(since).getTime())
      .reverse()
      .slice(0, Number(ask("PageSize") ?? 50))
      .map((entry) => this.twilio(entry, {}));
    return say(200, {
      [list[1].toLowerCase()]: found, page: 0, page_size: Number(ask("PageSize") ?? 50), start: 0, end: Math.max(found.length - 1, 0),
      uri: url.pathname + url.search, first_page_uri: url.pathname + url.search, next_page_uri: null, previous_page_uri: null,
    });
  }
}

/** @param {string} pathname @returns {Entry["kind"]} */
function kindOf(pathname) {
  if (/\/Messages(\/[^/]+)?\.json$/.test(pathname)) return "message";
  if (/\/Calls(\/[^/]+)?\.json$/.test(pathname)) return "call";
  return pathname.startsWith("/v1/") ? "content" : "other";
}

/** @param {Entry["kind"]} kind @param {Record<string, string>} form */
const prefixOf = (kind, form) => ({ message: form.MediaUrl ? "MM" : "SM", call: "CA", content: "HX", other: "XX" })[kind];

/**
 * What Twilio refuses and its description cannot say: a misspelt field, no sender, nothing to say.
 * @param {{ path: RegExp, fields: Set<string> }[]} known @param {string} pathname @param {Record<string, string>} form @param {Entry["kind"]} kind
 */
function unfitness(known, pathname, form, kind) {
  const fields = known.find((k) => k.path.test(pathname))?.fields;
  const stranger = fields && Object.keys(form).find((name) => !fields.has(name));
  if (stranger) return `unknown field ${stranger}`;
  if (kind === "message" && !form.From && !form.MessagingServiceSid) return "a message needs From or MessagingServiceSid";
  if (kind === "message" && !form.Body && !form.MediaUrl && !form.ContentSid) return "a message needs Body, MediaUrl or ContentSid";
  if (kind === "call" && !form.Url && !form.Twiml && !form.ApplicationSid) return "a call needs Url, Twiml or ApplicationSid";
  return null;
}

/** Prism's example with what makes this one unique. @param {Entry} entry @param {any} example @param {string} text what a template came to */
function asTwilio(entry, example, text) {
  const at = twilioTime(entry.at);
  if (entry.kind === "content") return { ...example, sid: entry.sid };
  const common = { ...example, sid: entry.sid, to: entry.form.To, from: entry.form.From ?? null, status: "queued", date_created: at, date_updated: at };
  if (entry.kind === "call") return { ...common, direction: "outbound-api", start_time: at, uri: entry.path.replace(".json", `/${entry.sid}.json`) };
  return {
    ...common, body: entry.form.Body ?? text, date_sent: at, direction: "outbound-api", error_code: null, error_message: null,
    uri: entry.path.replace(".json", `/${entry.sid}.json`),
  };
}
