// How the browser tests run: a file in each worker, with a server of its own, in an installed Chromium.
import { execFileSync } from "node:child_process";
import { defineConfig } from "@playwright/test";

/** Any Chromium that the machine has; Playwright downloads none. */
function chromium(): string | undefined {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

export default defineConfig({
  testDir: ".",
  outputDir: "results",
  globalSetup: "./support/template.ts",
  // Two on two cores: a browser and its server wait for each other most of the time.
  workers: Number(process.env.E2E_WORKERS ?? 2),
  // Each file in one worker, in the order it is written; after a failure the rest of it goes on with a new server.
  fullyParallel: false,
  // What passes on its second try is flaky: named, and only so many are borne (support/closing-line.ts).
  retries: 1,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["./support/closing-line.ts"]],
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    screenshot: "only-on-failure",
    // Written on the second try only: it takes a fifth of a test's time.
    trace: "on-first-retry",
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: chromium(),
      args: [
        "--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--no-first-run", "--disable-domain-reliability",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
      ],
    },
  },
});
