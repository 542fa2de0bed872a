"""A refusal carries the provider's own name for the call, under whichever of the usual headers it stands."""

from collections.abc import AsyncGenerator

import aiohttp
import pytest
from aiohttp import web
from tests.support.heard import hear_all

from arcano.providers import (
    ModelRequest,
    ProviderRefusedKeyError,
    RequestMessage,
    TextPart,
)
from arcano.providers.kinds import KINDS, ConnectionKind

QUESTION = ModelRequest("m", (RequestMessage("user", (TextPart("Hi"),)),))


@pytest.fixture
async def refusing() -> AsyncGenerator[tuple[str, dict[str, str]]]:
    """A server that knows nobody, and the headers it says so with."""
    headers: dict[str, str] = {}

    async def refuse(_request: web.Request) -> web.Response:
        return web.json_response({"error": {"message": "No."}}, status=401, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", headers
    await runner.cleanup()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "litellm"])
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("x-request-id", "req_1", "req_1"),
        ("Request-Id", "req_2", "req_2"),
        ("mistral-correlation-id", "req_3", "req_3"),
        ("X-Request-Id", "x" * 500, "x" * 200),
        ("X-Request-Id", "", None),
        ("X-Other", "no", None),
    ],
)
async def test_a_refusal_is_named(
    refusing: tuple[str, dict[str, str]],
    kind: ConnectionKind,
    name: str,
    value: str,
    told: str | None,
) -> None:
    base_url, headers = refusing
    headers[name] = value
    async with aiohttp.ClientSession() as http:
        model = KINDS[kind].make(name="A", base_url=base_url, key="k", http=http)
        with pytest.raises(ProviderRefusedKeyError) as refused:
            await hear_all(model.stream(QUESTION))

    assert refused.value.request_id == told
