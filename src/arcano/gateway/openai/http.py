"""OpenAI's API under `/v1`: what programs written for it ask."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from arcano.gateway.ask import Gateway, ask, gateway_of
from arcano.gateway.dialect_route import dialect_route
from arcano.gateway.openai.chat_answer import ChatChunks, ChatCompletion
from arcano.gateway.openai.chat_request import read_chat
from arcano.gateway.openai.errors import refusal
from arcano.identity import Viewer, asks_models

router = APIRouter(prefix="/v1", tags=["openai"], route_class=dialect_route(refusal))

_Caller = Annotated[Viewer, asks_models("openai")]
_Gateway = Annotated[Gateway, Depends(gateway_of)]


@router.post("/chat/completions", response_class=Response)
async def complete_chat(body: dict[str, Any], viewer: _Caller, gateway: _Gateway) -> Response:
    """An answer to a conversation; streamed as server-sent events where `stream` says so."""
    asked = read_chat(body)
    model = asked.request.model
    writer = (
        ChatChunks(model, usage_wanted=asked.usage_wanted)
        if asked.stream
        else ChatCompletion(model)
    )
    return ask(asked.request, writer, door="openai", viewer=viewer, gateway=gateway)
