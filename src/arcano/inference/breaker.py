"""A circuit breaker: whoever fails again and again is left alone for a while, then tried with one call.

It decides from what it is told and from a clock; it calls nobody and waits for nothing.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from arcano.platform.clock import Clock
from arcano.providers import (
    LocalEngineError,
    ModelFileError,
    ProviderError,
    ProviderOverloadedError,
    ProviderRefusedKeyError,
    ProviderUnreachableError,
    StreamCutError,
)

BreakerState = Literal["closed", "open", "half-open"]

FAILURES: frozenset[type[ProviderError]] = frozenset(
    {
        ProviderError,
        ProviderUnreachableError,
        ProviderOverloadedError,
        StreamCutError,
        LocalEngineError,
    }
)
"""What speaks against the target. Any other error is an answer about the request, and a sign of life."""

_HARD = (ProviderRefusedKeyError, ModelFileError)
"""What no second try will mend: one is enough."""

PROBES_TO_GO = 3
"""Who failed as many probes in a row does not waver any more, but is gone."""

_ENDED = -1
"""The era of a permit whose call has ended."""


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When to leave a target alone, and for how long.

    It opens when, of at least `fewest_calls` calls that ended within `window` (of the last `calls` at
    most), the part `failure_rate` failed. It stays open for `rest`, twice as long each time the probe
    fails as well, up to `longest_rest`.
    """

    calls: int = 20
    fewest_calls: int = 5
    failure_rate: float = 0.5
    window: timedelta = timedelta(minutes=2)
    rest: timedelta = timedelta(seconds=5)
    longest_rest: timedelta = timedelta(minutes=5)


class Permit:
    """One call that the breaker let through. Of what it is told, the first ending counts.

    A `stray` went to a target that rests, for want of another: only its success tells anything.
    """

    __slots__ = ("_breaker", "_era", "_is_probe", "_stray")

    def __init__(
        self, breaker: "Breaker", *, era: int, is_probe: bool, stray: bool = False
    ) -> None:
        self._breaker = breaker
        self._era = era
        self._is_probe = is_probe
        self._stray = stray

    def answered(self) -> None:
        """The target began to answer. Enough for a probe: others need not wait for its last word."""
        if (self._is_probe or self._stray) and self._still_counts:
            self._is_probe = self._stray = False
            self._breaker.close()
            self._era = self._breaker.era

    def succeeded(self) -> None:
        self.answered()
        if self._still_counts:
            self._breaker.count(None)
        self._era = _ENDED

    def failed(self, failure: ProviderError) -> None:
        """The call failed. What is the request's fault counts neither for nor against the target."""
        if self._still_counts:
            self._count(failure)
        self._era = _ENDED

    def returned(self) -> None:
        """The call was called off: nothing was learnt."""
        if self._is_probe and self._still_counts:
            self._breaker.return_probe()
        self._era = _ENDED

    def _count(self, failure: ProviderError) -> None:
        if isinstance(failure, _HARD):
            self._breaker.open(failure)
        elif self._stray:
            pass
        elif type(failure) not in FAILURES:
            self.answered()
        elif self._is_probe:
            self._breaker.open(failure)
        else:
            self._breaker.count(failure)

    @property
    def _still_counts(self) -> bool:
        """How a call ends that began before the breaker opened or closed says nothing after it."""
        return self._era == self._breaker.era


class Breaker:
    """Counts how calls to one target end.

    Without `leaves_alone` it lets everybody through: where nobody else can be asked, the target's own
    error, each time anew, is the better answer.
    """

    def __init__(self, rules: BreakerRules, clock: Clock, *, leaves_alone: bool = True) -> None:
        self._leaves_alone = leaves_alone
        self._rules = rules
        self._clock = clock
        self._ended: deque[tuple[datetime, bool]] = deque(maxlen=rules.calls)
        self._open_until: datetime | None = None
        self._rests = 0
        self._probing = False
        self._wavers = False
        self.era = 0
        """Counts openings and closings."""
        self._reason: tuple[type[ProviderError], str] | None = None

    @property
    def state(self) -> BreakerState:
        if self._open_until is None:
            return "closed"
        return "open" if self._clock.now() < self._open_until else "half-open"

    @property
    def rests_for(self) -> timedelta:
        """How long nobody gets through; zero if somebody does."""
        if self._open_until is None:
            return timedelta(0)
        left = max(timedelta(0), self._open_until - self._clock.now())
        return max(left, timedelta(seconds=1)) if self._probing else left

    @property
    def lets_through(self) -> bool:
        """Whether `permit` would give one now."""
        return self._open_until is None or (self.state == "half-open" and not self._probing)

    @property
    def wavers(self) -> bool:
        """It rests, and yet answered some of the last calls: better than nobody, where all rest.

        One that answered none, that asked to be left alone for a time or refused the key does not.
        """
        return self._open_until is not None and self._wavers

    def permit(self) -> Permit | None:
        """Leave to make one call, or None. Whoever gets one must say how the call ended."""
        if not self.lets_through:
            return None
        self._probing = is_probe = self._open_until is not None
        return Permit(self, era=self.era, is_probe=is_probe)

    def stray_permit(self) -> Permit | None:
        """As `permit`, where nobody else can be asked: also while it rests, if it `wavers`."""
        stray = self.wavers and not self.lets_through
        return Permit(self, era=self.era, is_probe=False, stray=True) if stray else self.permit()

    def why_open(self) -> ProviderError:
        """What it opened for, as an error of the same kind, with the rest that is left."""
        kind, detail = self._reason or (ProviderUnreachableError, "It failed again and again.")
        return kind(
            f"{detail} After failing it is left alone for a moment.", retry_after=self.rests_for
        )

    def count(self, failure: ProviderError | None) -> None:
        """How a call that was no probe ended. For `Permit`."""
        now = self._clock.now()
        ended = self._ended
        ended.append((now, failure is not None))
        if failure is None:
            return
        while ended[0][0] < now - self._rules.window:
            ended.popleft()
        failures = sum(failed for _, failed in ended)
        enough = len(ended) >= self._rules.fewest_calls
        if enough and failures >= self._rules.failure_rate * len(ended):
            self.open(failure)

    def open(self, failure: ProviderError) -> None:
        """Let nobody through for a while. For `Permit`."""
        if not self._leaves_alone:
            return
        rules = self._rules
        answered_some = any(not failed for _, failed in self._ended)
        self._wavers = (
            (answered_some or (self._wavers and self._rests < PROBES_TO_GO))
            and failure.retry_after is None
            and not isinstance(failure, _HARD)
        )
        # The exponent is bounded: a target that is gone for a month must not overflow it.
        rest = rules.rest * 2 ** min(self._rests, 20)
        rest = min(max(rest, failure.retry_after or rest), rules.longest_rest)
        self._open_until = self._clock.now() + rest
        self._rests += 1
        self._reason = (type(failure), failure.detail)
        self._new_era()

    def close(self) -> None:
        """Let everybody through; what was before is forgotten."""
        self._open_until = None
        self._rests = 0
        self._wavers = False
        self._new_era()

    def leave_alone(self, leaves_alone: bool) -> None:  # noqa: FBT001 - as in the constructor
        """Whether it may open at all from now on."""
        if self._leaves_alone and not leaves_alone:
            self.close()
        self._leaves_alone = leaves_alone

    def return_probe(self) -> None:
        """The probe was called off; the next call is one. For `Permit`."""
        self._probing = False

    def _new_era(self) -> None:
        self._probing = False
        self._ended.clear()
        self.era += 1
