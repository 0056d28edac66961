// A black-box client of the HTTP API: what a stranger with curl would do, in a few words each.
// Not here: what the answers should be (the spec files and bench/kill say that).
// @ts-check

/** An answer, read to its end. @typedef {{ status: number, headers: Headers, text: string, json: any }} Answer */

/** @param {Response} response @returns {Promise<Answer>} */
async function read(response) {
  const text = await response.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** One signed-in client. */
export class Client {
  /** @param {string} base the server's address @param {string} [token] a bearer token */
  constructor(base, token) {
    this.base = base;
    this.token = token;
  }

  /** Any request. @param {string} method @param {string} path @param {RequestInit} [init] */
  async ask(method, path, init = {}) {
    const headers = new Headers(init.headers);
    if (this.token) headers.set("authorization", `Bearer ${this.token}`);
    return read(await fetch(this.base + path, { method, redirect: "manual", ...init, headers }));
  }

  /** @param {string} path */
  get(path) {
    return this.ask("GET", path);
  }

  /** A change with a JSON body. @param {string} method @param {string} path @param {unknown} [body] */
  send(method, path, body) {
    const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    return this.ask(method, path, json);
  }

  /** @param {string} path @param {unknown} [body] */
  post(path, body) {
    return this.send("POST", path, body);
  }

  /** As a form. @param {string} path @param {Record<string, string> | string} fields @param {Record<string, string>} [headers] */
  form(path, fields, headers = {}) {
    const body = typeof fields === "string" ? fields : new URLSearchParams(fields).toString();
    return this.ask("POST", path, { body, headers: { "content-type": "application/x-www-form-urlencoded", ...headers } });
  }

  /** A file as `multipart/form-data`. @param {string} path @param {string} name @param {BlobPart} content @param {Record<string, string>} [more] */
  upload(path, name, content, more = {}) {
    const form = new FormData();
    for (const [key, value] of Object.entries(more)) form.set(key, value);
    form.set("file", new Blob([content], { type: "text/csv" }), name);
    return this.ask("POST", path, { body: form });
  }

  /** The answer's JSON, or an error that shows what came instead. @param {Promise<Answer>} answer @param {number} status */
  async must(answer, status) {
    const got = await answer;
    if (got.status !== status) throw new Error(`expected ${status}, got ${got.status}: ${got.text.slice(0, 800)}`);
    return got.json;
  }

  /** Every item of a list, page by page. @param {string} path */
  async all(path) {
    const items = [];
    for (let page = 1; ; page += 1) {
      const join = path.includes("?") ? "&" : "?";
      const part = await this.must(this.get(`${path}${join}page=${page}&page_size=100`), 200);
      items.push(...part.items);
      if (page >= part.total_pages) return items;
    }
  }
}

/** Signs in as a black-box client does. @param {string} base @param {{ email: string, password: string }} who */
export async function signedIn(base, who) {
  const open = new Client(base);
  const { token } = await open.must(open.post("/api/auth/login", who), 200);
  return new Client(base, token);
}
