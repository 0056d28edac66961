"""The official Python client against our MCP server, in both of its modes. One JSON line for each."""

import asyncio
import json
import os

from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.exceptions import MCPError


async def tried(mode):
    headers = {"Authorization": f"Bearer {os.environ['MCP_KEY']}"}
    search = {"agent_id": os.environ["MCP_AGENT"], "query": os.environ["MCP_QUERY"]}
    async with create_mcp_http_client(headers=headers) as http:
        async with Client(streamable_http_client(os.environ["MCP_URL"], http_client=http), mode=mode) as client:
            tools = (await client.list_tools()).tools
            found = await client.call_tool("search_knowledge_base", search)
            wrong = await client.call_tool("search_knowledge_base", {"query": search["query"]})
            try:
                await client.call_tool("no_such_tool", {})
                unknown = None
            except MCPError as error:
                unknown = [error.error.code, error.error.message]
            return {
                "protocol": client.protocol_version,
                "tools": [tool.name for tool in tools],
                "closed": all(tool.input_schema["additionalProperties"] is False for tool in tools),
                "found": found.structured_content,
                "wrong": [wrong.is_error, wrong.content[0].text],
                "unknown": unknown,
            }


for mode in ("auto", "legacy"):
    print(json.dumps(asyncio.run(tried(mode))))
