"""Prompts as a list: each gets what was written after it, and one that went wrong takes nobody along."""

from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest
from inline_snapshot import snapshot
from openai import AsyncOpenAI
from tests.support.wire_upstream import WireUpstream, a_wire_upstream

from arcano.providers import (
    Completion,
    Completions,
    ContextTooLongError,
    Parameters,
    ProviderError,
    ProviderOverloadedError,
    ProviderRejectedRequestError,
    StreamCutError,
    TokenUsage,
)
from arcano.providers.adapters.openai_compatible import OpenAICompatibleModel
from arcano.providers.profiles import GENERIC, OPENAI, Profile

PATH = "/v1/completions"
PROMPTS = ("Once upon", "The end")


def a_choice(index: int, text: str, finish_reason: str | None = "stop", **more: Any) -> object:
    return {
        "index": index,
        "text": text,
        "logprobs": None,
        "finish_reason": finish_reason,
        **more,
    }


def an_answer(*choices: object, **more: object) -> dict[str, object]:
    usage = {"prompt_tokens": 8, "completion_tokens": 5, "total_tokens": 13}
    head = {"id": "cmpl-1", "object": "text_completion", "created": 1_795_898_223, "model": "m"}
    return {**head, "choices": list(choices), "usage": usage, **more}


@pytest.fixture
async def upstream() -> AsyncGenerator[WireUpstream]:
    async with a_wire_upstream() as upstream:
        yield upstream


async def complete(
    upstream: WireUpstream,
    *prompts: str,
    parameters: Parameters | None = None,
    profile: Profile = GENERIC,
) -> Completions:
    async with aiohttp.ClientSession() as http:
        model = OpenAICompatibleModel(
            name="Upstream",
            base_url=f"{upstream.host}/v1",
            key="sk-secret",
            http=http,
            profile=profile,
        )
        return await model.complete("m", prompts or PROMPTS, parameters or Parameters())


async def test_prompts_go_as_they_are_and_their_texts_come_back_in_order(
    upstream: WireUpstream,
) -> None:
    upstream.json(PATH, an_answer(a_choice(1, " of it.", "length"), a_choice(0, " a time.")))

    found = await complete(
        upstream,
        parameters=Parameters(
            temperature=0.0,
            top_p=0.5,
            max_tokens=9,
            stop=("\n",),
            seed=3,
            reasoning_effort="low",
        ),
        profile=OPENAI,
    )

    assert found == Completions(
        (Completion(" a time.", "stop"), Completion(" of it.", "length")), TokenUsage(8, 5)
    )
    assert upstream.asked[0].body == snapshot(
        {
            "model": "m",
            "prompt": ["Once upon", "The end"],
            "stream": False,
            "temperature": 0.0,
            "top_p": 0.5,
            "max_tokens": 9,
            "stop": ["\n"],
            "seed": 3,
        }
    )


async def test_openais_own_client_asks_and_reads_the_same(upstream: WireUpstream) -> None:
    upstream.json(PATH, an_answer(a_choice(0, " a time."), a_choice(1, " of it.")))
    async with AsyncOpenAI(base_url=f"{upstream.host}/v1", api_key="sk", max_retries=0) as client:
        theirs = await client.completions.create(model="m", prompt=list(PROMPTS), stream=False)

    ours = await complete(upstream)

    assert upstream.asked[0].body == upstream.asked[1].body
    assert [(choice.text, choice.finish_reason) for choice in theirs.choices] == [
        (one.text, one.reason) for one in ours.outcomes if isinstance(one, Completion)
    ]


@pytest.mark.parametrize(
    "choices",
    [
        pytest.param([a_choice(1, " of it.")], id="none came"),
        pytest.param([a_choice(0, " a", None), a_choice(1, " of it.")], id="no end"),
        pytest.param([a_choice(0, "", "abort"), a_choice(1, " of it.")], id="called off"),
    ],
)
async def test_a_prompt_without_a_whole_answer_fails_alone(
    upstream: WireUpstream, choices: list[object]
) -> None:
    upstream.json(PATH, an_answer(*choices))

    failed, other = (await complete(upstream)).outcomes

    assert isinstance(failed, StreamCutError)
    assert other == Completion(" of it.", "stop")


async def test_an_error_that_stands_at_one_choice_is_that_prompts_and_keeps_the_key_to_itself(
    upstream: WireUpstream,
) -> None:
    error = {"code": 429, "message": "Too many for sk-secret."}
    upstream.json(PATH, an_answer(a_choice(0, "", "error", error=error), a_choice(1, " of it.")))

    failed, other = (await complete(upstream)).outcomes

    assert isinstance(failed, ProviderOverloadedError)
    assert "[key]" in failed.detail
    assert isinstance(other, Completion)


async def test_llama_cpp_counts_the_first_prompt_alone_so_the_others_are_not_counted(
    upstream: WireUpstream,
) -> None:
    answer = an_answer(
        a_choice(0, " a time."), a_choice(1, " of it."), timings={"prompt_n": 8, "predicted_n": 5}
    )
    upstream.json(PATH, answer)

    several = await complete(upstream)

    assert several.usage is None
    assert [one.usage for one in several.outcomes if isinstance(one, Completion)] == [
        TokenUsage(8, 5),
        None,
    ]


async def test_one_prompt_alone_has_all_that_was_counted(upstream: WireUpstream) -> None:
    upstream.json(PATH, an_answer(a_choice(0, " a time."), timings={"prompt_n": 8}))

    found = await complete(upstream, "Once upon")

    assert found == Completions((Completion(" a time.", "stop"),), TokenUsage(8, 5))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": {"message": "`prompt` is not valid."}}, ProviderRejectedRequestError),
        (
            400,
            {"error": {"message": "This model's maximum context length is 10 tokens."}},
            ContextTooLongError,
        ),
        (429, {"error": {"message": "Slow down."}}, ProviderOverloadedError),
        (200, {"error": {"code": 503, "message": "Loading."}}, ProviderOverloadedError),
        (200, {"choices": [a_choice(0, "a"), a_choice(0, "b")]}, ProviderError),
        (200, {"choices": [a_choice(2, "a")]}, ProviderError),
        (
            200,
            {"choices": [a_choice(0, "a"), {"index": 1, "finish_reason": "stop"}]},
            ProviderError,
        ),
        (200, {"data": []}, ProviderError),
        (200, [1], ProviderError),
    ],
)
async def test_a_call_that_fails_as_a_whole_says_how(
    upstream: WireUpstream, status: int, body: object, kind: type[ProviderError]
) -> None:
    upstream.json(PATH, body, status=status)

    with pytest.raises(ProviderError) as failure:
        await complete(upstream)

    assert type(failure.value) is kind
