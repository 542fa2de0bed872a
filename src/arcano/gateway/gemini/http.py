"""Google's Gemini API under `/v1beta` and `/v1`: what programs written for it ask, with a key in `x-goog-api-key`.

The list of models under `/v1` is OpenAI's door's as well, and is answered there.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends
from pydantic import TypeAdapter
from starlette.requests import HTTPConnection
from starlette.responses import Response

from arcano.gateway.ask import Gateway, ask, gateway_of
from arcano.gateway.count import count_tokens
from arcano.gateway.dialect_route import dialect_route
from arcano.gateway.embed import InWords, embed
from arcano.gateway.expressible import taken
from arcano.gateway.gemini.errors import refusal
from arcano.gateway.gemini.generate_answer import ContentChunks, Events, GrowingList, WholeContent
from arcano.gateway.gemini.generate_request import read_generate
from arcano.gateway.gemini.models import gemini_model, gemini_models
from arcano.gateway.gemini.schemas import BatchEmbedDraft, EmbedDraft
from arcano.gateway.json_values import as_object
from arcano.gateway.shelf import offered_model, offered_models
from arcano.identity import Viewer, asks_models
from arcano.inference import Embedded
from arcano.platform.errors import InvalidInputError

router = APIRouter(tags=["gemini"], route_class=dialect_route(refusal))

_MAX_NAME = 200
_EMBED = TypeAdapter(EmbedDraft)
_BATCH = TypeAdapter(BatchEmbedDraft)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How a stream is to be sent."""

    alt: Literal["sse", "json"]


async def _wanted(connection: HTTPConnection) -> _Wanted:
    match connection.query_params.get("alt", "json"):
        case "sse":
            return _Wanted("sse")
        case "json" | "":
            return _Wanted("json")
        case other:
            raise InvalidInputError(f"alt: {other[:50]!r} is neither `sse` nor `json`.")


_Caller = Annotated[Viewer, asks_models("gemini")]
_Gateway = Annotated[Gateway, Depends(gateway_of)]


@router.post("/v1/models/{model:path}:generateContent", response_class=Response)
@router.post("/v1beta/models/{model:path}:generateContent", response_class=Response)
async def generate_content(
    model: str, body: dict[str, Any], viewer: _Caller, gateway: _Gateway
) -> Response:
    """An answer to a conversation, whole."""
    asked = read_generate(_named(model), body, stream=False)
    request = await taken(asked.request, viewer=viewer, gateway=gateway)
    writer = WholeContent(request.model, thoughts_wanted=asked.thoughts_wanted)
    return ask(request, writer, door="gemini", viewer=viewer, gateway=gateway)


@router.post("/v1/models/{model:path}:streamGenerateContent", response_class=Response)
@router.post("/v1beta/models/{model:path}:streamGenerateContent", response_class=Response)
async def stream_generate_content(
    model: str,
    body: dict[str, Any],
    viewer: _Caller,
    gateway: _Gateway,
    wanted: Annotated[_Wanted, Depends(_wanted)],
) -> Response:
    """The same in pieces: server-sent events with `alt=sse`, else a list that grows."""
    asked = read_generate(_named(model), body, stream=True)
    request = await taken(asked.request, viewer=viewer, gateway=gateway)
    framing = Events() if wanted.alt == "sse" else GrowingList()
    writer = ContentChunks(request.model, framing, thoughts_wanted=asked.thoughts_wanted)
    return ask(request, writer, door="gemini", viewer=viewer, gateway=gateway)


@router.post("/v1/models/{model:path}:countTokens", response_class=Response)
@router.post("/v1beta/models/{model:path}:countTokens", response_class=Response)
async def count_content_tokens(
    model: str, body: dict[str, Any], viewer: _Caller, gateway: _Gateway
) -> Response:
    """How many tokens a question would be read as; nothing is asked. `arcano-token-count` says who counted."""
    told = as_object(body.get("generateContentRequest", body.get("generate_content_request", body)))
    if told is None:
        raise InvalidInputError("generateContentRequest: It must be an object.")
    asked = read_generate(_named(model), told, stream=False)
    count = await count_tokens(asked.request, viewer=viewer, gateway=gateway)
    return _json({"totalTokens": count.tokens}, count.headers)


@router.post("/v1/models/{model:path}:embedContent", response_class=Response)
@router.post("/v1beta/models/{model:path}:embedContent", response_class=Response)
async def embed_content(
    model: str, body: dict[str, Any], viewer: _Caller, gateway: _Gateway
) -> Response:
    """The vector of one content."""

    def in_words(found: Embedded) -> bytes:
        (vector,) = found.vectors
        return orjson.dumps({"embedding": {"values": vector}})

    return _embed(model, [_EMBED.validate_python(body)], in_words, viewer, gateway)


@router.post("/v1/models/{model:path}:batchEmbedContents", response_class=Response)
@router.post("/v1beta/models/{model:path}:batchEmbedContents", response_class=Response)
async def batch_embed_contents(
    model: str, body: dict[str, Any], viewer: _Caller, gateway: _Gateway
) -> Response:
    """A vector for each content."""
    batch = _BATCH.validate_python(body)

    def in_words(found: Embedded) -> bytes:
        return orjson.dumps({"embeddings": [{"values": vector} for vector in found.vectors]})

    return _embed(model, batch.requests, in_words, viewer, gateway)


@router.get("/v1beta/models", response_class=Response)
async def list_as_gemini(viewer: _Caller, gateway: _Gateway) -> Response:
    """The models that there are."""
    return _json(gemini_models(await offered_models(viewer, gateway)))


@router.get("/v1beta/models/{model:path}", response_class=Response)
async def show_as_gemini(model: str, viewer: _Caller, gateway: _Gateway) -> Response:
    """One model."""
    return _json(gemini_model(await offered_model(model, viewer, gateway)))


def _embed(
    model: str, drafts: list[EmbedDraft], in_words: InWords, viewer: Viewer, gateway: Gateway
) -> Response:
    lengths = {draft.output_dimensionality for draft in drafts}
    if len(lengths) > 1:
        raise InvalidInputError("outputDimensionality: It must be the same in all requests.")
    for draft in drafts:
        _expect_plain(draft)
    texts = tuple(draft.text for draft in drafts)
    return embed(
        _named(model),
        texts,
        in_words,
        refusal,
        dimensions=lengths.pop() if lengths else None,
        door="gemini",
        viewer=viewer,
        gateway=gateway,
    )


def _expect_plain(draft: EmbedDraft) -> None:
    """Only text can be told, and what it is for cannot.

    Raises:
        InvalidInputError: Something else is in it; names it.
    """
    for part in draft.content.parts:
        if part.text is None:
            raise InvalidInputError("content.parts: Only text becomes a vector here.")
    extra = [name for name, value in (draft.model_extra or {}).items() if value is not None]
    said = {"taskType": draft.task_type, "title": draft.title}
    told = [name for name, value in said.items() if value] + [n for n in extra if n != "model"]
    if told:
        raise InvalidInputError(f"{told[0][:50]}: Nobody here can be told this. Leave it out.")


def _named(model: str) -> str:
    if not 0 < len(model) <= _MAX_NAME:
        raise InvalidInputError(f"The name of a model has 1 to {_MAX_NAME} characters.")
    return model


def _json(value: object, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(value), media_type="application/json", headers=headers)
