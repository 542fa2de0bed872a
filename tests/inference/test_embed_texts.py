"""Embedding texts: many callers in few requests, and to each exactly its own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.embedding_bench import (
    GUILTY,
    Answers,
    ScriptedVectors,
    a_route,
    an_embedder,
    outcome,
    tried,
    vector_of,
)
from tests.support.fast_time import in_fast_time
from tests.support.ledger import RememberedLedger
from typing_extensions import override

from arcano.inference import (
    Bounds,
    CannotEmbedError,
    Embedded,
    EmbeddingCall,
    FairQueue,
    MicroBatch,
    Place,
    Route,
    Target,
    Ticket,
)
from arcano.inference.micro_batch import share_out
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRejectedRequestError,
)

WAIT = timedelta(milliseconds=10)


def a_call(*texts: str, user: str = "ada", model: str = "route") -> EmbeddingCall:
    return EmbeddingCall(model, texts, user)


def embedded(model: ScriptedVectors, *calls: EmbeddingCall, rules: MicroBatch) -> list[object]:
    """What each of several calls has that come in the same moment."""

    async def all_at_once() -> list[object]:
        route = a_route("vectors", micro_batch=rules)
        async with (
            an_embedder({"vectors": (model, "e5")}, route) as embedder,
            asyncio.TaskGroup() as callers,
        ):
            tasks = [callers.create_task(tried(embedder, call)) for call in calls]
            return [await outcome(task) for task in tasks]

    return in_fast_time(all_at_once())


def test_calls_that_come_together_go_in_one_request() -> None:
    model = ScriptedVectors(seconds=0.1)

    first, second = embedded(model, a_call("a", "b"), a_call("c", user="bob"), rules=MicroBatch())

    assert model.requests == [("a", "b", "c")]
    assert isinstance(first, Embedded)
    assert isinstance(second, Embedded)
    assert first.vectors == (vector_of("a"), vector_of("b"))
    assert second.vectors == (vector_of("c"),)


def test_a_full_batch_does_not_wait_and_a_last_one_waits_no_longer_than_it_may() -> None:
    model = ScriptedVectors()
    ended: list[float] = []

    async def three_callers() -> None:
        route = a_route("vectors", micro_batch=MicroBatch(2, timedelta(seconds=5)))
        async with an_embedder({"vectors": (model, "e5")}, route) as embedder:

            async def ask(text: str) -> None:
                await embedder.embed(a_call(text))
                ended.append(asyncio.get_running_loop().time())

            async with asyncio.TaskGroup() as callers:
                for text in "abc":
                    callers.create_task(ask(text))

    in_fast_time(three_callers())

    assert model.requests == [("a", "b"), ("c",)]
    assert ended == [pytest.approx(0, abs=0.01), pytest.approx(0, abs=0.01), pytest.approx(5)]


def test_more_texts_than_a_request_takes_go_in_several_and_come_back_in_order() -> None:
    model = ScriptedVectors()
    texts = [f"text {number}" for number in range(10)]

    (answer,) = embedded(model, a_call(*texts), rules=MicroBatch(4, WAIT))

    assert [len(request) for request in model.requests] == [4, 4, 2]
    assert isinstance(answer, Embedded)
    assert answer.vectors == tuple(vector_of(text) for text in texts)


def test_long_texts_make_small_batches_and_a_longer_one_goes_alone() -> None:
    model = ScriptedVectors()

    embedded(
        model,
        a_call("x" * 60, "y" * 60, "z" * 300),
        rules=MicroBatch(64, WAIT, batch_characters=100),
    )

    assert sorted(len(request) for request in model.requests) == [1, 1, 1]


def test_usage_is_shared_out_by_characters_and_nothing_is_lost_on_the_way() -> None:
    short, long = embedded(
        ScriptedVectors(), a_call("a" * 10), a_call("b" * 30, user="bob"), rules=MicroBatch()
    )

    assert isinstance(short, Embedded)
    assert isinstance(long, Embedded)
    assert short.usage is not None
    assert long.usage is not None
    assert (short.usage.input_tokens, long.usage.input_tokens) == (10, 30)


@given(st.integers(0, 10_000), st.lists(st.integers(0, 500), min_size=1, max_size=20))
def test_shares_add_up_to_the_whole_and_are_as_fair_as_whole_numbers_can_be(
    total: int, parts: list[int]
) -> None:
    shares = share_out(total, parts)

    assert sum(shares) == total
    whole = sum(parts)
    for share, part in zip(shares, parts, strict=True):
        fair = total * part / whole if whole else total / len(parts)
        assert abs(share - fair) < 1 + 1e-9


def test_only_the_guilty_caller_fails_where_the_provider_refuses_the_whole_request() -> None:
    model = ScriptedVectors()
    calls = [a_call(f"fine {number}", user=f"user-{number}") for number in range(15)]

    *fine, guilty = embedded(model, *calls, a_call(f"{GUILTY} text"), rules=MicroBatch(16, WAIT))

    assert isinstance(guilty, ProviderRejectedRequestError)
    for number, answer in enumerate(fine):
        assert isinstance(answer, Embedded)
        assert answer.vectors == (vector_of(f"fine {number}"),)
    assert len(model.requests) == 9  # one for all, and two for each halving of sixteen


def test_finding_the_guilty_takes_fewer_than_twice_as_many_requests_as_there_are_callers() -> None:
    model = ScriptedVectors()
    calls = [a_call(f"{GUILTY} {number}") for number in range(16)]

    answers = embedded(model, *calls, rules=MicroBatch(16, WAIT))

    assert all(isinstance(answer, ProviderRejectedRequestError) for answer in answers)
    assert len({id(answer) for answer in answers}) == 16
    assert len(model.requests) == 31


def test_a_caller_that_leaves_before_the_batch_goes_is_not_in_it() -> None:
    model = ScriptedVectors()

    async def one_leaves() -> object:
        async with (
            an_embedder({"vectors": (model, "e5")}, a_route("vectors")) as embedder,
            asyncio.TaskGroup() as callers,
        ):
            leaving = callers.create_task(tried(embedder, a_call("left")))
            staying = callers.create_task(tried(embedder, a_call("stays")))
            await asyncio.sleep(0.005)
            leaving.cancel()
            return await outcome(staying)

    answer = in_fast_time(one_leaves())

    assert isinstance(answer, Embedded)
    assert model.requests == [("stays",)]


def test_a_caller_that_leaves_a_running_request_stops_nobody_and_the_last_one_stops_it() -> None:
    model = ScriptedVectors(seconds=60)

    async def leave_one_by_one() -> tuple[int, int]:
        async with (
            an_embedder({"vectors": (model, "e5")}, a_route("vectors")) as embedder,
            asyncio.TaskGroup() as callers,
        ):
            first = callers.create_task(tried(embedder, a_call("a")))
            second = callers.create_task(tried(embedder, a_call("b")))
            await asyncio.sleep(1)
            first.cancel()
            await asyncio.sleep(1)
            running_without_first = model.running
            second.cancel()
            await asyncio.sleep(1)
            return running_without_first, model.called_off

    assert in_fast_time(leave_one_by_one()) == (1, 1)


def test_a_target_with_the_same_model_takes_over_and_one_with_another_never_does() -> None:
    broken = ScriptedVectors(failures=[ProviderError("It broke.")] * 5)
    another, same = ScriptedVectors(), ScriptedVectors()

    async def ask() -> Embedded:
        models = {"broken": (broken, "e5"), "another": (another, "minilm"), "same": (same, "e5")}
        async with an_embedder(models, a_route("broken", "another", "same")) as embedder:
            return await embedder.embed(a_call("a"))

    answer = in_fast_time(ask())

    assert (answer.target_id, answer.model) == ("same", "e5")
    assert another.requests == []


def test_where_only_another_model_is_left_the_call_fails_instead_of_mixing_vectors() -> None:
    another = ScriptedVectors()

    async def ask() -> object:
        models = {
            "broken": (ScriptedVectors(failures=[ProviderError("It broke.")]), "e5"),
            "another": (another, "minilm"),
        }
        async with an_embedder(models, a_route("broken", "another")) as embedder:
            return await tried(embedder, a_call("a"))

    answer = in_fast_time(ask())

    assert isinstance(answer, ProviderError)
    assert answer.detail == "It broke."
    assert another.requests == []


def test_an_overloaded_target_is_asked_again_for_all_of_the_batch() -> None:
    model = ScriptedVectors(
        failures=[ProviderOverloadedError("Slow down.", retry_after=timedelta(seconds=3))]
    )

    async def ask() -> Embedded:
        async with an_embedder({"v": (model, "e5")}, a_route("v", attempts=2)) as embedder:
            return await embedder.embed(a_call("a"))

    assert in_fast_time(ask()).vectors == (vector_of("a"),)
    assert len(model.requests) == 2


def test_a_model_that_only_answers_is_refused_by_name() -> None:
    async def ask() -> object:
        async with an_embedder({"talker": (Answers(), "gpt")}) as embedder:
            return await tried(embedder, a_call("a", model="talker"))

    answer = in_fast_time(ask())

    assert isinstance(answer, CannotEmbedError)
    assert "talker makes no vectors" in answer.detail


def test_a_name_that_nobody_knows_is_said_to_be_unknown() -> None:
    async def ask() -> object:
        async with an_embedder({}) as embedder:
            return await tried(embedder, a_call("a", model="nobody"))

    assert isinstance(in_fast_time(ask()), ModelNotFoundError)


def test_requests_keep_to_the_bounds_of_the_target() -> None:
    model = ScriptedVectors(seconds=1)
    most = 0

    async def crowd() -> None:
        nonlocal most
        target = Target("v", "v", bounds=Bounds(2, None), micro_batch=MicroBatch(1, WAIT))
        async with (
            an_embedder(
                {"v": (model, "e5")}, Route("route", (target,)), queue=FairQueue()
            ) as embedder,
            asyncio.TaskGroup() as callers,
        ):
            for number in range(10):
                callers.create_task(embedder.embed(a_call(str(number))))
            while len(model.requests) < 10:
                most = max(most, model.running)
                await asyncio.sleep(0.1)

    in_fast_time(crowd())

    assert most == 2


def test_a_request_whose_callers_have_their_vectors_leaves_its_place_in_peace() -> None:
    """Nobody calls it off then, though everybody has gone: a place given back half is a place lost."""
    left: list[str] = []

    class SlowToLeave(FairQueue):
        @asynccontextmanager
        @override
        async def enter(self, ticket: Ticket, bounds: Bounds) -> AsyncGenerator[Place]:
            async with super().enter(ticket, bounds) as place:
                yield place
                await asyncio.sleep(1)
            left.append(ticket.target_id)

    async def ask() -> object:
        async with an_embedder(
            {"v": (ScriptedVectors(), "e5")}, a_route("v"), queue=SlowToLeave()
        ) as embedder:
            return await tried(embedder, a_call("a"))

    assert isinstance(in_fast_time(ask()), Embedded)
    assert left == ["v"]


@st.composite
def crowds(draw: st.DrawFn) -> list[tuple[float, list[str], float | None]]:
    """Callers: when each comes, its texts (some of them guilty), and after how long it leaves, if it does."""
    callers = draw(
        st.lists(
            st.tuples(
                st.floats(0, 0.1),
                st.lists(st.sampled_from(["fine", GUILTY]), min_size=1, max_size=5),
                st.none() | st.floats(0, 0.3),
            ),
            min_size=1,
            max_size=12,
        )
    )
    return [
        (at, [f"{kind} {who}.{place}" for place, kind in enumerate(kinds)], leaves)
        for who, (at, kinds, leaves) in enumerate(callers)
    ]


@given(crowds(), st.integers(1, 8), st.floats(0, 0.05), st.floats(0, 0.1))
def test_whoever_comes_and_goes_each_caller_has_exactly_its_own_vectors_or_its_own_error(
    crowd: list[tuple[float, list[str], float | None]], size: int, wait: float, service: float
) -> None:
    model = ScriptedVectors(seconds=service)

    async def everybody() -> list[object]:
        rules = MicroBatch(size, timedelta(seconds=wait))
        async with an_embedder({"v": (model, "e5")}, a_route("v", micro_batch=rules)) as embedder:

            async def come(at: float, texts: list[str]) -> Embedded | ArcanoError:
                await asyncio.sleep(at)
                return await tried(embedder, a_call(*texts))

            async def leave(caller: asyncio.Task[Embedded | ArcanoError], after: float) -> None:
                await asyncio.sleep(after)
                caller.cancel()

            async with asyncio.TaskGroup() as tasks:
                callers: list[asyncio.Task[Embedded | ArcanoError]] = []
                for at, texts, leaves in crowd:
                    callers.append(tasks.create_task(come(at, texts)))
                    if leaves is not None:
                        tasks.create_task(leave(callers[-1], at + leaves))
                return [await outcome(caller) for caller in callers]

    answers = in_fast_time(everybody())

    for (_, texts, leaves), answer in zip(crowd, answers, strict=True):
        if answer is None:
            assert leaves is not None
        elif any(text.startswith(GUILTY) for text in texts):
            assert isinstance(answer, ProviderRejectedRequestError)
        else:
            assert isinstance(answer, Embedded)
            assert answer.vectors == tuple(vector_of(text) for text in texts)
    assert all(len(request) <= size for request in model.requests)
    assert model.running == 0


def test_each_call_is_a_row_of_the_ledger_with_its_own_share_of_what_was_read() -> None:
    ledger = RememberedLedger()

    async def two_callers() -> None:
        models = {"a": (ScriptedVectors(), "e5")}
        async with an_embedder(models, a_route("a"), ledger=ledger) as embedder:
            await asyncio.gather(*(embedder.embed(a_call("x" * size)) for size in (4, 12)))

    in_fast_time(two_callers())

    rows = sorted(ledger.records.values(), key=lambda row: row.estimated_input)
    assert [row.estimated_input for row in rows] == [2, 4]
    assert [(row.outcome, row.target, row.tokens.output) for row in rows] == [
        ("finished", "a", 0)
    ] * 2
    assert [row.tokens.input for row in rows] == [4, 12]


def test_a_call_that_fails_is_a_row_too_and_has_used_nothing() -> None:
    ledger = RememberedLedger()

    async def guilty() -> None:
        models = {"a": (ScriptedVectors(), "e5")}
        async with an_embedder(models, a_route("a"), ledger=ledger) as embedder:
            await tried(embedder, a_call(GUILTY))

    in_fast_time(guilty())

    (row,) = ledger.records.values()
    assert (row.outcome, row.tokens.input) == ("failed", 0)
