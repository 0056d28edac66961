// What an agent knows and which webhooks it may call, by clicking, in a real browser: files of every kind that is read, pages of the web,
// states and reasons, the search that the agent itself does, and a secret that is never shown again. Pages and webhooks come from a server of
// this file's own: that one address is allowed, every other one in our own network is refused by our guard.
// Any error on the console fails the test it happens in. Each test has an agent of its own.
// Pages: agents.
import fs from "node:fs";
import http, { type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { type Client, hydrated, type Server } from "./support/server";
import { desk } from "./support/desk";
import { root, until } from "./run/process.mjs";

const file = (name: string) => path.join(root, "end2end/files", name);
const text = (name: string, mimeType: string, content: string) => ({ name, mimeType, buffer: Buffer.from(content) });
/** What an agent is taught, by category: files of every kind that is read. */
const kinds = {
  products: [
    text("delivery.txt", "text/plain", "Parcels to islands take nine working days."),
    text("returns.md", "text/markdown", "# Returns\n\nUnopened goods can be returned within thirty days."),
    text("team.html", "text/html", "<title>Team</title><h1>Team</h1><p>The foreman of the workshop is Henrik.</p><script>alert(1)</script>"),
    text("parts.csv", "text/csv", "part,price\nValve,12 dollars\nGasket,3 dollars\n"),
  ],
  general: ["warranty.docx", "prices.pdf", "manual.zip", "scan.pdf"],
};
let server: Server;
let client: Client;
let page: Page;
let noise: string[];
let peer: http.Server;
let site: string;
/** What the peer shows at `/help`; none while it has no such page. */
let help: string | null = null;
/** Another one, at an address that nobody allowed; it must never be asked. */
let forbidden: http.Server;
let asked = 0;
/** What the peer was sent. */
const calls: { headers: IncomingMessage["headers"]; body: string; path: string }[] = [];

const addressOf = (listener: http.Server) => `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;

desk(
  {
    name: "knowledge",
    height: 900,
    env: async () => {
      peer = http.createServer((request, response) => {
        let body = "";
        request.on("data", (part) => (body += part));
        request.on("end", () => {
          if (request.method === "GET") {
            response.writeHead(help ? 200 : 404, { "content-type": "text/html" }).end(help ?? "<p>not here</p>");
            return;
          }
          calls.push({ headers: request.headers, body, path: request.url ?? "" });
          response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ slots: [{ at: "Tuesday at ten" }], internal: "x" }));
        });
      });
      forbidden = http.createServer((_request, response) => {
        asked += 1;
        response.writeHead(200, { "content-type": "text/html" }).end("<p>inside</p>");
      });
      for (const each of [peer, forbidden]) await new Promise<void>((ready) => each.listen(0, "127.0.0.1", ready));
      site = addressOf(peer);
      return { ALLOW_PRIVATE_ADDRESSES: new URL(site).host };
    },
  },
  (at) => ({ server, client, page, noise } = at),
  () => {
    for (const each of [peer, forbidden]) {
      each?.closeAllConnections();
      each?.close();
    }
  },
);

const drawer = () => page.getByRole("dialog", { name: / · version \d+$/ });
const documents = () => drawer().getByRole("list", { name: "Documents" });
const line = (title: string) => documents().getByRole("listitem").filter({ hasText: title });
const told = (words: RegExp) => expect(page.getByRole("status", { name: "Notifications" }).getByText(words).last()).toBeVisible();

async function open(agent: string, section: string) {
  await page.goto(`${server.url}/agents?edit=${agent}&section=${section}`);
  await hydrated(page);
  await expect(drawer().getByRole("region", { name: new RegExp(section, "i") }).first()).toBeVisible();
}

/** Makes an agent and gives its id. */
async function made(name: string): Promise<string> {
  return (await client.must(client.post("/api/agents", { name, prompt: `You are ${name}. Answer in one sentence.` }), 201)).id;
}

/** Makes an agent that has read these files, each given with its category, or as many as could be read, and gives its id. */
async function taught(name: string, files: [category: string, name: string, content: Buffer][]): Promise<string> {
  const agent = await made(name);
  for (const [category, name, content] of files) await client.must(client.upload(`/api/agents/${agent}/knowledge`, name, content, { category }), 201);
  await until("the files to be read", async () => {
    const { items } = await client.must(client.get(`/api/agents/${agent}/knowledge`), 200);
    return items.every((document: { state: string }) => ["ready", "failed"].includes(document.state));
  });
  return agent;
}

/** All of `kinds`; `elsewhere` says which are in another category. */
const everyKind = (elsewhere: Record<string, string> = {}) => [
  ...kinds.products.map(({ name, buffer }): [string, string, Buffer] => [elsewhere[name] ?? "products", name, buffer]),
  ...kinds.general.map((name): [string, string, Buffer] => [elsewhere[name] ?? "general", name, fs.readFileSync(file(name))]),
];

/** A browser logs every refusal that a page asked for: these were, and nothing else. */
function refusalsWereLogged(...statuses: number[]) {
  expect(noise.splice(0).map((line) => Number(line.match(/status of (\d+)/)?.[1]))).toEqual(statuses);
}

/** Searches as the agent does, and gives what was found. */
async function search(question: string, category = "All categories") {
  const box = drawer().getByRole("region", { name: "Test retrieval" });
  await box.getByLabel("Question").fill(question);
  await box.getByLabel("Search in").selectOption({ label: category });
  const answered = page.waitForResponse((answer) => answer.url().includes("search_knowledge"));
  await box.getByRole("button", { name: "Search" }).click();
  await answered;
  return box.getByRole("list", { name: "Passages found" }).getByRole("listitem");
}

test("files of every kind come in, and each says how its reading went", async () => {
  await open(await made("Nora"), "knowledge");
  await expect(drawer().getByText("Nothing known yet")).toBeVisible();
  await drawer().getByRole("textbox", { name: /^Category/ }).fill("Products");
  await drawer().getByLabel("Add files").setInputFiles(kinds.products);
  for (const name of ["delivery.txt", "returns.md", "team.html", "parts.csv"]) await expect(line(name)).toContainText("Ready", { timeout: 30_000 });
  await drawer().getByRole("textbox", { name: /^Category/ }).fill("");
  await drawer().getByLabel("Add files").setInputFiles(kinds.general.map(file));
  for (const name of ["warranty.docx", "prices.pdf", "manual.zip"]) await expect(line(name)).toContainText("Ready", { timeout: 30_000 });
  await expect(line("returns.md")).toContainText("products");
  await expect(line("warranty.docx")).toContainText("general");
  await expect(line("manual.zip")).toContainText("2 passages");
  await expect(drawer().getByText(/^8 documents, \d+ passages$/)).toBeVisible();
});

test("what cannot be read says why, and so does what is refused at the door", async () => {
  const agent = await taught("Olga", everyKind().filter(([, name]) => ["delivery.txt", "scan.pdf"].includes(name)));
  await open(agent, "knowledge");
  await expect(line("scan.pdf")).toContainText("Failed", { timeout: 30_000 });
  await expect(line("scan.pdf")).toContainText("It holds no text; it is pictures.");
  await line("scan.pdf").getByRole("button", { name: "Read scan.pdf again" }).click();
  await told(/scan\.pdf is being read again/);
  await expect(line("scan.pdf")).toContainText("It holds no text; it is pictures.", { timeout: 30_000 });
  await drawer().getByLabel("Add files").setInputFiles([text("logo.png", "image/png", "\u0089PNG\r\n\u001a\n"), text("again.txt", "text/plain", "Parcels to islands take nine working days.")]);
  const sending = drawer().getByRole("list", { name: "Files being sent" });
  await expect(sending.getByRole("alert").filter({ hasText: "logo.png" })).toContainText("It holds no text; it is pictures.");
  await expect(sending.getByRole("alert").filter({ hasText: "again.txt" })).toContainText("The agent knows this file already");
  await sending.getByRole("button", { name: "Dismiss" }).first().click();
  await expect(sending.getByRole("alert")).toHaveCount(1);
  refusalsWereLogged(422, 409);
});

test("test retrieval gives the passages with their scores, from every kind of file", async () => {
  await open(await taught("Pia", everyKind()), "knowledge");
  for (const [question, from, words] of [
    ["How long do parcels to islands take?", "delivery.txt", "nine working days"],
    ["Can unopened goods be returned?", "returns.md", "thirty days"],
    ["Who is the foreman of the workshop?", "team.html", "Henrik"],
    ["What does a valve cost?", "parts.csv", "12 dollars"],
    ["How many years of warranty has a boiler?", "warranty.docx", "seven years"],
    ["What does the yearly service of a gas boiler cost?", "prices.pdf", "189 dollars"],
    ["Where is parking at the workshop?", "manual.zip", "yard behind"],
  ]) {
    const found = await search(question);
    const hit = found.filter({ hasText: from }).first();
    await expect(hit, question).toContainText(words);
    await expect(hit).toContainText(/\d+ %/);
    await expect(hit, "it says why").toContainText(/Why: .*same word: /);
  }
  await expect(await search("Do you sell submarines?")).toHaveCount(0);
  await expect(drawer().getByText("Nothing the agent knows fits this question", { exact: false })).toBeVisible();
});

test("categories narrow the list and the search, and a document can change its category", async () => {
  await open(await taught("Rosa", everyKind()), "knowledge");
  await drawer().getByLabel("Show category").selectOption("products");
  await expect(documents().getByRole("listitem")).toHaveCount(4);
  await expect(await search("What does the yearly service of a gas boiler cost?", "products")).not.toContainText(["189 dollars"]);
  await line("parts.csv").getByRole("button", { name: "Change the category of parts.csv" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the category" });
  await dialog.getByLabel("New category").fill("Prices");
  await dialog.getByRole("button", { name: "Change", exact: true }).click();
  await told(/parts\.csv is in prices now/);
  await expect(documents().getByRole("listitem")).toHaveCount(3);
  await drawer().getByLabel("Show category").selectOption("prices");
  await expect(documents().getByRole("listitem")).toHaveCount(1);
});

test("a document is deleted after a question, and is found no more", async () => {
  await open(await taught("Vera", everyKind({ "parts.csv": "prices" })), "knowledge");
  await drawer().getByLabel("Show category").selectOption("prices");
  await line("parts.csv").getByRole("button", { name: "Delete parts.csv" }).click();
  const question = page.getByRole("alertdialog", { name: "Delete this document?" });
  await expect(question).toContainText("parts.csv is deleted for good");
  await question.getByRole("button", { name: "Delete" }).click();
  await told(/parts\.csv is deleted/);
  await expect(drawer().getByText("Nothing in this category")).toBeVisible();
  await drawer().getByLabel("Show category").selectOption("");
  await expect(documents().getByRole("listitem")).toHaveCount(7);
  await expect((await search("What does a valve cost?")).filter({ hasText: "12 dollars" })).toHaveCount(0);
});

test("a page in our own network is refused in words", async () => {
  await open(await taught("Frida", everyKind().slice(0, 1)), "knowledge");
  const add = async (url: string) => {
    await drawer().getByLabel("Page address").fill(url);
    await drawer().getByRole("button", { name: "Add page" }).click();
  };
  await add(`${addressOf(forbidden)}/help`);
  await expect(drawer().getByText("The address leads into a private or reserved network.")).toBeVisible();
  await add("not an address");
  await expect(drawer().getByText(/^This is not an address/)).toBeVisible();
  await expect(documents().getByRole("listitem")).toHaveCount(1);
  expect(asked, "nobody knocked there").toBe(0);
  refusalsWereLogged(422, 422);
});

test("a page that may be called is read, says why when it is not there, and is fetched again", async () => {
  const agent = await taught("Berta", everyKind());
  await page.goto("about:blank");
  await server.stop();
  await server.start();
  await open(agent, "knowledge");
  await expect(documents().getByRole("listitem"), "nothing was lost").toHaveCount(8);
  await drawer().getByLabel("Page address").fill(`${site}/help`);
  await drawer().getByRole("button", { name: "Add page" }).click();
  await expect(line("/help")).toContainText("Failed", { timeout: 30_000 });
  await expect(line("/help")).toContainText("The page answered with status 404, so there is nothing to read.");
  help = "<title>Help desk</title><h1>Complaints</h1><p>Complaints are answered by Greta within two days.</p>";
  await line("/help").getByRole("button", { name: /^Fetch .* again$/ }).click();
  await expect(line("Help desk")).toContainText("Ready", { timeout: 30_000 });
  await expect((await search("Who answers complaints?")).first()).toContainText("Greta");
  help = help.replace("Greta", "Wilma");
  await line("Help desk").getByRole("button", { name: "Fetch Help desk again" }).click();
  await expect.poll(async () => (await search("Who answers complaints?")).first().textContent(), { timeout: 30_000 }).toContain("Wilma");
});

test("a webhook with a token: tried out, logged with its secret masked, never shown again", async () => {
  const agent = await made("Wanda");
  const booked = () => calls.filter((call) => call.path.startsWith("/book/"));
  await open(agent, "knowledge");
  await drawer().getByRole("link", { name: "Webhooks" }).click();
  await drawer().getByRole("button", { name: "Add a webhook" }).click();
  const form = drawer().getByRole("form", { name: "Webhook" });
  await form.getByRole("button", { name: "Save webhook" }).click();
  await expect(form.getByLabel("Name", { exact: true }), "what is missing is said").toHaveAttribute("aria-invalid", "true");
  await expect(form.getByLabel("Name", { exact: true }), "and the keyboard is there").toBeFocused();
  await expect(form.getByLabel("Name", { exact: true })).toBeInViewport();
  await form.getByLabel("Name", { exact: true }).fill("book_viewing");
  await form.getByLabel("Description", { exact: true }).fill("Books a viewing on a day that suits the lead.");
  await form.getByLabel("Address").fill(`${site}/book/{{lead.id}}`);
  await form.getByRole("button", { name: "Add an argument" }).click();
  await form.getByLabel("Argument 1", { exact: true }).fill("day");
  await form.getByRole("button", { name: "Add a value" }).click();
  await form.getByLabel("Value 1", { exact: true }).fill("time");
  await form.getByLabel("Path of value 1").fill("slots.0.at");
  await form.getByLabel(/^Bearer token/).fill("tok-never-again-4711");
  // Half a form is not lost by looking elsewhere, nor by closing unasked.
  await drawer().getByRole("link", { name: "History" }).click();
  await drawer().getByRole("link", { name: "Webhooks" }).click();
  await expect(form.getByLabel("Name", { exact: true })).toHaveValue("book_viewing");
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog", { name: "Discard your changes?" }).getByRole("button", { name: "Cancel" }).click();
  await form.getByRole("button", { name: "Save webhook" }).click();
  const hook = drawer().getByRole("listitem", { name: "Webhook book_viewing" });
  await expect(hook.getByText("Bearer token")).toBeVisible();

  await hook.getByRole("button", { name: "Send a test call to book_viewing" }).click();
  const report = hook.getByRole("region", { name: "Result of the test call" });
  await expect(report.getByText("It was taken")).toBeVisible({ timeout: 30_000 });
  await expect(report).toContainText("Tuesday at ten");
  const listed = page.waitForResponse((answer) => answer.url().includes("list_actions"));
  await client.must(client.send("PUT", `/api/agents/${agent}`, { name: "Wanda", prompt: "You are Wanda. Answer in two sentences." }), 200);
  await listed;
  await expect(report, "a change of the agent asks for the list again, and the result stays").toContainText("Tuesday at ten");
  expect(booked()).toHaveLength(1);
  expect(booked()[0].headers.authorization).toBe("Bearer tok-never-again-4711");
  expect(booked()[0].path).toMatch(/^\/book\/./);
  await page.reload();
  await hydrated(page);
  await hook.getByRole("button", { name: "Edit book_viewing" }).click();
  await expect(form.getByLabel(/^Bearer token/)).toHaveValue("");
  await form.getByLabel("Description", { exact: true }).fill("Books a viewing.");
  await form.getByRole("button", { name: "Save webhook" }).click();
  await expect(hook).toContainText("Books a viewing.");
  await hook.getByRole("button", { name: "Send a test call to book_viewing" }).click();
  await expect.poll(() => booked().length).toBe(2);
  expect(booked()[1].headers.authorization, "saving the rest keeps the token").toBe("Bearer tok-never-again-4711");
  expect(await page.content()).not.toContain("never-again");
  expect((await client.get(`/api/agents/${agent}/actions`)).text).not.toContain("never-again");
  expect(server.logs()).not.toContain("never-again");
});

test("a webhook goes away after a question", async () => {
  const agent = await made("Tess");
  await client.must(client.post(`/api/agents/${agent}/actions`, { name: "book_viewing", description: "x", url: `${site}/gone`, token: "tok-4712" }), 201);
  await open(agent, "webhooks");
  await drawer().getByRole("button", { name: "Delete book_viewing" }).click();
  await page.getByRole("alertdialog", { name: "Delete book_viewing?" }).getByRole("button", { name: "Delete" }).click();
  await expect(drawer().getByText("No webhooks")).toBeVisible();
});
