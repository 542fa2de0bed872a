"""Rows for a completion model: few calls, and to each row its own text, its own failure and its own share."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.completion_bench import (
    BROKEN,
    GUILTY,
    ScriptedCompletions,
    a_completing_route,
    a_row,
    written_after,
)
from tests.support.fast_time import in_fast_time
from tests.support.inference_bench import Bench, Told
from tests.support.scripted_model import FINISHED, ScriptedModel

from arcano.inference import (
    Bounds,
    BreakerState,
    Call,
    MicroBatch,
    Route,
    Target,
    UsageCounted,
    open_completer,
)
from arcano.inference.cache.answer_key import digest_of
from arcano.inference.cache.target_class import class_of
from arcano.providers import (
    AnswerSchema,
    ChatModel,
    ModelFinished,
    Parameters,
    ProviderError,
    ProviderOverloadedError,
    ProviderRejectedRequestError,
    RequestMessage,
    TextDelta,
    TextPart,
    TokenUsage,
)


def told_by(calls: Sequence[Call], route: Route, models: dict[str, ChatModel]) -> tuple[Told, ...]:
    """What each of several calls hears that come in the same moment."""

    async def all_at_once() -> tuple[Told, ...]:
        async with open_completer() as completer:
            bench = Bench(models, route, completer=completer)
            return tuple(await asyncio.gather(*(bench.hear(call) for call in calls)))

    return in_fast_time(all_at_once())


def asked(
    model: ScriptedCompletions, *calls: Call, rules: MicroBatch | None = None, attempts: int = 1
) -> tuple[Told, ...]:
    route = a_completing_route("base", micro_batch=rules, attempts=attempts)
    return told_by(calls, route, {"base": model})


def test_rows_that_ask_alike_go_in_one_call_as_bare_prompts() -> None:
    model = ScriptedCompletions(seconds=1)

    first, second = asked(model, a_row("one"), a_row("two", user="bob"))

    assert model.calls == [("one", "two")]
    assert model.chats == []
    assert (first.text, second.text) == (written_after("one"), written_after("two"))
    assert isinstance(first.events[-1], ModelFinished)


def test_rows_with_other_parameters_do_not_share_a_call() -> None:
    model = ScriptedCompletions()

    told = asked(model, a_row("one"), a_row("two", parameters=Parameters(max_tokens=3)), a_row("x"))

    assert sorted(model.calls) == [("one", "x"), ("two",)]
    assert told[1].text == written_after("two")[:3]


def test_a_full_call_does_not_wait_and_the_rest_goes_in_the_next() -> None:
    model = ScriptedCompletions()

    asked(model, *map(a_row, "abcde"), rules=MicroBatch(2, timedelta(seconds=5)))

    assert sorted(model.calls) == [("a", "b"), ("c", "d"), ("e",)]


def test_no_more_prompts_are_in_a_call_than_may_run_at_the_target() -> None:
    model = ScriptedCompletions(seconds=1)
    target = Target("base", "base", bounds=Bounds(2, 100), completes=True)

    told_by([a_row(text) for text in "abcd"], Route("route", (target,)), {"base": model})

    assert model.calls == [("a", "b"), ("c", "d")]


def test_a_row_that_was_not_answered_fails_alone() -> None:
    model = ScriptedCompletions()

    good, bad, other = asked(model, a_row("a"), a_row(f"{BROKEN} b"), a_row("c"))

    assert len(model.calls) == 1
    assert (good.text, other.text) == (written_after("a"), written_after("c"))
    assert isinstance(bad.error, ProviderError)
    assert bad.text == ""


@pytest.mark.parametrize("guilty", [0, 3, 7])
def test_a_call_that_is_refused_for_one_row_answers_all_the_others(guilty: int) -> None:
    model = ScriptedCompletions()
    prompts = [f"{GUILTY if place == guilty else 'row'} {place}" for place in range(8)]

    told = asked(model, *map(a_row, prompts))

    assert [one.text for one in told if one.error is None] == [
        written_after(prompt) for place, prompt in enumerate(prompts) if place != guilty
    ]
    assert isinstance(told[guilty].error, ProviderRejectedRequestError)
    assert len(model.calls) < 2 * len(prompts)


def test_a_call_that_fails_as_a_whole_is_a_failure_of_each_row_in_it() -> None:
    busy = ProviderOverloadedError("Busy.", retry_after=timedelta(seconds=7))
    model = ScriptedCompletions(failures=[busy])

    told = asked(model, a_row("a"), a_row("b"))

    assert [type(one.error) for one in told] == [ProviderOverloadedError] * 2
    assert [one.error and one.error.retry_after for one in told] == [timedelta(seconds=7)] * 2
    assert told[0].error is not told[1].error


def test_a_call_that_fails_as_a_whole_counts_once_against_its_target() -> None:
    async def a_crowd() -> tuple[int, BreakerState]:
        model = ScriptedCompletions(failures=[ProviderError("Broken.")])
        async with open_completer() as completer:
            bench = Bench({"base": model}, a_completing_route("base"), completer=completer)
            await asyncio.gather(*(bench.hear(a_row(str(place))) for place in range(20)))
            (live,) = bench.targets.all()
            return len(live.failures), live.breaker.state

    assert in_fast_time(a_crowd()) == (1, "closed")


def test_rows_of_a_call_that_failed_in_a_way_that_may_pass_ask_together_again() -> None:
    model = ScriptedCompletions(failures=[ProviderError("Broken.")])

    told = asked(model, a_row("a"), a_row("b"), attempts=2)

    assert model.calls == [("a", "b"), ("a", "b")]
    assert [one.text for one in told] == [written_after("a"), written_after("b")]


def test_where_a_completion_model_fails_the_next_target_answers_each_row() -> None:
    base = ScriptedCompletions(failures=[ProviderError("Broken.")])
    chat = ScriptedModel(TextDelta("As a chat."), FINISHED)
    first, _ = a_completing_route("base", "chat").targets
    route = Route("route", (first, Target("chat", "chat", rank=1)))

    told = told_by([a_row("a"), a_row("b")], route, {"base": base, "chat": chat})

    assert [(one.text, one.targets) for one in told] == [("As a chat.", ["base", "chat"])] * 2


def test_what_a_call_used_is_shared_out_by_lengths_and_marked_as_a_share() -> None:
    short, long = asked(ScriptedCompletions(), a_row("a" * 10), a_row("b" * 30))

    (of_short,), (of_long,) = short.of(UsageCounted), long.of(UsageCounted)
    assert of_short.usage == TokenUsage(10, len(written_after("a" * 10)), estimated=True)
    assert of_long.usage == TokenUsage(30, len(written_after("b" * 30)), estimated=True)


def test_what_a_row_without_an_answer_used_is_shared_by_the_others() -> None:
    good, _ = asked(ScriptedCompletions(), a_row("a" * 10), a_row(BROKEN))

    (counted,) = good.of(UsageCounted)
    assert counted.usage is not None
    assert counted.usage.input_tokens == 10 + len(BROKEN)


def test_a_row_that_went_alone_knows_exactly_what_it_used() -> None:
    (told,) = asked(ScriptedCompletions(), a_row("a" * 10))

    (counted,) = told.of(UsageCounted)
    assert counted.usage == TokenUsage(10, len(written_after("a" * 10)))


def test_what_nobody_counted_is_not_known() -> None:
    told = asked(ScriptedCompletions(counts=False), a_row("a"), a_row("b"))

    assert [counted.usage for one in told for counted in one.of(UsageCounted)] == [None, None]


def _with(call: Call, *messages: RequestMessage, schema: AnswerSchema | None = None) -> Call:
    request = replace(
        call.request, messages=messages or call.request.messages, answer_schema=schema
    )
    return replace(call, request=request)


SYSTEM = RequestMessage("system", (TextPart("Be brief."),))
USER = RequestMessage("user", (TextPart("a"),))


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(a_row("a", priority="interactive"), id="a person's"),
        pytest.param(a_row("a", priority="program"), id="a program's"),
        pytest.param(_with(a_row("a"), SYSTEM, USER), id="with instructions"),
        pytest.param(_with(a_row("a"), schema=AnswerSchema("answer", {})), id="with a schema"),
    ],
)
def test_any_other_call_of_a_completion_model_stays_a_chat(call: Call) -> None:
    model = ScriptedCompletions()

    (told,) = asked(model, call)

    assert (model.calls, len(model.chats)) == ([], 1)
    assert told.text == "An answer, not a continuation."


def test_a_target_that_is_not_said_to_complete_is_asked_as_a_chat() -> None:
    model = ScriptedCompletions()

    told_by([a_row("a")], Route("route", (Target("base", "base"),)), {"base": model})

    assert (model.calls, len(model.chats)) == ([], 1)


def test_a_model_that_cannot_complete_says_what_is_to_be_changed() -> None:
    model = ScriptedModel(TextDelta("As a chat."), FINISHED)

    (told,) = told_by([a_row("a")], a_completing_route("base"), {"base": model})

    assert isinstance(told.error, ProviderRejectedRequestError)
    assert "`completes`" in told.error.detail


def test_a_row_that_leaves_takes_nothing_from_the_others_and_the_last_ends_the_call() -> None:
    model = ScriptedCompletions(seconds=60)

    async def two_who_leave() -> list[int]:
        async with open_completer() as completer:
            bench = Bench({"base": model}, a_completing_route("base"), completer=completer)
            off: list[int] = []
            async with asyncio.TaskGroup() as tasks:
                rows = [tasks.create_task(bench.hear(a_row(text))) for text in "ab"]
                await asyncio.sleep(1)
                for row in rows:
                    row.cancel()
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
                    off.append(model.called_off)
            return off

    assert in_fast_time(two_who_leave()) == [0, 1]
    assert model.calls == [("a", "b")]


def test_a_call_that_says_nothing_for_too_long_is_given_up_by_each_row() -> None:
    model = ScriptedCompletions(seconds=10_000)

    told = asked(model, a_row("a"), a_row("b"))

    assert [one.error and one.error.code for one in told] == ["provider-unreachable"] * 2
    assert model.called_off == 1


def test_what_goes_on_with_a_text_is_not_kept_as_an_answer_to_it() -> None:
    route = a_completing_route("base")
    models = Bench({"base": ScriptedCompletions()}, route).models

    async def digest(call: Call) -> bytes:
        targets = await class_of(call, route, models)
        assert targets is not None
        return digest_of(call.request, scope="user ada", targets=targets)

    row, question = a_row("a"), a_row("a", priority="interactive")
    assert in_fast_time(digest(row)) != in_fast_time(digest(question))
