"""OpenAI's API under `/v1`: what programs written for it ask. What is stored has doors of its own."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from arcano.gateway.answering import Answering
from arcano.gateway.ask import Gateway, ask, gateway_of
from arcano.gateway.dialect_route import dialect_route
from arcano.gateway.expressible import taken
from arcano.gateway.openai.chat_answer import ChatChunks, ChatCompletion
from arcano.gateway.openai.chat_request import read_chat
from arcano.gateway.openai.complete_prompts import complete_prompts
from arcano.gateway.openai.completion_answer import TextCompletions
from arcano.gateway.openai.completion_request import read_completion
from arcano.gateway.openai.embeddings import EmbeddingDraft, embedding_answer
from arcano.gateway.openai.errors import refusal
from arcano.gateway.openai.models import model_list_view, model_view
from arcano.gateway.openai.offered_models import offered_model, offered_models
from arcano.identity import Viewer, asks_models
from arcano.platform.errors import NotFoundError
from arcano.platform.json_answer import json_answer

router = APIRouter(prefix="/v1", tags=["openai"], route_class=dialect_route(refusal))

_Caller = Annotated[Viewer, asks_models("openai")]
_Gateway = Annotated[Gateway, Depends(gateway_of)]


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
        stream=asked.stream,
        usage_wanted=asked.usage_wanted,
    )
    events = complete_prompts(asked, answers, viewer=viewer, gateway=gateway)
    return Answering(events, answers, sessions=gateway.sessions, viewer=viewer)


@router.post("/embeddings", response_class=Response)
async def embed_texts(draft: EmbeddingDraft, viewer: _Caller, gateway: _Gateway) -> Response:
    """A vector for each text, as numbers or in base64."""
    viewer.expect_model(draft.model)
    embedded = await gateway.embedder.embed(draft.asked_by(viewer))
    return embedding_answer(embedded, model=draft.model, encoding=draft.encoding_format)


@router.get("/models", response_class=Response)
async def list_models(viewer: _Caller, gateway: _Gateway) -> Response:
    """The models that this key may ask."""
    return json_answer(model_list_view(await offered_models(viewer, gateway)))


@router.get("/models/{model_id:path}", response_class=Response)
async def get_model(model_id: str, viewer: _Caller, gateway: _Gateway) -> Response:
    """One of them."""
    return json_answer(model_view(await offered_model(model_id, viewer, gateway)))


@router.post("/moderations", response_class=Response)
async def moderate(_viewer: _Caller) -> Response:
    """Not there: nobody has said by what rules texts are to be judged here."""
    raise NotFoundError(
        "This server judges no texts: no policy says by what rules. Ask whoever runs it, or leave the check out."
    )
