// How the browser tests run: one worker, in the order of the file names below, in an installed Chromium.
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

/** The peers first: when they are too kind, nothing after them means anything. */
const files = ["peers", "segments", "journey-http", "journey-browser", "console", "agents", "library", "knowledge", "trust", "content", "advice", "settings", "channels", "bad-input", "gateway", "doors", "hostile", "screens"];

export default defineConfig({
  testDir: ".",
  outputDir: "results",
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["./support/closing-line.ts"]],
  projects: files.map((name) => ({ name, testMatch: `${name}.spec.ts` })),
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
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
