"""What this process knows of each target while it runs: its breaker, its calls, how it did lately."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from arcano.inference.breaker import Breaker, BreakerRules, BreakerState
from arcano.inference.routes import Target
from arcano.platform.clock import Clock
from arcano.platform.errors import ArcanoError

REMEMBERED_TARGETS = 1000
REMEMBERED_FAILURES = 10
REMEMBERED_ANSWERS = 20


@dataclass(frozen=True, slots=True)
class RecentFailure:
    at: datetime
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class TargetState:
    """A target as operators see it. `running` and `waiting` as its queue counts them."""

    target_id: str
    model: str
    breaker: BreakerState
    rests_for: timedelta
    running: int
    waiting: int
    failures: tuple[RecentFailure, ...]
    tokens_per_second: float | None


class LiveTarget:
    """One target as it is now. `calls` counts those of this process that were sent its way, waiting ones too."""

    def __init__(self, target: Target, breaker: Breaker, clock: Clock) -> None:
        self.id = target.id
        self.model_id = target.model_id
        self.breaker = breaker
        self.calls = 0
        self.chosen_as = 0
        """When it was chosen last, counted in choices: who waited longest goes first among equals."""
        self._clock = clock
        self._failures: deque[RecentFailure] = deque(maxlen=REMEMBERED_FAILURES)
        self._answers: deque[tuple[int, float]] = deque(maxlen=REMEMBERED_ANSWERS)

    def failed(self, failure: ArcanoError) -> None:
        self._failures.append(RecentFailure(self._clock.now(), failure.code, failure.detail))

    def wrote(self, tokens: int, *, since: datetime) -> None:
        """An answer of `tokens` ended whose first word came at `since`."""
        self._answers.append((tokens, (self._clock.now() - since).total_seconds()))

    @property
    def failures(self) -> tuple[RecentFailure, ...]:
        """The last ones, newest first."""
        return tuple(reversed(self._failures))

    @property
    def tokens_per_second(self) -> float | None:
        """How fast one reader is written to, over the last answers."""
        seconds = sum(seconds for _, seconds in self._answers)
        return sum(tokens for tokens, _ in self._answers) / seconds if seconds > 0 else None


class Targets:
    """All targets that were asked lately, by id."""

    def __init__(self, *, clock: Clock, rules: BreakerRules | None = None) -> None:
        self._clock = clock
        self._rules = rules or BreakerRules()
        self._live: OrderedDict[str, LiveTarget] = OrderedDict()
        self._choices = 0

    def live(self, target: Target) -> LiveTarget:
        live = self._live.get(target.id)
        if live is None:
            breaker = Breaker(self._rules, self._clock, leaves_alone=not target.stands_alone)
            live = LiveTarget(target, breaker, self._clock)
            self._live[target.id] = live
            self._forget_oldest()
        else:
            self._live.move_to_end(target.id)
        return live

    def chosen(self, live: LiveTarget) -> None:
        """A call was sent its way. Whoever says so takes one from `calls` when it ended."""
        self._choices += 1
        live.chosen_as = self._choices
        live.calls += 1

    def all(self) -> list[LiveTarget]:
        return list(self._live.values())

    def trust_again(self) -> None:
        """Close every breaker: something was changed that may have mended what was wrong."""
        for live in self._live.values():
            live.breaker.close()

    def forget(self, live: LiveTarget) -> None:
        """There is no such target."""
        self._live.pop(live.id, None)

    def _forget_oldest(self) -> None:
        """At least the newest is idle, so there is one to be found."""
        if len(self._live) > REMEMBERED_TARGETS:
            idle = (name for name, live in self._live.items() if live.calls == 0)
            del self._live[next(idle)]
