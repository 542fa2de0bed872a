"""Anthropic's API under `/v1`: what programs written for it ask. The list of models is OpenAI's door's as well."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection
from starlette.responses import Response

from arcano.gateway.anthropic.errors import answer_headers, refusal
from arcano.gateway.anthropic.messages_answer import MessageEvents, WholeMessage
from arcano.gateway.anthropic.messages_request import read_message
from arcano.gateway.ask import Gateway, ask, gateway_of
from arcano.gateway.count import count_tokens
from arcano.gateway.dialect_route import dialect_route
from arcano.gateway.expressible import taken
from arcano.identity import Viewer, asks_models
from arcano.platform.errors import InvalidInputError

router = APIRouter(prefix="/v1", tags=["anthropic"], route_class=dialect_route(refusal))

_ASKED_WITH = ("anthropic-version", "anthropic-beta")
"""Headers that are part of the question."""
_PLAIN = re.compile(r"[A-Za-z0-9_,.;= -]{0,1000}")


@dataclass(frozen=True, slots=True)
class _AskedWith:
    headers: tuple[tuple[str, str], ...]


async def _asked_with(connection: HTTPConnection) -> _AskedWith:
    found = [(name, connection.headers.get(name)) for name in _ASKED_WITH]
    told = tuple((name, value) for name, value in found if value is not None)
    for name, value in told:
        if not _PLAIN.fullmatch(value):
            raise InvalidInputError(f"The header `{name}` is not as it should be.")
    return _AskedWith(told)


_Caller = Annotated[Viewer, asks_models("anthropic")]
_Gateway = Annotated[Gateway, Depends(gateway_of)]
_With = Annotated[_AskedWith, Depends(_asked_with)]


@router.post("/messages", response_class=Response)
async def create_message(
    body: dict[str, Any], viewer: _Caller, gateway: _Gateway, asked_with: _With
) -> Response:
    """An answer to a conversation; streamed as server-sent events where `stream` says so."""
    asked = read_message(body, headers=asked_with.headers)
    request = await taken(asked.request, viewer=viewer, gateway=gateway)
    kind = MessageEvents if asked.stream else WholeMessage
    writer = kind(request.model, thinking_wanted=asked.thinking_wanted)
    return ask(
        request,
        writer,
        door="anthropic",
        viewer=viewer,
        gateway=gateway,
        headers=answer_headers(),
    )


@router.post("/messages/count_tokens", response_class=Response)
async def count_message_tokens(
    body: dict[str, Any], viewer: _Caller, gateway: _Gateway, asked_with: _With
) -> Response:
    """How many tokens a question would be read as; nothing is asked. `arcano-token-count` says who counted."""
    asked = read_message(body, headers=asked_with.headers, to_be_counted=True)
    count = await count_tokens(asked.request, viewer=viewer, gateway=gateway)
    return Response(
        orjson.dumps({"input_tokens": count.tokens}),
        media_type="application/json",
        headers={**answer_headers(), **count.headers},
    )
