"""When the same target is worth asking again, and after how long. It only reckons; it does not wait."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from arcano.platform.clock import Clock
from arcano.platform.errors import ArcanoError

Chance = Callable[[], float]
"""A random number from 0 up to, but not including, 1."""


@dataclass(frozen=True, slots=True)
class RetryRules:
    """How patient one target is asked.

    At most `attempts` times, the last not later than `within` after the first. The wait doubles from
    `first_wait` to `longest_wait`. One that the target asks for is kept to.
    """

    attempts: int = 3
    first_wait: timedelta = timedelta(milliseconds=500)
    longest_wait: timedelta = timedelta(seconds=8)
    within: timedelta = timedelta(seconds=30)


class Retries:
    """The attempts of one call at one target."""

    def __init__(self, rules: RetryRules, *, clock: Clock, chance: Chance) -> None:
        self._rules = rules
        self._clock = clock
        self._chance = chance
        self._deadline: datetime = clock.now() + rules.within
        self.made = 1

    def wait_after(self, failure: ArcanoError, *, others_left: bool) -> timedelta | None:
        """How long to wait before the next attempt; None if there should be none.

        With `others_left` there is none: somebody who waits for his first word is better served by
        another target now than by this one later.

        Jitter takes up to half of a wait of ours and adds up to a tenth to one the target asked for,
        so that many who failed together do not come back together.
        """
        rules = self._rules
        if others_left or not failure.retryable or self.made >= rules.attempts:
            return None
        wait = min(rules.first_wait * 2 ** min(self.made - 1, 20), rules.longest_wait)
        wait -= wait / 2 * self._chance()
        asked = failure.retry_after
        if asked is not None and asked > wait:
            wait = asked + asked / 10 * self._chance()
        if self._clock.now() + wait > self._deadline:
            return None
        self.made += 1
        return wait
