// The steps of the main job over the HTTP API, as functions: what the journey and the kill test both need.
// Not here: expectations about the answers beyond "it worked".
// @ts-check
import { until } from "./process.mjs";

/** @typedef {import("./client.mjs").Client} Client */

/** Made-up people with US numbers and consent on record. @param {number} count @param {number} [from] */
export function people(count, from = 0) {
  return [...Array(count)].map((_, i) => {
    const n = 2_000_000 + from + i;
    return { name: `Person ${from + i}`, phone: `+1555${n}`, email: `person${from + i}@example.test` };
  });
}

/** @param {ReturnType<typeof people>} who */
export const csv = (who) =>
  ["name,phone,email,location,source,consent,assigned_agent,notes", ...who.map((p) => `${p.name},${p.phone},${p.email},Springfield,test,yes,,`)].join("\n");

/** Imports a file and waits until the report is complete. @param {Client} client @param {string} text */
export async function importLeads(client, text) {
  const begun = await client.must(client.upload("/api/leads/import", "leads.csv", text), 201);
  return until("the import to finish", async () => {
    const report = await client.must(client.get(`/api/leads/imports/${begun.id}`), 200);
    return report.status === "done" || report.status === "failed" ? report : null;
  });
}

/** @param {Client} client @param {Record<string, unknown>} draft */
export const agent = (client, draft) => client.must(client.post("/api/agents", draft), 201);

/** @param {Client} client @param {string} name @param {string} channel @param {string} body */
export const template = (client, name, channel, body) => client.must(client.post("/api/templates", { name, channel, body, language: "en_US" }), 201);

/** A drawing of nodes in a row. @param {Record<string, unknown>[]} kinds between start and end @param {string[][]} [edges] instead of the plain row */
export function drawing(kinds, edges) {
  const all = [{ kind: "start" }, ...kinds, { kind: "end" }];
  const nodes = all.map((kind, i) => ({ id: `n${i + 1}`, title: "", at: { x: 0, y: i * 150 }, ...kind }));
  const row = nodes.slice(0, -1).map((node, i) => [node.id, "next", nodes[i + 1].id]);
  return { version: 1, nodes, edges: (edges ?? row).map(([from, port, to]) => ({ from, port, to })) };
}

/** @param {string} id */
export const sendSms = (id) => ({ kind: "send", channel: "sms", template_id: id });

/** Makes a campaign of the drawing, takes everybody given in, and starts it. @param {Client} client @param {{ name: string, graph: unknown, leads: string[], agent?: string }} wanted */
export async function launch(client, { name, graph, leads, agent: agentId }) {
  const made = await client.must(client.post("/api/campaigns", { name, agent_id: agentId ?? null, flow: graph }), 201);
  await client.must(client.post(`/api/campaigns/${made.id}/enrol`, { lead_ids: leads }), 200);
  await client.must(client.post(`/api/campaigns/${made.id}/activate`), 200);
  return made;
}
