// That nothing broke inside a server, whatever was done to it from outside. Not here: what it should have answered (the spec files).
import { expect } from "@playwright/test";
import { Client, type Server } from "./server";

/** It is ready for work, while it runs; it never panicked; and its log has none of the secrets. */
export async function unbroken(server: Server, ...secrets: string[]): Promise<void> {
  if (server.program) expect((await new Client(server.url).get("/api/v1/health/ready")).status, "the server is ready").toBe(200);
  const logs = server.logs();
  expect(logs).not.toMatch(/panicked at/);
  for (const secret of secrets.filter(Boolean)) expect(logs).not.toContain(secret);
}
