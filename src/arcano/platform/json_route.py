"""JSON bodies, read by orjson: strict UTF-8, no lone surrogates, bounded depth."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, HTTPConnection
from typing_extensions import override

from arcano.platform.edge import Receive
from arcano.platform.errors import InvalidInputError

_JSON = re.compile(r"\s*application/([\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)


class _JsonRequest(Request):
    @override
    async def json(self) -> Any:
        return parse_json(await self.body())


class JsonRoute(APIRoute):
    """Use as `APIRouter(route_class=JsonRoute)`."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_json(request: Request) -> Response:
            return await handle(_JsonRequest(request.scope, request.receive))

        return handle_json


async def read_json(connection: HTTPConnection, receive: Receive) -> Any:  # noqa: ANN401 - any JSON
    """The body of a request that has one.

    Raises:
        InvalidInputError: It is not JSON, or does not say that it is.
        ClientDisconnect: The client left before its end.
    """
    if not _JSON.match(connection.headers.get("content-type", "")):
        raise InvalidInputError("The body must be JSON, with `Content-Type: application/json`.")
    pieces: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return parse_json(b"".join(pieces))


def parse_json(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """The value.

    Raises:
        InvalidInputError: It is not JSON; says where.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise InvalidInputError(f"The body is not valid JSON: {broken}.") from broken
