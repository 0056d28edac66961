// A page that fails its test when anything goes wrong behind it: an error on the console, an exception, a request without an answer,
// an answer of 500 and above. Not here: what a page should show.
import { test as base, expect, type Page } from "@playwright/test";

/** Gathers everything that a person with open developer tools would see in red. */
export function watch(page: Page): string[] {
  const noise: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || (message.type() === "warning" && /hydrat|outside the ownership|reactive/i.test(message.text()))) {
      noise.push(`console: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => noise.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Leaving a page ends its stream of news and whatever was on the way.
    const why = request.failure()?.errorText ?? "";
    if (!why.includes("ERR_ABORTED")) noise.push(`request: ${request.method()} ${request.url()}: ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) noise.push(`answer: ${response.status()} ${response.request().method()} ${response.url()}`);
  });
  return noise;
}

/** `test` whose page is watched. */
export const test = base.extend<{ noise: string[] }>({
  noise: async ({ page }, use) => {
    const noise = watch(page);
    await use(noise);
    expect(noise, "errors behind the page").toEqual([]);
  },
  page: async ({ page }, use) => {
    await use(page);
  },
});

export { expect };
