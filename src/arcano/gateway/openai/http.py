"""OpenAI's API under `/v1`: what programs written for it ask. What is stored has doors of its own."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection
from starlette.responses import Response

from arcano.gateway.anthropic.models import anthropic_model, anthropic_models
from arcano.gateway.ask import Gateway, answering, ask, call_of, gateway_of
from arcano.gateway.dialect_route import dialect_route
from arcano.gateway.embed import embed
from arcano.gateway.expressible import taken
from arcano.gateway.openai.chat_answer import ChatChunks, ChatCompletion
from arcano.gateway.openai.chat_request import read_chat
from arcano.gateway.openai.complete_prompts import complete_prompts
from arcano.gateway.openai.completion_answer import TextCompletions
from arcano.gateway.openai.completion_request import read_completion
from arcano.gateway.openai.embeddings import EmbeddingDraft, embedding_body
from arcano.gateway.openai.errors import refusal
from arcano.gateway.openai.models import model_list_view, model_view
from arcano.gateway.shelf import offered_model, offered_models
from arcano.identity import Viewer, asks_models
from arcano.platform.errors import NotFoundError
from arcano.platform.json_answer import json_answer

ANTHROPIC_VERSION = "anthropic-version"
"""The header by which Anthropic's clients are known where both vendors have the same address."""

router = APIRouter(prefix="/v1", tags=["openai"], route_class=dialect_route(refusal))

_Caller = Annotated[Viewer, asks_models("openai")]
_Lister = Annotated[Viewer, asks_models("openai", unless={ANTHROPIC_VERSION: "anthropic"})]
_Gateway = Annotated[Gateway, Depends(gateway_of)]


async def _connection(connection: HTTPConnection) -> HTTPConnection:
    return connection


_Connection = Annotated[HTTPConnection, Depends(_connection)]


@router.post("/chat/completions", response_class=Response)
async def complete_chat(body: dict[str, Any], viewer: _Caller, gateway: _Gateway) -> Response:
    """An answer to a conversation; streamed as server-sent events where `stream` says so."""
    asked = read_chat(body)
    request = await taken(asked.request, viewer=viewer, gateway=gateway)
    model = request.model
    writer = (
        ChatChunks(model, usage_wanted=asked.usage_wanted)
        if asked.stream
        else ChatCompletion(model)
    )
    return ask(request, writer, door="openai", viewer=viewer, gateway=gateway)


@router.post("/completions", response_class=Response)
async def complete_text(body: dict[str, Any], viewer: _Caller, gateway: _Gateway) -> Response:
    """What a model writes after one prompt or several. Where none completes, each is asked as a message."""
    asked = read_completion(body)
    # They differ by their texts alone.
    await taken(asked.requests[0], viewer=viewer, gateway=gateway)
    answers = TextCompletions(
        asked.model,
        count=len(asked.requests),
        choices=asked.choices,
        stream=asked.stream,
        usage_wanted=asked.usage_wanted,
    )
    calls = [
        call_of(request, door="openai", viewer=viewer, bare=True) for request in asked.requests
    ]
    return answering(
        complete_prompts(calls, answers, gateway.inference),
        answers,
        caller=calls[0].caller,
        model=asked.model,
        viewer=viewer,
        gateway=gateway,
    )


@router.post("/embeddings", response_class=Response)
async def embed_texts(draft: EmbeddingDraft, viewer: _Caller, gateway: _Gateway) -> Response:
    """A vector for each text, as numbers or in base64."""
    in_words = partial(embedding_body, model=draft.model, encoding=draft.encoding_format)
    return embed(
        draft.model,
        draft.texts(),
        in_words,
        refusal,
        dimensions=draft.dimensions,
        door="openai",
        viewer=viewer,
        gateway=gateway,
    )


@router.get("/models", response_class=Response)
async def list_models(viewer: _Lister, gateway: _Gateway, asked: _Connection) -> Response:
    """The models that this key may ask; in Anthropic's words for whoever sends `anthropic-version`."""
    models = await offered_models(viewer, gateway)
    in_words = anthropic_models if ANTHROPIC_VERSION in asked.headers else model_list_view
    return json_answer(in_words(models))


@router.get("/models/{model_id:path}", response_class=Response)
async def get_model(
    model_id: str, viewer: _Lister, gateway: _Gateway, asked: _Connection
) -> Response:
    """One of them."""
    model = await offered_model(model_id, viewer, gateway)
    in_words = anthropic_model if ANTHROPIC_VERSION in asked.headers else model_view
    return json_answer(in_words(model))


@router.post("/moderations", response_class=Response)
async def moderate(_viewer: _Caller) -> Response:
    """Not there: nobody has said by what rules texts are to be judged here."""
    raise NotFoundError(
        "This server judges no texts: no policy says by what rules. Ask whoever runs it, or leave the check out."
    )
