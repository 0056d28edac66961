// The official TypeScript client against our MCP server: what it lists, what a search finds, how faults look. One JSON line.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const { MCP_URL, MCP_KEY, MCP_AGENT, MCP_QUERY } = process.env;
const headers = { Authorization: `Bearer ${MCP_KEY}` };
const transport = new StreamableHTTPClientTransport(new URL(MCP_URL), { requestInit: { headers } });
const client = new Client({ name: "test", version: "1" });
await client.connect(transport);
const { tools } = await client.listTools();
const call = { name: "search_knowledge_base", arguments: { agent_id: MCP_AGENT, query: MCP_QUERY } };
const found = await client.callTool(call);
const wrong = await client.callTool({ name: "search_knowledge_base", arguments: { query: MCP_QUERY } });
const unknown = await client.callTool({ name: "no_such_tool", arguments: {} }).catch((error) => error);
await client.close();

const stranger = new Client({ name: "test", version: "1" });
const refused = await stranger
  .connect(new StreamableHTTPClientTransport(new URL(MCP_URL), { requestInit: { headers: { Authorization: "Bearer ao_no" } } }))
  .catch((error) => error);
console.log(
  JSON.stringify({
    protocol: transport.protocolVersion,
    tools: tools.map((tool) => tool.name),
    closed: tools.every((tool) => tool.inputSchema.additionalProperties === false),
    found: found.structuredContent,
    wrong: [wrong.isError, wrong.content[0].text],
    unknown: [unknown.code, unknown.message],
    refused: refused?.code ?? null,
  }),
);
