// Somebody writes in without a browser: as any other system hands a message over, signed with the secret it shares with us.
// Not here: Twilio's posts (twilio.ts), and the phone page, where a person is played by hand.
import { createHmac, randomUUID } from "node:crypto";
import { until } from "../run/process.mjs";
import { Client } from "./server";

const secret = "shared-with-another-system";

/** What the server must be told. */
export const inbound = { GENERIC_WEBHOOK_SECRET: secret };

/** The number that a workspace on the emulator has. */
const ours = "+15005550006";

let people = 0;

/** A number of nobody yet, who stays silent when written to: on the emulator the last digit says who answers there. */
export function newNumber(): string {
  people += 1;
  return `+1555301${String(people).padStart(3, "0")}7`;
}

/** Somebody writes an SMS; unknown, unless the number is a lead's. Gives the number. */
export async function writeIn(client: Client, text: string, from = newNumber()): Promise<string> {
  const body = JSON.stringify({ channel: "sms", from, to: ours, body: text, message_id: randomUUID() });
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const headers = { "content-type": "application/json", "x-agency-os-signature": signature };
  await client.must(new Client(client.base).ask("POST", "/api/webhooks/receive", { body, headers }), 200);
  return from;
}

/** The conversation with a number, once it looks as wanted. */
export async function talkWith(client: Client, number: string, wanted: (c: any) => boolean = () => true): Promise<any> {
  return until(
    `the conversation with ${number}`,
    async () => {
      const { items } = await client.must(client.get(`/api/conversations?q=${number.replace(/\D/g, "")}`), 200);
      return items.find(wanted);
    },
    { timeout: 60_000 },
  );
}
