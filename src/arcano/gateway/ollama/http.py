"""Ollama's API under `/ollama/api`: what programs written for it ask, with a key in `Authorization`."""

from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from arcano.gateway.ask import Gateway, ask, gateway_of
from arcano.gateway.dialect_route import dialect_route
from arcano.gateway.embed import embed
from arcano.gateway.expressible import as_taken
from arcano.gateway.ollama.chat_answer import (
    OllamaLines,
    OllamaWhole,
    Said,
    Stopwatch,
    head,
    in_chat,
    in_generate,
)
from arcano.gateway.ollama.chat_request import AskedOllama, read_chat, read_generate
from arcano.gateway.ollama.errors import refusal
from arcano.gateway.ollama.models import meant, running, shown, tag, tagged
from arcano.gateway.shelf import offered_models
from arcano.identity import Viewer, asks_models
from arcano.inference import Embedded
from arcano.providers import ModelNotFoundError

router = APIRouter(prefix="/ollama/api", tags=["ollama"], route_class=dialect_route(refusal))

SPOKEN_VERSION = "0.12.6"
"""The version of Ollama whose words are spoken here: programs look whether it knows what they want."""

_Caller = Annotated[Viewer, asks_models("ollama")]
_Gateway = Annotated[Gateway, Depends(gateway_of)]
_Text = Annotated[str, Field(max_length=1_000_000)]


class EmbedDraft(BaseModel):
    """The body of `POST /api/embed`."""

    model: Annotated[str, Field(min_length=1, max_length=200)]
    input: _Text | Annotated[list[_Text], Field(max_length=2048)]
    dimensions: Annotated[int, Field(ge=1, le=100_000)] | None = None


class OldEmbedDraft(BaseModel):
    """The body of `POST /api/embeddings`, as older programs have it."""

    model: Annotated[str, Field(min_length=1, max_length=200)]
    prompt: _Text


class ShowDraft(BaseModel):
    """The body of `POST /api/show`; older programs say `name`."""

    model: Annotated[str, Field(max_length=200)] | None = None
    name: Annotated[str, Field(max_length=200)] | None = None


@router.post("/chat", response_class=Response)
async def chat_as_ollama(body: dict[str, Any], viewer: _Caller, gateway: _Gateway) -> Response:
    """An answer to a conversation; lines of JSON unless `stream` is false."""
    return await _answer(read_chat(body), in_chat, viewer=viewer, gateway=gateway)


@router.post("/generate", response_class=Response)
async def generate_as_ollama(body: dict[str, Any], viewer: _Caller, gateway: _Gateway) -> Response:
    """What follows a prompt; lines of JSON unless `stream` is false."""
    return await _answer(read_generate(body), in_generate, viewer=viewer, gateway=gateway)


@router.post("/embed", response_class=Response)
async def embed_as_ollama(body: EmbedDraft, viewer: _Caller, gateway: _Gateway) -> Response:
    """A vector for each text."""
    clock = Stopwatch()
    texts = (body.input,) if isinstance(body.input, str) else tuple(body.input)
    chosen = await meant(body.model, viewer=viewer, gateway=gateway)

    def in_words(found: Embedded) -> bytes:
        read = found.usage.input_tokens if found.usage else None
        return orjson.dumps(
            {
                "model": body.model,
                "embeddings": found.vectors,
                "total_duration": clock.durations()["total_duration"],
                "load_duration": 0,
                "prompt_eval_count": read or 0,
            }
        )

    return embed(
        chosen.name,
        texts,
        in_words,
        refusal,
        dimensions=body.dimensions,
        door="ollama",
        viewer=viewer,
        gateway=gateway,
    )


@router.post("/embeddings", response_class=Response)
async def embed_as_old_ollama(body: OldEmbedDraft, viewer: _Caller, gateway: _Gateway) -> Response:
    """The vector of one text."""
    chosen = await meant(body.model, viewer=viewer, gateway=gateway)
    return embed(
        chosen.name,
        (body.prompt,),
        lambda found: orjson.dumps({"embedding": found.vectors[0]}),
        refusal,
        door="ollama",
        viewer=viewer,
        gateway=gateway,
    )


@router.get("/tags", response_class=Response)
async def list_as_ollama(viewer: _Caller, gateway: _Gateway) -> Response:
    """The models that there are."""
    return _json({"models": [tag(model) for model in await offered_models(viewer, gateway)]})


@router.get("/ps", response_class=Response)
async def list_running_as_ollama(viewer: _Caller, gateway: _Gateway) -> Response:
    """The models that are in memory, as far as their servers tell."""
    models = await offered_models(viewer, gateway)
    return _json({"models": [running(model) for model in models if model.loaded]})


@router.post("/show", response_class=Response)
async def show_as_ollama(body: ShowDraft, viewer: _Caller, gateway: _Gateway) -> Response:
    """What is known of one model."""
    name = body.model or body.name or ""
    for model in await offered_models(viewer, gateway):
        if tagged(model.id) == tagged(name):
            return _json(shown(model))
    raise ModelNotFoundError(f"model {name[:100]!r} not found")


@router.get("/version", response_class=Response)
async def version_as_ollama(_viewer: _Caller) -> Response:
    """The version whose words are spoken here."""
    return _json({"version": SPOKEN_VERSION})


async def _answer(asked: AskedOllama, said: Said, *, viewer: Viewer, gateway: Gateway) -> Response:
    chosen = await meant(asked.model, viewer=viewer, gateway=gateway)
    if asked.request is None:
        # Asked without a word, a model is loaded or unloaded, which here happens by itself.
        reason = "unload" if asked.unload else "load"
        return _json({**head(asked.model), **said("", "", []), "done": True, "done_reason": reason})
    request = as_taken(replace(asked.request, model=chosen.name), chosen)
    kind = OllamaLines if asked.stream else OllamaWhole
    writer = kind(asked.model, said, thinking_wanted=asked.thinking_wanted)
    return ask(request, writer, door="ollama", viewer=viewer, gateway=gateway)


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")
