"""Whatever goes wrong wherever: every call ends in one way, and of the text nothing is doubled or lost."""

import asyncio
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.fast_time import in_fast_time
from tests.support.inference_bench import Bench, Told, a_call
from tests.support.storyteller import STORY, Mishap, Storyteller

from arcano.inference import Bounds, Fallback, RetryRules, Route, Target, TargetChosen
from arcano.platform.errors import ArcanoError
from arcano.providers import (
    ContextTooLongError,
    LocalEngineError,
    ModelFinished,
    ModelNotFoundError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderRejectedRequestError,
    ProviderUnreachableError,
    StreamCutError,
)

NAMES = ("east", "west", "south")
FAILURES = st.one_of(
    st.sampled_from(
        [
            ProviderError,
            ProviderUnreachableError,
            ProviderRefusedKeyError,
            ProviderRejectedRequestError,
            ContextTooLongError,
            StreamCutError,
            LocalEngineError,
            ModelNotFoundError,
        ]
    ).map(lambda kind: kind("It went wrong.")),
    st.sampled_from([None, 0, 3, 20, 3600]).map(
        lambda seconds: ProviderOverloadedError(
            "Slow down.", retry_after=None if seconds is None else timedelta(seconds=seconds)
        )
    ),
)
LENGTHS = st.one_of(st.just(0), st.integers(0, len(STORY)), st.just(len(STORY)))
MISHAPS = st.one_of(
    st.builds(Mishap, after=LENGTHS, failure=FAILURES),
    st.builds(Mishap, after=LENGTHS, silent_for=st.sampled_from([1.0, 200.0, 301.0, 1e9])),
)


def a_storyteller(mishaps: list[Mishap], repeats: int, piece: int) -> Storyteller:
    return Storyteller(*mishaps, repeats=repeats, piece=piece)


STORYTELLERS = st.builds(
    a_storyteller,
    st.lists(MISHAPS, max_size=6),
    st.sampled_from([0, 0, 15, 60, len(STORY)]),
    st.integers(1, 40),
)
FALLBACKS = st.builds(
    Fallback, failure=st.booleans(), overload=st.booleans(), context_too_long=st.booleans()
)


def route(targets: int, fallback: Fallback) -> Route:
    retry = RetryRules(attempts=2)
    one = Bounds(running=1, waiting=10)
    return Route(
        "route",
        tuple(
            Target(name, name, rank=n // 2, bounds=one) for n, name in enumerate(NAMES[:targets])
        ),
        fallback,
        retry,
    )


@settings(max_examples=300)
@given(tellers=st.lists(STORYTELLERS, min_size=2, max_size=3), fallback=FALLBACKS)
def test_a_call_ends_once_and_its_text_is_the_beginning_of_the_story(
    tellers: list[Storyteller], fallback: Fallback
) -> None:
    bench = Bench(dict(zip(NAMES, tellers, strict=False)), route(len(tellers), fallback))

    told = bench.ask(a_call("route"))

    _check_its_end(told)
    assert all(teller.running == 0 for teller in tellers)


@settings(max_examples=100)
@given(tellers=st.lists(STORYTELLERS, min_size=2, max_size=3))
def test_many_calls_at_once_end_and_leave_nothing_behind(tellers: list[Storyteller]) -> None:
    bench = Bench(dict(zip(NAMES, tellers, strict=False)), route(len(tellers), Fallback()))

    async def ask_often() -> None:
        for told in await asyncio.gather(*(bench.hear(a_call("route")) for _ in range(6))):
            _check_its_end(told)
        states = await bench.lookout.targets()
        assert [(state.running, state.waiting) for state in states] == [(0, 0)] * len(states)
        assert all(target.calls == 0 for target in bench.targets.all())

    in_fast_time(ask_often())


@settings(max_examples=100)
@given(
    tellers=st.lists(STORYTELLERS, min_size=1, max_size=2),
    repeats=st.sampled_from([0, 15, len(STORY)]),
)
def test_where_the_last_target_is_well_the_story_is_told_whole(
    tellers: list[Storyteller], repeats: int
) -> None:
    """A repetition shorter than what is known for one is not among these."""
    well = Storyteller(repeats=repeats)
    everyone = [*tellers, well]
    bench = Bench(dict(zip(NAMES, everyone, strict=False)), route(len(everyone), Fallback()))

    told = bench.ask(a_call("route"))

    assert told.error is None
    assert told.text == STORY


def _check_its_end(told: Told) -> None:
    ends = [isinstance(event, ModelFinished) for event in told.events]
    assert isinstance(told.events[0], TargetChosen) if told.events else told.error
    assert not any(ends[:-1])
    assert isinstance(told.error, ArcanoError) != (bool(ends) and ends[-1])
    assert STORY.startswith(told.text)
    assert told.error is not None or told.text == STORY
