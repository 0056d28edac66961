// Inbound webhooks as Twilio posts them, signed by Twilio's own Node helper, and forged ones.
// Not here: any signature arithmetic of our own; the two sides must not share a misreading.
import { randomBytes } from "node:crypto";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks";
import { Client } from "../run/client.mjs";
import { account } from "../peers/prism.mjs";

const sid = (prefix: string) => prefix + randomBytes(16).toString("hex");

/** The fields of an inbound text message, as Twilio sends them. */
export function inboundSms(from: string, body: string, more: Record<string, string> = {}): Record<string, string> {
  const id = sid("SM");
  return {
    ToCountry: "US", ToState: "", SmsMessageSid: id, NumMedia: "0", ToCity: "", FromZip: "", SmsSid: id, FromState: "", SmsStatus: "received",
    FromCity: "", Body: body, FromCountry: "US", To: account.number, ToZip: "", NumSegments: "1", MessageSid: id, AccountSid: account.sid,
    From: from, ApiVersion: "2010-04-01", ...more,
  };
}

/** The same over WhatsApp. */
export function inboundWhatsApp(from: string, body: string): Record<string, string> {
  return inboundSms(`whatsapp:${from}`, body, { To: `whatsapp:${account.number}`, ProfileName: "Test Person", WaId: from.slice(1), ChannelPrefix: "whatsapp" });
}

/** News about a message that was sent. */
export function messageStatus(messageSid: string, status: string, to: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    SmsSid: messageSid, SmsStatus: status, MessageStatus: status, To: to, MessageSid: messageSid, AccountSid: account.sid, From: account.number,
    ApiVersion: "2010-04-01", ...more,
  };
}

/** News about a call that was made. */
export function callStatus(callSid: string, status: string, to: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    CallSid: callSid, CallStatus: status, Direction: "outbound-api", To: to, AccountSid: account.sid, From: account.number,
    ApiVersion: "2010-04-01", CallbackSource: "call-progress-events", ...more,
  };
}

/** The address that Twilio would call. */
export const hook = (base: string, query = "") => `${base}/api/webhooks/receive${query}`;

/** Posts the fields with a true signature. `token` other than ours makes a forgery; `tamper` changes the body after signing. */
export async function post(
  base: string,
  fields: Record<string, string>,
  { token = account.token, query = "", tamper = (body: string) => body }: { token?: string; query?: string; tamper?: (body: string) => string } = {},
) {
  const signature = getExpectedTwilioSignature(token, hook(base, query), fields);
  const body = tamper(new URLSearchParams(fields).toString());
  return new Client(base).form(`/api/webhooks/receive${query}`, body, { "x-twilio-signature": signature });
}
