// Where one spec file sits: its own server, one window with somebody signed in, and a client of the API. No test builds on another: each
// makes what it needs, and after a failure the rest of the file goes on with a new server. Whatever a test leaves on the console fails it; a
// failed one leaves a picture and the last lines of the server.
// Not here: what a page's noise is (page.ts), how a server is started (run/server.mjs).
import { expect, test, type Page } from "@playwright/test";
import { watch } from "./page";
import { type Client, operator, signIn, signedIn, startServer, type Server } from "./server";

export interface Desk {
  server: Server;
  client: Client;
  page: Page;
  /** What went wrong behind the page since the last test; a test that expects some takes it out. */
  noise: string[];
}

interface Wanted {
  /** The name of the server's folder. */
  name: string;
  /** What the server is told; a function may start peers first. */
  env?: Record<string, string> | (() => Promise<Record<string, string>>);
  /** How high the window is; it is 1280 wide. */
  height?: number;
}

/** Call at the top of a spec file. `begin` takes what the file needs and makes what its tests begin with; `end` stops what `env` started. */
export function desk({ name, env = {}, height = 800 }: Wanted, begin: (at: Desk) => unknown, end: () => unknown = () => {}): void {
  let server: Server | undefined;
  let page: Page | undefined;
  let noise: string[] = [];

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(180_000);
    const told = typeof env === "function" ? await env() : env;
    server = await startServer({ name, env: told });
    const context = await browser.newContext({ viewport: { width: 1280, height } });
    page = await context.newPage();
    noise = watch(page);
    await signIn(page, server);
    await begin({ server, client: await signedIn(server.url, operator), page, noise });
  });
  test.afterEach(async ({}, info) => {
    if (info.status !== info.expectedStatus) {
      await page?.screenshot({ path: info.outputPath("last.png") });
      console.log(server?.program?.tail(20));
    }
    // The window of one test is not that of the next.
    await page?.setViewportSize({ width: 1280, height });
    await page?.emulateMedia({ colorScheme: null });
    expect(noise.splice(0), "errors behind the page").toEqual([]);
  });
  test.afterAll(async () => {
    await page?.context().close();
    await server?.remove();
    await end();
  });
}
