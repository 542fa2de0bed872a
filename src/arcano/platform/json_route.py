"""A route whose JSON body is read by orjson: strict UTF-8, no lone surrogates, bounded depth."""

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from typing_extensions import override

from arcano.platform.errors import InvalidInputError


class _JsonRequest(Request):
    @override
    async def json(self) -> Any:
        body = await self.body()
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as broken:
            raise InvalidInputError(f"The body is not valid JSON: {broken}.") from broken


class JsonRoute(APIRoute):
    """Use as `APIRouter(route_class=JsonRoute)`."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_json(request: Request) -> Response:
            return await handle(_JsonRequest(request.scope, request.receive))

        return handle_json
