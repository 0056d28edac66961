// The outside at its worst: a web, webhooks and a model that were made to hurt. One server; the path or the model's name says how.
// Not here: what the product has to make of it (hostile-*.spec.ts).
// @ts-check
import http from "node:http";

/** Megabytes of nothing. @param {number} count */
const megabytes = (count) => count * 1024 * 1024;
const block = Buffer.alloc(64 * 1024, "a");

/**
 * One call of the model; `sent` says how many bytes went out on its line.
 * @typedef {{ model: string, body: any, closed: boolean, answered: boolean, sent: () => number }} Call
 */

/** Writes again and again until the other side has had enough. @param {http.ServerResponse} response @param {string | Buffer} piece @param {number} [most] bytes */
function pour(response, piece, most = Infinity) {
  let sent = 0;
  const more = () => {
    while (!response.destroyed && sent < most) {
      sent += piece.length;
      if (!response.write(piece)) return void response.once("drain", more);
    }
    response.end();
  };
  more();
}

/** @param {http.IncomingMessage} request */
async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

const chunk = (/** @type {unknown} */ delta, /** @type {string | null} */ finish = null) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

export class Hostile {
  constructor() {
    /** @type {Call[]} */
    this.calls = [];
    /** What was asked of the web and the webhooks: method and path. @type {string[]} */
    this.asked = [];
    this.server = http.createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    this.url = "";
    this.port = 0;
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", () => resolve(undefined)));
    this.port = /** @type {import("node:net").AddressInfo} */ (this.server.address()).port;
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** What a model was asked. @param {string} model */
  of(model) {
    return this.calls.filter((call) => call.model === model);
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  async answer(request, response) {
    const url = new URL(request.url ?? "/", this.url);
    if (url.pathname === "/v1/chat/completions") return this.model(JSON.parse(await bodyOf(request)), response);
    this.asked.push(`${request.method} ${url.pathname}`);
    await bodyOf(request);
    const html = (/** @type {string} */ text) => response.writeHead(200, { "content-type": "text/html" }).end(text);
    switch (url.pathname.split("/").pop()) {
      case "page":
        return html("<title>Orchard</title><p>The orchard gate opens at nine and closes at sunset.</p>");
      case "away":
        return response.writeHead(302, { location: url.searchParams.get("to") ?? "/" }).end();
      case "circle":
        return response.writeHead(302, { location: url.pathname }).end();
      case "announced":
        response.writeHead(200, { "content-type": "text/html", "content-length": String(megabytes(200)) });
        return pour(response, block, megabytes(200));
      case "big":
        response.writeHead(200, { "content-type": "application/json", "content-length": String(megabytes(50)) });
        return pour(response, block, megabytes(50));
      case "endless":
        response.writeHead(200, { "content-type": "text/html" });
        return pour(response, block);
      case "silent":
        return;
      case "drip":
        response.writeHead(200, { "content-type": "text/html" });
        return this.drip(response);
      case "html":
        return html("<html><body><h1>Welcome</h1><script>alert(1)</script></body></html>");
      default:
        return response.writeHead(404).end();
    }
  }

  /** A byte now and then, for ever. @param {http.ServerResponse} response */
  drip(response) {
    const timer = setInterval(() => response.write("a"), 200);
    response.on("close", () => clearInterval(timer));
  }

  /** @param {any} body @param {http.ServerResponse} response */
  model(body, response) {
    /** @type {Call} */
    const call = { model: body.model, body, closed: false, answered: false, sent: () => response.socket?.bytesWritten ?? 0 };
    this.calls.push(call);
    response.on("close", () => {
      call.closed = !response.writableFinished;
    });
    const end = (/** @type {string} */ text) => {
      call.answered = true;
      response.end(text);
    };
    const says = (/** @type {string} */ content) => {
      if (body.stream) {
        response.writeHead(200, { "content-type": "text/event-stream" });
        return end(`${chunk({ role: "assistant", content })}${chunk({}, "stop")}data: [DONE]\n\n`);
      }
      response.writeHead(200, { "content-type": "application/json" });
      const message = { role: "assistant", content };
      return end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: "stop" }], usage: { prompt_tokens: 9, completion_tokens: 3 } }));
    };
    const uses = (/** @type {string} */ name, /** @type {string} */ given) => {
      const tool_calls = [{ index: 0, id: `call_${this.calls.length}`, type: "function", function: { name, arguments: given } }];
      if (body.stream) {
        response.writeHead(200, { "content-type": "text/event-stream" });
        return end(`${chunk({ role: "assistant", tool_calls })}${chunk({}, "tool_calls")}data: [DONE]\n\n`);
      }
      response.writeHead(200, { "content-type": "application/json" });
      return end(JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content: null, tool_calls }, finish_reason: "tool_calls" }] }));
    };
    const typed = body.response_format !== undefined;
    switch (body.model) {
      case "kind":
        return says("We open at nine.");
      case "half-json":
        return says(typed ? '{"reason": "it is fi' : "We open at nine.");
      case "half-call":
        return uses("search_knowledge_base", '{"query": "orch');
      case "loops":
        return uses("search_knowledge_base", JSON.stringify({ query: "orchard gate" }));
      case "obeys":
        // Does whatever the person says: asks for the tool that the message gave it.
        return this.of("obeys").length % 2 === 1 ? uses("send_money", '{"to": "me"}') : says("We open at nine.");
      case "endless":
        response.writeHead(200, { "content-type": "text/event-stream" });
        return pour(response, chunk({ content: "again and again ".repeat(1_000) }));
      case "endless-whole":
        response.writeHead(200, { "content-type": "application/json" });
        response.write("{");
        return pour(response, Buffer.alloc(64 * 1024, " "));
      case "slow":
        response.writeHead(200, { "content-type": body.stream ? "text/event-stream" : "application/json" });
        if (body.stream) response.write(chunk({ role: "assistant", content: "One" }));
        return;
      case "page":
        return response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in to the hotel's network</html>");
      default:
        return response.writeHead(404, { "content-type": "application/json" }).end('{"error":{"message":"no such model","type":"invalid_request_error","code":"model_not_found"}}');
    }
  }
}
