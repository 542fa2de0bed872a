"""What is known of each target: enough for choosing and for operators, and never more than a bounded lot."""

from datetime import timedelta

from tests.support.clock import StillClock

from arcano.inference import Target, Targets
from arcano.inference.targets import REMEMBERED_FAILURES, REMEMBERED_TARGETS
from arcano.providers import ProviderUnreachableError


def test_one_id_is_one_target_whichever_route_names_it() -> None:
    targets = Targets(clock=StillClock())

    assert targets.live(Target("east", "model")) is targets.live(
        Target("east", "model", rank=3, variant="b")
    )


def test_the_last_failures_are_kept_the_newest_first() -> None:
    clock = StillClock()
    east = Targets(clock=clock).live(Target("east", "model"))
    for number in range(REMEMBERED_FAILURES + 5):
        clock.pass_by(timedelta(seconds=1))
        east.failed(ProviderUnreachableError(f"Failure {number}."))

    assert len(east.failures) == REMEMBERED_FAILURES
    assert east.failures[0].detail == f"Failure {REMEMBERED_FAILURES + 4}."
    assert east.failures[0].at == clock.now()


def test_speed_is_that_of_the_last_answers_together() -> None:
    clock = StillClock()
    east = Targets(clock=clock).live(Target("east", "model"))
    assert east.tokens_per_second is None

    for tokens, seconds in ((100, 1), (100, 9)):
        begun = clock.now()
        clock.pass_by(timedelta(seconds=seconds))
        east.wrote(tokens, since=begun)

    assert east.tokens_per_second == 20


def test_only_so_many_are_remembered_and_never_one_that_is_busy_is_forgotten() -> None:
    targets = Targets(clock=StillClock())
    busy = targets.live(Target("busy", "model"))
    targets.chosen(busy)

    for number in range(REMEMBERED_TARGETS + 50):
        targets.live(Target(f"target-{number}", "model"))

    assert len(targets.all()) == REMEMBERED_TARGETS
    assert targets.live(Target("busy", "model")) is busy
