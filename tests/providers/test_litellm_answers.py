"""The real LiteLLM against a server on the loopback: the same answers and the same errors as from any other adapter."""

from collections.abc import AsyncGenerator

import aiohttp
import orjson
import pytest
from tests.support.heard import Heard, hear_all
from tests.support.wire_upstream import WireUpstream, a_wire_upstream, one_by_one

from arcano.providers import (
    ContextTooLongError,
    ModelRequest,
    Parameters,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    RequestMessage,
    StreamCutError,
    TextPart,
)
from arcano.providers.adapters.litellm import LiteLLMModel

pytestmark = pytest.mark.litellm

KEY = "sk-canary-0123456789"
PATH = "/v1/chat/completions"
QUESTION = ModelRequest(
    "openai/m", (RequestMessage("user", (TextPart("Hi"),)),), Parameters(temperature=0.5)
)


@pytest.fixture
async def upstream() -> AsyncGenerator[WireUpstream]:
    async with a_wire_upstream() as upstream:
        yield upstream


async def hear(upstream: WireUpstream, request: ModelRequest = QUESTION, **into: Heard) -> Heard:
    async with aiohttp.ClientSession() as http:
        model = LiteLLMModel(name="L", base_url=f"{upstream.host}/v1", key=KEY, http=http)
        return await hear_all(model.stream(request), **into)


def chunk(delta: dict[str, object], *, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return b"data: %b\n\n" % orjson.dumps({**head, "choices": [choice]})


USAGE = b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\n\n'
DONE = b"data: [DONE]\n\n"
SAID = chunk({"role": "assistant", "content": "Sal"}) + chunk({"content": "ut 🦉"})


async def test_an_answer_is_heard_with_its_end_and_its_usage(upstream: WireUpstream) -> None:
    upstream.stream(PATH, *one_by_one(SAID + chunk({}, finish="length") + USAGE + DONE))

    heard = await hear(upstream)

    assert heard.text == "Salut 🦉"
    assert heard.finished is not None
    assert heard.finished.reason == "length"
    assert heard.finished.usage is not None
    assert (heard.finished.usage.input_tokens, heard.finished.usage.output_tokens) == (3, 2)
    asked = upstream.asked[-1]
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert (asked.body["model"], asked.body["temperature"]) == ("m", 0.5)


async def test_an_answer_that_breaks_off_is_cut_though_litellm_would_end_it(
    upstream: WireUpstream,
) -> None:
    upstream.stream(PATH, SAID)
    heard = Heard()

    with pytest.raises(StreamCutError):
        await hear(upstream, into=heard)

    assert heard.text == "Salut 🦉"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, {"message": f"Wrong key {KEY}."}, ProviderRefusedKeyError),
        (429, {"message": "Slow down."}, ProviderOverloadedError),
        (503, {"message": "Busy."}, ProviderOverloadedError),
        (400, {"message": "No."}, ProviderRejectedRequestError),
        (
            400,
            {"message": "maximum context length is 8", "code": "context_length_exceeded"},
            ContextTooLongError,
        ),
        (500, {"message": "Oh."}, ProviderError),
    ],
)
async def test_its_errors_become_ours_and_quote_no_key(
    upstream: WireUpstream, status: int, body: dict[str, str], error: type[ProviderError]
) -> None:
    upstream.json(PATH, {"error": body}, status=status)

    with pytest.raises(error) as refused:
        await hear(upstream)

    assert type(refused.value) is error
    assert KEY not in str(refused.value)


async def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    nowhere = WireUpstream()
    nowhere.host = "http://127.0.0.1:1"

    with pytest.raises(ProviderUnreachableError):
        await hear(nowhere)


async def test_without_a_key_none_is_taken_from_the_environment(
    upstream: WireUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-server")
    upstream.stream(PATH, *one_by_one(SAID + chunk({}, finish="stop") + DONE))
    async with aiohttp.ClientSession() as http:
        model = LiteLLMModel(name="L", base_url=f"{upstream.host}/v1", key=None, http=http)
        await hear_all(model.stream(QUESTION))

    assert "sk-of-the-server" not in str(upstream.asked[-1].headers)


async def test_nobody_is_asked_in_the_name_of_the_machine(upstream: WireUpstream) -> None:
    with pytest.raises(ProviderRejectedRequestError, match="in the name of the machine"):
        await hear(upstream, ModelRequest("bedrock/claude", QUESTION.messages))


async def test_a_whole_answer_is_the_same_as_one_in_pieces(upstream: WireUpstream) -> None:
    message = {"role": "assistant", "content": "Salut"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    head = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
    upstream.json(PATH, {**head, "choices": [choice], "usage": usage})

    heard = await hear(upstream, ModelRequest("openai/m", QUESTION.messages, whole=True))

    assert heard.text == "Salut"
    assert heard.finished is not None
    assert heard.finished.usage is not None
    assert heard.finished.usage.output_tokens == 2
