"""A vendor that does not know its own seals again: every adapter that sends them says so, and it is asked once more without.

The upstream does as the vendors do: it refuses, in the vendor's own words, a request that holds the sealed thought, and answers
one that does not. That happens when the key of a connection is changed to another organisation's.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from tests.support.chat_house import an_inference
from tests.support.clock import StillClock
from tests.support.inference_bench import Told
from tests.support.wire_answers import FORMATS
from typing_extensions import override

from arcano.inference import Call
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ChatModel,
    FoundModel,
    ModelDirectory,
    ModelEvent,
    ModelRequest,
    ProviderRejectedRequestError,
    ReasoningPart,
    RequestMessage,
    Seal,
    SealRefusedError,
    TextPart,
)
from arcano.providers.adapters.openai_errors import error_in_stream
from arcano.providers.kinds import KINDS, ConnectionKind

SECRET = "EqQBCgIYAhIMgAAAAABo"
PLACE = "here"
Body = dict[str, Any]


def from_anthropic(message: str) -> Body:
    error = {"type": "invalid_request_error", "message": message}
    return {"type": "error", "error": error, "request_id": "req_011CUdL49e3Fu9bCKbWF6cXD"}


def from_openai(message: str) -> Body:
    error = {"message": message, "type": "invalid_request_error", "param": None}
    return {"error": {**error, "code": "invalid_encrypted_content"}}


def from_google(message: str) -> Body:
    return {"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}


@dataclass(frozen=True, slots=True)
class Vendor:
    """One wire format with seals. `proof` holds `SECRET` as its adapter wants it back."""

    kind: ConnectionKind
    model: str
    proof: str
    refused: Body
    another_refusal: Body


ITEM: Body = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": SECRET}
VENDORS = (
    Vendor(
        "anthropic",
        "claude-opus-5",
        SECRET,
        from_anthropic("messages.1.content.0: Invalid `signature` in `thinking` block"),
        from_anthropic("messages.1.content.0: text content blocks must be non-empty"),
    ),
    Vendor(
        "openai-responses",
        "gpt-5",
        orjson.dumps(ITEM).decode(),
        from_openai("The encrypted content EqQB...ABo could not be verified."),
        {"error": {"message": "Unknown parameter.", "type": "invalid_request_error", "code": None}},
    ),
    Vendor(
        "gemini",
        "gemini-3-pro",
        SECRET,
        from_google("Corrupted thought signature."),
        from_google(
            "Function call is missing a thought_signature in functionCall parts. This is required "
            "for tools to work correctly."
        ),
    ),
)
vendors = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.kind)


@dataclass(eq=False)
class Upstream:
    """Answers, unless `refuses` says of a request's body what to say instead."""

    vendor: Vendor
    refuses: Callable[[bytes], Body | None]
    asked: list[bytes] = field(default_factory=list[bytes])

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(body)
        refusal = self.refuses(body)
        if refusal is not None:
            return web.json_response(refusal, status=400)
        format_ = FORMATS[self.vendor.kind]
        told = b"".join(format_.events("Because ", "of the air, which scatters it."))
        return web.Response(body=told, headers={"Content-Type": format_.media_type})


@asynccontextmanager
async def asking(upstream: Upstream) -> AsyncGenerator[ChatModel]:
    """The adapter that speaks to it."""
    runner = web.ServerRunner(web.Server(upstream.serve))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    kind = upstream.vendor.kind
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{FORMATS[kind].path}"
    async with aiohttp.ClientSession() as http:
        yield KINDS[kind].make(name="Vendor", base_url=url, key="sk", http=http)
    await runner.cleanup()


def a_question(vendor: Vendor) -> ModelRequest:
    """One after an answer whose thoughts its vendor has sealed."""
    seal = Seal(vendor.kind, vendor.proof, f"{PLACE} {vendor.model}")
    answer = (ReasoningPart("Rayleigh, I think.", seal), TextPart("It is scattered."))
    return ModelRequest(
        vendor.model,
        (
            RequestMessage("user", (TextPart("Why is the sky blue?"),)),
            RequestMessage("assistant", answer),
            RequestMessage("user", (TextPart("And why is that?"),)),
        ),
    )


class OneServer(ModelDirectory):
    """Knows one model, at the place whose seals the question holds."""

    def __init__(self, model: ChatModel, name: str) -> None:
        self._found = FoundModel(model, name, None, PLACE)

    @override
    async def find(self, model_id: str) -> FoundModel:
        return self._found


async def hear(model: ChatModel, request: ModelRequest) -> list[ModelEvent]:
    async with aclosing(model.stream(request)) as events:
        return [event async for event in events]


async def told_by(upstream: Upstream) -> Told:
    told = Told()
    async with asking(upstream) as model:
        vendor = upstream.vendor
        inference = an_inference(OneServer(model, vendor.model), StillClock())
        try:
            async with aclosing(inference.stream(Call(a_question(vendor), "ada"))) as events:
                async for event in events:
                    told.events.append(event)
        except ArcanoError as failure:
            told.error = failure
    return told


def when_sealed(vendor: Vendor) -> Callable[[bytes], Body | None]:
    return lambda body: vendor.refused if SECRET.encode() in body else None


@vendors
async def test_an_adapter_says_that_a_seal_was_refused(vendor: Vendor) -> None:
    async with asking(Upstream(vendor, when_sealed(vendor))) as model:
        with pytest.raises(SealRefusedError) as refused:
            await hear(model, a_question(vendor))

    assert not refused.value.retryable


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("anthropic", from_anthropic("messages.1.content.0: Invalid signature in thinking block")),
        (
            "anthropic",
            from_anthropic("messages.3.content.1: Invalid `data` in `redacted_thinking` block"),
        ),
        (
            "openai-responses",
            from_openai(
                "The encrypted content for item rs_0a18 could not be verified. Reason: Encrypted "
                "content organization_id did not match the target organization."
            ),
        ),
        ("gemini", from_google("Invalid thought signature.")),
        (
            "gemini",
            from_google(
                "Unable to submit request because Thought signature is not valid.. Learn more: "
                "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini"
            ),
        ),
    ],
)
async def test_vendors_have_several_words_for_it(kind: str, refusal: Body) -> None:
    (vendor,) = (one for one in VENDORS if one.kind == kind)
    upstream = Upstream(vendor, lambda body: refusal if SECRET.encode() in body else None)

    told = await told_by(upstream)

    assert (told.text, told.error) == ("Because of the air, which scatters it.", None)


@vendors
async def test_it_is_asked_once_more_without_seals_and_with_all_the_words(vendor: Vendor) -> None:
    upstream = Upstream(vendor, when_sealed(vendor))

    told = await told_by(upstream)

    first, second = upstream.asked
    assert SECRET.encode() in first
    assert SECRET.encode() not in second
    assert b"It is scattered." in second
    assert (told.text, told.error) == ("Because of the air, which scatters it.", None)


@vendors
async def test_it_is_not_asked_a_third_time(vendor: Vendor) -> None:
    upstream = Upstream(vendor, lambda _: vendor.refused)

    told = await told_by(upstream)

    assert isinstance(told.error, SealRefusedError)
    assert len(upstream.asked) == 2


@vendors
async def test_any_other_refusal_is_told_at_once(vendor: Vendor) -> None:
    upstream = Upstream(vendor, lambda _: vendor.another_refusal)

    told = await told_by(upstream)

    assert type(told.error) is ProviderRejectedRequestError
    assert len(upstream.asked) == 1


def test_a_refusal_in_the_stream_is_one_too() -> None:
    error = from_openai("The encrypted content EqQB...ABo could not be verified.")["error"]

    assert isinstance(error_in_stream("Vendor", error), SealRefusedError)
