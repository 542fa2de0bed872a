"""Several ask the same at the same time: one call upstream, one text, and nobody's stop is another's."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from tests.support.answer_bench import AnswerBench, a_question, anew, answer_bench, labels
from tests.support.inference_bench import Told
from tests.support.scripted_model import Pause, ScriptedModel
from tests.support.storyteller import STORY, Mishap, Storyteller
from typing_extensions import override

from arcano.inference import CacheSettings, Call, UsageCounted
from arcano.inference.cache.answer_store import StoreSizes
from arcano.providers import (
    ContextTooLongError,
    ModelEvent,
    ModelFinished,
    ModelRequest,
    ProviderError,
    ProviderOverloadedError,
    StreamCutError,
    TextDelta,
    TokenUsage,
)
from arcano.usage import TokenCounts

BUSY = ProviderOverloadedError("East is busy.")
CUT = StreamCutError("The connection to East broke.")
FINISHED = ModelFinished("stop", TokenUsage(10, 5))


class Crowd:
    """Some who ask at the same time. Each is a task that can be stopped."""

    def __init__(self, bench: AnswerBench, tasks: asyncio.TaskGroup) -> None:
        self._bench = bench
        self._tasks = tasks

    def asks(self, call: Call | None = None) -> tuple[Told, asyncio.Task[None]]:
        told = Told()
        return told, self._tasks.create_task(self._bench.ask_into(told, call or a_question()))


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


async def until_heard(told: Told, text: str) -> None:
    async with asyncio.timeout(5):
        while told.text != text:  # noqa: ASYNC110 - who listens tells nobody
            await asyncio.sleep(0)


@pytest.mark.parametrize("crowd", [2, 50])
async def test_a_crowd_that_asks_the_same_is_one_call_upstream(crowd: int) -> None:
    east = Storyteller()
    async with answer_bench({"east": east}) as bench:
        answers = await asyncio.gather(*(bench.ask(a_question()) for _ in range(crowd)))

    assert len(east.asked) == 1
    assert {told.text for told in answers} == {STORY}
    assert [labels(told) for told in answers] == [[], *[["together"]] * (crowd - 1)]
    assert bench.cache.counts.together == crowd - 1


async def test_who_comes_later_hears_it_from_the_beginning_and_then_as_it_is_written() -> None:
    pause = Pause()
    east = ScriptedModel(TextDelta("One, "), pause, TextDelta("two."), FINISHED)
    async with answer_bench({"east": east}) as bench, asyncio.TaskGroup() as tasks:
        crowd = Crowd(bench, tasks)
        first, _ = crowd.asks()
        await pause.reached.wait()
        later, _ = crowd.asks()

        await until_heard(later, "One, ")
        pause.go_on()
        await until_heard(later, "One, two.")
        await until_heard(first, "One, two.")

    assert len(east.asked) == 1


async def test_what_it_cost_is_told_once_and_to_the_others_as_saved() -> None:
    async with answer_bench({"east": Storyteller()}) as bench:
        answers = await asyncio.gather(*(bench.ask(a_question()) for _ in range(3)))

    counted = [told.of(UsageCounted) for told in answers]
    ends = [told.of(ModelFinished) for told in answers]
    usage = TokenUsage(10, len(STORY))
    assert [(one.from_cache, one.usage) for (one,) in counted] == [
        (False, usage),
        (True, usage),
        (True, usage),
    ]
    assert [one.usage for (one,) in ends] == [usage, None, None]


@pytest.mark.parametrize("who_goes", [0, 1])
async def test_a_stop_ends_nobody_elses_answer(who_goes: int) -> None:
    pause = Pause()
    east = ScriptedModel(TextDelta("One, "), pause, TextDelta("two."), FINISHED)
    async with answer_bench({"east": east}) as bench, asyncio.TaskGroup() as tasks:
        crowd = Crowd(bench, tasks)
        both = [crowd.asks(), crowd.asks()]
        await pause.reached.wait()
        await until_heard(both[1][0], "One, ")

        await stop(both[who_goes][1])
        pause.go_on()
        left, task = both[1 - who_goes]
        await task

        assert left.text == "One, two."
        assert len(east.asked) == 1
        # Whoever is left is the one it was written for, so the bill is theirs.
        assert [one.from_cache for one in left.of(UsageCounted)] == [False]
        assert labels(await bench.ask(a_question())) == ["same"]


@pytest.mark.parametrize("who_goes", [0, 1])
async def test_whoever_goes_leaves_the_whole_bill_to_the_one_who_stays(who_goes: int) -> None:
    pause = Pause()
    east = ScriptedModel(TextDelta("One, "), pause, TextDelta("two."), FINISHED)
    async with answer_bench({"east": east}) as bench, asyncio.TaskGroup() as tasks:
        crowd = Crowd(bench, tasks)
        both = [crowd.asks(), crowd.asks()]
        await pause.reached.wait()
        await until_heard(both[1][0], "One, ")

        await stop(both[who_goes][1])
        pause.go_on()
        await both[1 - who_goes][1]

    rows = {row.outcome: row for row in bench.ledger.records.values()}
    assert (rows["stopped"].tokens, rows["stopped"].from_cache) == (TokenCounts(0, 0), True)
    assert (rows["finished"].tokens, rows["finished"].from_cache) == (TokenCounts(10, 5), False)


async def test_of_those_who_all_go_the_last_pays_for_what_was_said() -> None:
    pause = Pause()
    east = ScriptedModel(TextDelta("One, two, three."), pause, FINISHED)
    async with answer_bench({"east": east}) as bench, asyncio.TaskGroup() as tasks:
        crowd = Crowd(bench, tasks)
        both = [crowd.asks(), crowd.asks()]
        await pause.reached.wait()
        await until_heard(both[1][0], "One, two, three.")

        for _, task in both:
            await stop(task)

    first, last = bench.ledger.records.values()
    assert (first.tokens, first.from_cache) == (TokenCounts(0, 0), True)
    assert (last.tokens.output, last.from_cache) == (4, False)
    assert last.estimated


async def test_when_the_last_one_stops_the_call_ends_at_the_provider() -> None:
    pause = Pause()
    east = ScriptedModel(TextDelta("One, "), pause, FINISHED)
    async with answer_bench({"east": east}) as bench, asyncio.TaskGroup() as tasks:
        crowd = Crowd(bench, tasks)
        both = [crowd.asks()[1], crowd.asks()[1]]
        await pause.reached.wait()

        await stop(both[0])
        still_open = east.closed == 0
        await stop(both[1])

        assert still_open
        assert east.closed == 1
        assert await bench.cache.sizes() == StoreSizes(0, 0)


async def test_after_all_have_stopped_the_next_one_asks_anew() -> None:
    pause = Pause()
    east = ScriptedModel(TextDelta("One, "), pause, TextDelta("two."), FINISHED)
    async with answer_bench({"east": east}) as bench, asyncio.TaskGroup() as tasks:
        _, task = Crowd(bench, tasks).asks()
        await pause.reached.wait()
        await stop(task)
        pause.go_on()

        told = await bench.ask(a_question())

    assert (told.text, labels(told)) == ("One, two.", [])
    assert len(east.asked) == 2


async def test_a_call_that_fails_before_its_first_word_is_tried_by_those_who_joined_it() -> None:
    east = Storyteller(Mishap(failure=BUSY))
    async with answer_bench({"east": east}) as bench:
        first, second = await asyncio.gather(bench.ask(a_question()), bench.ask(a_question()))

    assert first.error is BUSY
    assert (second.text, second.error, labels(second)) == (STORY, None, [])
    assert len(east.asked) == 2


@pytest.mark.parametrize(
    ("after", "failure"),
    [
        pytest.param(70, CUT, id="after its first word"),
        pytest.param(0, ContextTooLongError("Too long."), id="for good"),
    ],
)
async def test_any_other_failure_is_heard_by_all_alike(after: int, failure: ProviderError) -> None:
    east = Storyteller(Mishap(after=after, failure=failure))
    async with answer_bench({"east": east}) as bench:
        answers = await asyncio.gather(bench.ask(a_question()), bench.ask(a_question()))

    assert [(told.text, told.error) for told in answers] == [(STORY[:after], failure)] * 2
    assert len(east.asked) == 1


async def test_who_asks_anew_joins_nobody_and_is_joined_by_nobody() -> None:
    east = Storyteller()
    async with answer_bench({"east": east}) as bench:
        answers = await asyncio.gather(
            bench.ask(a_question()), bench.ask(anew(a_question())), bench.ask(a_question())
        )

    assert [labels(told) for told in answers] == [[], [], ["together"]]
    assert len(east.asked) == 2


async def test_a_person_does_not_wait_at_the_side_of_a_batch() -> None:
    pause = Pause()
    east = ScriptedModel(pause, TextDelta("Yes."), FINISHED)
    async with answer_bench({"east": east}) as bench, asyncio.TaskGroup() as tasks:
        crowd = Crowd(bench, tasks)
        crowd.asks(replace(a_question(), priority="batch"))
        await pause.reached.wait()
        person, _ = crowd.asks()
        async with asyncio.timeout(5):
            while len(east.asked) < 2:  # noqa: ASYNC110 - the model tells nobody
                await asyncio.sleep(0)
        pause.go_on()

    assert (person.text, labels(person)) == ("Yes.", [])


async def test_two_people_do_not_share_one_under_way_either() -> None:
    east = Storyteller()
    async with answer_bench({"east": east}) as bench:
        answers = await asyncio.gather(
            bench.ask(a_question(user="ada")), bench.ask(a_question(user="ben"))
        )

    assert len(east.asked) == 2
    assert [labels(told) for told in answers] == [[], []]


async def test_an_answer_too_long_to_be_kept_is_joined_only_while_it_is_short() -> None:
    pause = Pause()
    east = ScriptedModel(TextDelta("x" * 200), pause, FINISHED)
    settings = CacheSettings(answers="all", max_answer_bytes=100)
    async with (
        answer_bench({"east": east}, settings=settings) as bench,
        asyncio.TaskGroup() as tasks,
    ):
        crowd = Crowd(bench, tasks)
        first, _ = crowd.asks()
        await pause.reached.wait()
        later, _ = crowd.asks()
        await until_heard(later, "x" * 200)
        pause.go_on()
        await until_heard(first, "x" * 200)

    assert len(east.asked) == 2


class SlowToLeave(Storyteller):
    """Takes its time to hang up after its last word."""

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        try:
            async for event in super().stream(request):
                yield event
        finally:
            await asyncio.sleep(0.01)


async def test_who_goes_after_the_last_word_does_not_keep_it_from_being_kept() -> None:
    async with answer_bench({"east": SlowToLeave()}) as bench:
        await bench.ask(a_question())

        told = await bench.ask(a_question())

    assert (told.text, labels(told)) == (STORY, ["same"])


async def test_a_bug_is_heard_by_all_and_leaves_nobody_waiting() -> None:
    east = ScriptedModel(TextDelta("One, "), KeyError("a bug"))
    async with answer_bench({"east": east}) as bench:
        async with asyncio.timeout(5):
            both = await asyncio.gather(
                bench.ask(a_question()), bench.ask(a_question()), return_exceptions=True
            )

    assert [type(one) for one in both] == [KeyError, KeyError]
