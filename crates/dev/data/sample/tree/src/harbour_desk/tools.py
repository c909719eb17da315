"""What the agent may do."""
from langchain_core.tools import tool
from mcp.server.fastmcp import FastMCP

server = FastMCP("tide-tables")


@tool
def next_high_water(port: str) -> str:
    """When the water is highest next."""
    return port


@server.tool()
def berth_status(number: int) -> str:
    """Whether a berth is taken."""
    return str(number)
