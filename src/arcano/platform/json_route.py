"""JSON bodies, read by orjson: strict UTF-8, no lone surrogates, bounded depth."""

import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Protocol, runtime_checkable

import orjson
from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import JsonValue
from starlette.requests import ClientDisconnect, HTTPConnection
from typing_extensions import override

from arcano.platform.edge import Receive, limited_body
from arcano.platform.errors import InvalidInputError

MAX_DEPTH = 100
"""How many lists and objects may stand one inside the other. What is deeper cannot be written out again everywhere."""
MAX_BODY_OF_ANYBODY = 256 * 1024
"""How much is read of somebody who need not be known: an address, a password, a token from elsewhere."""

_JSON = re.compile(r"\s*application/([\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)


class _JsonRequest(Request):
    @override
    async def json(self) -> Any:
        return parse_json(await self.body())


@runtime_checkable
class AsksFirst(Protocol):
    """A dependency that is asked before a long body is read, and once more with all others: reading costs more than a no."""

    async def before_body(self, connection: HTTPConnection) -> None:
        """Go on only if whoever asks may come in.

        Raises:
            ArcanoError: They may not.
        """
        ...


class JsonRoute(APIRoute):
    """Use as `APIRouter(route_class=JsonRoute)`. More than a little is read only once a dependency that `AsksFirst` has nothing against it."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        askers = [call for call in _calls(self.dependant) if isinstance(call, AsksFirst)]

        async def handle_json(request: Request) -> Response:
            receive = request.receive
            if not askers:
                receive = limited_body(request.scope, receive, limit=MAX_BODY_OF_ANYBODY)
            # Where another stands in for a dependency, it is asked with the others.
            elif _may_be_long(request) and not request.app.dependency_overrides:
                for asker in askers:
                    await asker.before_body(request)
            return await handle(_JsonRequest(request.scope, receive))

        return handle_json


def _may_be_long(request: Request) -> bool:
    """Whether more is sent than is read of anybody: most of what is asked has no body, or a short one."""
    if "transfer-encoding" in request.headers:
        return True
    length = request.headers.get("content-length", "0")
    return not length.isdigit() or int(length) > MAX_BODY_OF_ANYBODY


def _calls(dependant: Dependant) -> Iterator[object]:
    """The dependencies of a route, and theirs."""
    for one in dependant.dependencies:
        yield one.call
        yield from _calls(one)


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
        InvalidInputError: It is not JSON; says where. Or it is deeper than `MAX_DEPTH`.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise InvalidInputError(f"The body is not valid JSON: {broken}.") from broken
    # Hardly any body has so many brackets at all, and counting them is a thousand times cheaper than walking it.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and is_too_deep(value):
        raise InvalidInputError(
            f"The body is too deep: {MAX_DEPTH} lists or objects inside each other are read at most."
        )
    return value


def is_too_deep(value: JsonValue) -> bool:
    """Level by level, so that nothing of ours is as deep as the value."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
