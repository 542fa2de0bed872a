"""Connections to a server are kept, and one that the server has meanwhile closed costs nobody an answer."""

import asyncio

import aiohttp
import pytest

from arcano.providers import ProviderUnreachableError
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel

LIST = b'{"data": [{"id": "one"}]}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(LIST),
    LIST,
)


async def ask_twice(*, answers_per_connection: int) -> tuple[list[str], int]:
    """Two questions to a server that hangs up, unannounced, when asked once too often."""
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(answers_per_connection):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with aiohttp.ClientSession() as http:
            model = OpenAICompatibleModel(
                name="Upstream", base_url=f"http://127.0.0.1:{port}/v1", key=None, http=http
            )
            listed = [*await model.list_models(), *await model.list_models()]
            return [model.name for model in listed], connections
    finally:
        server.close()


async def test_a_connection_that_was_closed_meanwhile_is_made_again() -> None:
    assert await ask_twice(answers_per_connection=1) == (["one", "one"], 2)


async def test_a_server_that_always_hangs_up_is_tried_twice_and_no_more() -> None:
    with pytest.raises(ProviderUnreachableError):
        await ask_twice(answers_per_connection=0)


async def test_a_password_in_an_address_from_the_settings_is_told_to_nobody() -> None:
    async with aiohttp.ClientSession() as http:
        model = OpenAICompatibleModel(
            name="Nowhere", base_url="http://ada:hidden@127.0.0.1:1/v1", key=None, http=http
        )
        with pytest.raises(ProviderUnreachableError) as refused:
            await model.list_models()

    assert "hidden" not in str(refused.value)
    assert "127.0.0.1" in str(refused.value)
