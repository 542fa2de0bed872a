"""How fast a job asks: as many rows at once as is allowed, fewer and later where somebody asks for that.

It only reckons, in seconds of any clock; it does not wait.
"""

from datetime import timedelta

FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
LONGEST_ASKED = 600.0
"""A wait that a provider asks for is kept to, up to this."""


class Pace:
    """Halves what is asked at once when told to slow down, and finds its way back, one at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._wait = FIRST_WAIT
        self._answered_since = 0
        self._not_before = 0.0
        self.at_once = most
        """How many rows may be asked at the same time now."""

    def seconds_until(self, now: float) -> float:
        """How long to wait before anything more is asked."""
        return max(0.0, self._not_before - now)

    def slow_down(self, now: float, retry_after: timedelta | None) -> None:
        """Somebody asked to slow down. Of several who say so at once, the first counts."""
        asked = min(retry_after.total_seconds(), LONGEST_ASKED) if retry_after else 0.0
        if now >= self._not_before:
            self.at_once = max(1, self.at_once // 2)
            self._answered_since = 0
            self._not_before = now + self._wait
            self._wait = min(self._wait * 2, LONGEST_WAIT)
        self._not_before = max(self._not_before, now + asked)

    def answered(self) -> None:
        """A row was answered: after as many as run at once, one more may."""
        self._wait = FIRST_WAIT
        self._answered_since += 1
        if self._answered_since >= self.at_once < self._most:
            self.at_once += 1
            self._answered_since = 0
