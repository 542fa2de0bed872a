"""Programs that ask as they ask OpenAI: its own client with a key of somebody's, and the same key for bare requests."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from openai import AsyncOpenAI
from openai.types.responses import FunctionToolParam
from tests.support.server import Server
from tests.support.visitor import Visitor

WEATHER: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"town": {"type": "string"}},
    "required": ["town"],
    "additionalProperties": False,
}
WEATHER_FUNCTION: Final[FunctionToolParam] = {
    "type": "function",
    "name": "weather",
    "description": "The weather somewhere.",
    "parameters": WEATHER,
    "strict": True,
}
"""A tool as the responses have it."""


async def a_key(visitor: Visitor, **wishes: Any) -> str:
    """A key of the visitor's for OpenAI's door."""
    draft = {"name": "A program", "doors": ["openai"], **wishes}
    made = await visitor.post("/api/keys", draft)
    assert made.status == 201, made
    return made.body["key"]


@asynccontextmanager
async def a_loose_client(server: Server, visitor: Visitor) -> AsyncGenerator[Any]:
    """The same, for requests that are put together at run time: no types are asked of them."""
    async with a_client(server, visitor) as client:
        yield client


@asynccontextmanager
async def a_client(server: Server, visitor: Visitor, **wishes: Any) -> AsyncGenerator[AsyncOpenAI]:
    """OpenAI's client with such a key."""
    key = await a_key(visitor, **wishes)
    async with AsyncOpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0) as client:
        yield client
