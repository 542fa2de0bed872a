"""The pace of a job: fewer at once and later where somebody asks for it, and back again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from arcano.batches.pace import LONGEST_ASKED, LONGEST_WAIT, Pace


def test_being_asked_to_slow_down_halves_what_is_asked_at_once_and_waits() -> None:
    pace = Pace(8)

    pace.slow_down(0.0, None)

    assert pace.at_once == 4
    assert pace.seconds_until(0.0) == 1.0


def test_several_who_say_so_at_once_count_as_one() -> None:
    pace = Pace(8)

    for _ in range(8):
        pace.slow_down(0.0, timedelta(seconds=3))

    assert pace.at_once == 4
    assert pace.seconds_until(0.0) == 3.0


def test_waits_grow_until_somebody_is_answered() -> None:
    pace, now, waits = Pace(2), 0.0, list[float]()

    for _ in range(8):
        pace.slow_down(now, None)
        waits.append(pace.seconds_until(now))
        now += waits[-1]
    pace.answered()
    pace.slow_down(now, None)

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pace.seconds_until(now) == 1.0


def test_after_as_many_answers_as_run_at_once_one_more_may() -> None:
    pace = Pace(8)
    pace.slow_down(0.0, None)

    for _ in range(4):
        pace.answered()

    assert pace.at_once == 5


@given(st.lists(st.none() | st.floats(0, 10_000), max_size=60), st.integers(1, 20))
def test_it_never_stops_for_ever_and_never_asks_more_than_is_allowed(
    story: list[float | None], most: int
) -> None:
    pace, now = Pace(most), 0.0

    for asked in story:
        if asked is None:
            pace.answered()
        else:
            pace.slow_down(now, timedelta(seconds=asked))
        assert 1 <= pace.at_once <= most
        assert 0 <= pace.seconds_until(now) <= max(LONGEST_WAIT, LONGEST_ASKED) + 1e-6
        now += pace.seconds_until(now) / 2
