"""Several prompts at once: whoever leaves in the middle ends them all, and nothing is raised in the place of it."""

import asyncio
from contextlib import aclosing

import orjson
import pytest
from tests.support.inference_bench import Bench, a_call
from tests.support.scripted_model import Pause, ScriptedModel

from arcano.gateway.openai.complete_prompts import complete_prompts
from arcano.gateway.openai.completion_answer import TextCompletions
from arcano.platform.sse import SseParser
from arcano.providers import TextDelta, WirePassed


async def test_whoever_leaves_while_something_is_sent_ends_every_prompt() -> None:
    model = ScriptedModel(TextDelta("Once "), Pause())
    bench = Bench({"fast": model})
    answers = TextCompletions("fast", count=3, stream=True, usage_wanted=False)
    calls = [a_call("fast") for _ in range(3)]

    async with (
        asyncio.timeout(10),
        aclosing(complete_prompts(calls, answers, bench.inference)) as events,
    ):
        await anext(events)

    assert model.closed == len(model.asked) == 3
    assert {record.outcome for record in bench.ledger.records.values()} == {"stopped"}


@pytest.mark.parametrize("stream", [True, False])
def test_each_choice_of_each_prompt_has_a_number_of_its_own(*, stream: bool) -> None:
    answers = TextCompletions("fast", count=2, choices=2, stream=stream, usage_wanted=False)
    told: list[bytes] = []
    for piece in answers.pieces:
        for index in (1, 0):
            choice = {"index": index, "text": "!", "finish_reason": "stop"}
            whole = orjson.dumps({"choices": [choice]})
            told.append(piece.feed(WirePassed(b"data: %s\n\n" % whole if stream else whole, 1)))

    passed = [orjson.loads(event.data) for event in SseParser().feed(b"".join(told))]
    choices = passed if stream else [{"choices": piece.choices} for piece in answers.pieces]
    assert [choice["index"] for one in choices for choice in one["choices"]] == [1, 0, 3, 2]
