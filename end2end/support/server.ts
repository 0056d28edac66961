// The running product as the spec files see it: a server per file, and how a browser signs in.
// Not here: how the process is started (run/server.mjs).
import { expect, type Page } from "@playwright/test";
import { operator, startServer, type Server } from "../run/server.mjs";
import { Client, signedIn } from "../run/client.mjs";

export { Client, operator, signedIn, startServer };
export type { Server };

/** Signs in by the form, as a person does, and waits for the first page behind it. */
export async function signIn(page: Page, server: Server, who = operator): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await hydrated(page);
  await page.getByLabel(/e-?mail/i).fill(who.email);
  await page.getByLabel(/password/i).fill(who.password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page).not.toHaveURL(/sign-in/);
  await hydrated(page);
}

/** Waits until the browser half has taken over: a click before that would be lost. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html[data-hydrated], body[data-hydrated]")).toHaveCount(1, { timeout: 20_000 });
}
