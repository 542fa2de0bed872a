"""What this process knows of each target while it runs: its breaker, its calls, how it did lately."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from arcano.inference.breaker import Breaker, BreakerRules
from arcano.inference.routes import Route, Target
from arcano.platform.clock import Clock
from arcano.platform.errors import ArcanoError

REMEMBERED_TARGETS = 1000
REMEMBERED_FAILURES = 10
REMEMBERED_ANSWERS = 20
REMEMBERED_ENDINGS = 200
LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RecentFailure:
    at: datetime
    code: str
    detail: str


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
        self._first_words: deque[timedelta] = deque(maxlen=REMEMBERED_ANSWERS)
        self._endings: deque[tuple[datetime, bool]] = deque(maxlen=REMEMBERED_ENDINGS)

    def failed(self, failure: ArcanoError) -> None:
        now = self._clock.now()
        self._failures.append(RecentFailure(now, failure.code, failure.detail))
        self._endings.append((now, False))

    def spoke(self, *, asked: datetime) -> None:
        """The first word came of an answer that was asked for at `asked`."""
        self._first_words.append(self._clock.now() - asked)

    def wrote(self, tokens: int, *, since: datetime) -> None:
        """An answer of `tokens` ended whose first word came at `since`."""
        self._answers.append((tokens, (self._clock.now() - since).total_seconds()))
        self.answered()

    def answered(self) -> None:
        """It gave what it was asked for."""
        self._endings.append((self._clock.now(), True))

    @property
    def failures(self) -> tuple[RecentFailure, ...]:
        """The last ones, newest first."""
        return tuple(reversed(self._failures))

    @property
    def tokens_per_second(self) -> float | None:
        """How fast one reader is written to, over the last answers."""
        seconds = sum(seconds for _, seconds in self._answers)
        return sum(tokens for tokens, _ in self._answers) / seconds if seconds > 0 else None

    @property
    def first_word(self) -> timedelta | None:
        """How long the last answers took to begin: the median."""
        times = sorted(self._first_words)
        return times[len(times) // 2] if times else None

    def ended_lately(self, *, well: bool) -> int:
        """How many of the last attempts ended so within the last hour; a call may take several."""
        since = self._clock.now() - LATELY
        return sum(at >= since and ended_well is well for at, ended_well in self._endings)


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

    def find(self, target_id: str) -> LiveTarget | None:
        return self._live.get(target_id)

    def routes_changed(self, routes: Sequence[Route]) -> None:
        """What an id stands for may be another now: another model, or nothing at all any more."""
        made = {target.id: target.model_id for route in routes for target in route.targets}
        for name, live in list(self._live.items()):
            # Who is in no route is still asked by the model's own name, and by no other.
            if made.get(name, name) != live.model_id:
                del self._live[name]
            else:
                live.breaker.leave_alone(name in made)

    def forget(self, live: LiveTarget) -> None:
        """There is no such target."""
        self._live.pop(live.id, None)

    def _forget_oldest(self) -> None:
        """At least the newest is idle, so there is one to be found."""
        if len(self._live) > REMEMBERED_TARGETS:
            idle = (name for name, live in self._live.items() if live.calls == 0)
            del self._live[next(idle)]
