"""Running a call: who is asked, what the reader hears, and how it ends."""

import asyncio
from contextlib import aclosing
from datetime import timedelta

import pytest
from tests.support.fast_time import in_fast_time
from tests.support.inference_bench import QUESTION, Bench, a_call, in_order
from tests.support.scripted_model import FINISHED, Pause, ScriptedModel
from tests.support.storyteller import STORY, Mishap, Storyteller

from arcano.inference import (
    Bounds,
    Fallback,
    QueueFullError,
    RetryRules,
    Route,
    SwitchReason,
    Target,
    TargetChosen,
    TargetSwitched,
    UsageCounted,
)
from arcano.inference.answer import MOST_CHARACTERS, MOST_HELD
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ContextTooLongError,
    ModelEvent,
    ModelNotFoundError,
    ModelRequest,
    PhaseEntered,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    ReasoningDelta,
    RefusalDelta,
    SourceCited,
    TextDelta,
    ToolCallDelta,
)

GONE = ProviderUnreachableError("East cannot be reached.")
BUSY = ProviderOverloadedError("East asks us to slow down.")
TOO_LONG = ContextTooLongError("Longer than East can take.")


def test_a_model_without_a_route_is_asked_by_its_upstream_name() -> None:
    model = ScriptedModel(TextDelta("Hello."), FINISHED)

    told = Bench({"east": model}).ask(a_call("east"))

    assert told.events == [
        TargetChosen("east", "east"),
        TextDelta("Hello."),
        UsageCounted("east", "east", FINISHED.usage, len("Hello.")),
        FINISHED,
    ]
    assert model.asked == [ModelRequest("upstream-east", (QUESTION,))]


def test_a_name_that_nobody_knows_is_not_found_and_not_remembered() -> None:
    bench = Bench({})

    told = bench.ask(a_call("nowhere"))

    assert isinstance(told.error, ModelNotFoundError)
    assert bench.targets.all() == []


def test_the_same_target_is_asked_again_before_the_next() -> None:
    east = Storyteller(Mishap(failure=GONE), Mishap(failure=BUSY))

    told = Bench({"east": east}).ask(a_call("east"))

    assert told.error is None
    assert told.text == STORY
    waits = [event.eta_seconds for event in told.of(PhaseEntered)]
    assert waits == [0.5, 1.0]
    assert len(east.asked) == 3


def test_another_target_is_asked_now_rather_than_the_same_one_later() -> None:
    east, west = Storyteller(*[Mishap(failure=GONE)] * 9), Storyteller(Mishap(failure=GONE))
    targets = (Target("east", "east"), Target("west", "west", rank=1))
    bench = Bench(
        {"east": east, "west": west}, Route("route", targets, retry=RetryRules(attempts=2))
    )

    told = bench.ask(a_call("route"))

    assert told.text == STORY
    # The last one is asked again: nobody is left who could answer sooner.
    assert (len(east.asked), len(west.asked)) == (1, 2)
    assert told.targets == ["east", "west"]
    assert told.of(TargetSwitched) == [
        TargetSwitched("east", "west", "failure", after_first_token=False)
    ]


def test_a_model_that_the_directory_does_not_know_is_passed_over() -> None:
    bench = Bench({"west": Storyteller()}, in_order("east", "west"))

    told = bench.ask(a_call("route"))

    assert told.text == STORY
    assert told.targets == ["east", "west"]


@pytest.mark.parametrize(
    ("failure", "reason", "off"),
    [
        (GONE, "failure", Fallback(failure=False)),
        (ProviderRefusedKeyError("The key is wrong."), "failure", Fallback(failure=False)),
        (ProviderRejectedRequestError("No images."), "failure", Fallback(failure=False)),
        (BUSY, "overload", Fallback(overload=False)),
        (TOO_LONG, "context-too-long", Fallback(context_too_long=False)),
    ],
)
def test_what_leads_to_the_next_target_can_be_switched_off(
    failure: ProviderError, reason: SwitchReason, off: Fallback
) -> None:
    def ask(fallback: Fallback) -> tuple[list[TargetSwitched], ArcanoError | None]:
        models = {"east": Storyteller(Mishap(failure=failure)), "west": Storyteller()}
        told = Bench(models, in_order("east", "west", fallback=fallback)).ask(a_call("route"))
        assert told.error is None or told.error is failure
        return told.of(TargetSwitched), told.error

    assert ask(Fallback()) == ([TargetSwitched("east", "west", reason, False)], None)
    assert ask(off) == ([], failure)


def test_the_most_telling_failure_is_raised_and_names_the_others() -> None:
    east = Storyteller(Mishap(failure=TOO_LONG))
    west = Storyteller(
        Mishap(failure=ProviderOverloadedError("West is busy.", retry_after=timedelta(seconds=9)))
    )
    south = Storyteller(Mishap(failure=GONE))
    models = {"east": east, "west": west, "south": south}

    told = Bench(models, in_order("east", "west", "south")).ask(a_call("route"))

    assert isinstance(told.error, ProviderOverloadedError)
    assert told.error.retry_after == timedelta(seconds=9)
    assert told.error.detail == (
        "West is busy. Others: east (context-too-long), south (provider-unreachable)."
    )


def test_a_full_line_leads_to_the_next_target() -> None:
    pause = Pause()
    models = {"east": ScriptedModel(pause, TextDelta("Hello."), FINISHED), "west": Storyteller()}
    one = Bounds(running=1, waiting=0)
    targets = (Target("east", "east", bounds=one), Target("west", "west", rank=1))
    bench = Bench(models, Route("route", targets), Route("only", targets[:1]))

    async def ask() -> None:
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(bench.hear(a_call("route")))
            await pause.reached.wait()

            second = await bench.hear(a_call("route"))
            third = await bench.hear(a_call("only"))
            pause.go_on()

        assert second.text == STORY
        assert second.of(TargetSwitched) == [TargetSwitched("east", "west", "overload", False)]
        assert isinstance(third.error, QueueFullError)
        assert first.result().text == "Hello."

    in_fast_time(ask())


def test_waiting_for_a_place_is_heard() -> None:
    pause = Pause()
    models = {"east": ScriptedModel(pause, TextDelta("Hello."), FINISHED)}
    bench = Bench(models, bounds=Bounds(running=1, waiting=1))

    async def ask() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bench.hear(a_call("east")))
            await pause.reached.wait()
            async with aclosing(bench.stream(a_call("east"))) as events:
                heard = [await anext(events), await anext(events)]
                pause.go_on()
                heard += [event async for event in events]

        assert heard[:2] == [TargetChosen("east", "east"), PhaseEntered("waiting", 1)]
        assert heard[-1] == FINISHED

    in_fast_time(ask())


def test_a_target_that_never_answers_is_left_for_the_next() -> None:
    east = Storyteller(Mishap(silent_for=1e9))
    bench = Bench({"east": east, "west": Storyteller()}, in_order("east", "west"))

    told = bench.ask(a_call("route"))

    assert told.text == STORY
    assert told.targets == ["east", "west"]
    assert east.running == 0


def test_a_target_that_falls_silent_is_left_and_its_answer_goes_on() -> None:
    east = Storyteller(Mishap(after=70, silent_for=1e9))
    bench = Bench({"east": east, "west": Storyteller()}, in_order("east", "west"))

    told = bench.ask(a_call("route"))

    assert told.text == STORY
    assert told.of(TargetSwitched) == [TargetSwitched("east", "west", "failure", True)]
    assert east.running == 0


@pytest.mark.parametrize(
    "piece",
    [
        TextDelta("owl " * 1_000_000),
        ReasoningDelta("owl " * 1_000_000),
        RefusalDelta("owl " * 1_000_000),
        ToolCallDelta(0, "c1", "look", "owl " * 1_000_000),
        SourceCited("https://owl.example", "owl " * 1_000_000, None),
    ],
)
def test_what_goes_on_without_end_is_cut_off_at_every_door(piece: ModelEvent) -> None:
    endless = [piece] * (MOST_CHARACTERS // 4_000_000 + 1)

    told = Bench({"east": ScriptedModel(*endless, FINISHED)}).ask(a_call("east"))

    assert isinstance(told.error, ProviderError)
    assert FINISHED not in told.events


def test_blanks_are_not_held_back_for_ever() -> None:
    blanks = [TextDelta(" " * 1000)] * (MOST_HELD // 1000 + 1)
    east, west = ScriptedModel(*blanks, GONE), Storyteller()

    told = Bench({"east": east, "west": west}, in_order("east", "west")).ask(a_call("route"))

    assert told.of(TextDelta)[0] == TextDelta(" " * 5000)


def test_silence_is_raised_as_an_unreachable_provider_where_nobody_else_is_left() -> None:
    bench = Bench({"east": Storyteller(Mishap(after=70, silent_for=1e9))})

    told = bench.ask(a_call("east"))

    assert isinstance(told.error, ProviderUnreachableError)
    assert told.error.detail == "east fell silent for 120 seconds."
    assert told.text == STORY[:70]


@pytest.mark.parametrize("heard", [1, 2, 3])
def test_closing_the_answer_ends_the_call_and_frees_the_place(heard: int) -> None:
    east = Storyteller()
    bench = Bench({"east": east}, bounds=Bounds(running=1, waiting=0))

    async def ask() -> None:
        async with aclosing(bench.stream(a_call("east"))) as events:
            for _ in range(heard):
                await anext(events)

        assert east.running == 0
        assert (await bench.queue.state("east")).running == 0
        assert [target.calls for target in bench.targets.all()] == [0]

    in_fast_time(ask())


def test_a_cancelled_reader_ends_the_call_and_frees_the_place() -> None:
    pause = Pause()
    east = ScriptedModel(TextDelta("Once "), pause, FINISHED)
    bench = Bench({"east": east}, bounds=Bounds(running=1, waiting=0))

    async def ask() -> None:
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(bench.hear(a_call("east")))
            await pause.reached.wait()
            reading.cancel()

        assert east.closed == 1
        assert (await bench.queue.state("east")).running == 0
        assert [target.calls for target in bench.targets.all()] == [0]

    in_fast_time(ask())
