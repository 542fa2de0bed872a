"""Several prompts at once: whoever leaves in the middle ends them all, and nothing is raised in the place of it."""

import asyncio
from contextlib import aclosing

from tests.support.inference_bench import Bench, a_call
from tests.support.scripted_model import Pause, ScriptedModel

from arcano.gateway.openai.complete_prompts import complete_prompts
from arcano.gateway.openai.completion_answer import TextCompletions
from arcano.providers import TextDelta


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
