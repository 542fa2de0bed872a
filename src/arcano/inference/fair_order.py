"""The order of waiting calls, as pure reckoning: no time, no tasks, no bounds.

Strict classes first. Within a class each user has a *flow* of calls, first come first served, and a flow's
calls stand at evenly spaced *slots* on a virtual time line, further apart the smaller its weight. The
lowest slot goes next. A flow that begins starts just behind the slot that goes next, or where the user's
last service ended if that is later: so a hundred calls of one user delay another's by one call of theirs.

Slots belong to flows, not to calls: the n-th waiting call of a user stands at the flow's n-th slot. A
call that leaves the line takes the flow's last slot along, and those behind it move up. That keeps every
deed at a few binary searches; the lists move some memory besides, ten microseconds of it at 10,000 calls.

`fair_queue.lua` does the same inside Redis. Change both: a test compares them.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Generic, TypeVar

from arcano.inference.queue import PRIORITIES, Priority

T = TypeVar("T")

PASSED_OVER_AT_MOST: dict[Priority, int] = {"interactive": 0, "program": 8, "batch": 16}
"""So many places in a row may go to classes above; the next one is this class's. Thus nothing starves."""

LEAST_WEIGHT, MOST_WEIGHT = 0.01, 100.0

Slot = tuple[float, int, int]
"""Where on the virtual time line, the number of the flow, and which of its slots."""


@dataclass(slots=True, eq=False)
class WaitingCall(Generic[T]):
    """One call in the order. `value` is the caller's own."""

    value: T
    number: int
    flow: "_Flow[T]"


@dataclass(slots=True, eq=False)
class _Flow(Generic[T]):
    """One user's waiting calls of one class."""

    user_id: str
    level: "_Level[T]"
    number: int
    start: float
    cost: float
    taken: int = 0
    calls: list[WaitingCall[T]] = field(default_factory=list[WaitingCall[T]])

    def slot(self, index: int) -> Slot:
        """The slot of the call with this index among those that wait."""
        # Reckoned from the start each time, never added up: a slot is found by its exact value.
        return (self.start + (self.taken + index) * self.cost, self.number, self.taken + index)

    def index(self, call: WaitingCall[T]) -> int:
        return bisect_left(self.calls, call.number, key=lambda waiting: waiting.number)


@dataclass(slots=True, eq=False)
class _Level(Generic[T]):
    """One priority class. `owed` is where the last service of users ended whose flow ended."""

    patience: int
    slots: list[Slot] = field(default_factory=list[Slot])
    flows: dict[str, _Flow[T]] = field(default_factory=dict[str, _Flow[T]])
    by_number: dict[int, _Flow[T]] = field(default_factory=dict[int, _Flow[T]])
    owed: dict[str, float] = field(default_factory=dict[str, float])
    owed_in_order: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    passed_over: int = 0

    def begin(self, user_id: str, *, number: int, weight: float) -> _Flow[T]:
        cost = 1 / min(max(weight, LEAST_WEIGHT), MOST_WEIGHT)
        start = max(self.owed.get(user_id, 0.0), self._behind_next())
        flow = _Flow(user_id, self, number, start, cost)
        self.flows[user_id] = flow
        self.by_number[number] = flow
        return flow

    def _behind_next(self) -> float:
        """Where a newcomer starts: half a call of the next one's behind it.

        Level with it would be kinder to newcomers, but an endless row of them would then keep out
        everybody who was served once.
        """
        if not self.slots:
            return 0.0
        at, number, _ = self.slots[0]
        return at + self.by_number[number].cost / 2

    def end(self, flow: _Flow[T]) -> None:
        """The flow's last call left. Remember what its user had, as long as that matters."""
        del self.flows[flow.user_id]
        del self.by_number[flow.number]
        if flow.taken:
            ended = flow.start + flow.taken * flow.cost
            self.owed[flow.user_id] = ended
            heappush(self.owed_in_order, (ended, flow.user_id))

    def forget(self) -> None:
        """Drop what a newcomer's start has passed: it makes no difference any more."""
        if not self.slots:
            self.owed.clear()
            self.owed_in_order.clear()
            self.passed_over = 0
            return
        while self.owed_in_order and self.owed_in_order[0][0] <= self.slots[0][0]:
            ended, user_id = heappop(self.owed_in_order)
            if self.owed.get(user_id) == ended:
                del self.owed[user_id]


class FairOrder(Generic[T]):
    """Waiting calls of one target, in the order in which they are to run."""

    def __init__(self) -> None:
        self._levels: dict[Priority, _Level[T]] = {
            priority: _Level(PASSED_OVER_AT_MOST[priority]) for priority in PRIORITIES
        }
        self._count = 0

    def __len__(self) -> int:
        return sum(len(level.slots) for level in self._levels.values())

    def waiting_of(self, user_id: str) -> int:
        """How many calls of the user wait, in all classes."""
        flows = (level.flows.get(user_id) for level in self._levels.values())
        return sum(len(flow.calls) for flow in flows if flow)

    @property
    def remembered(self) -> int:
        """How many ended flows are remembered for what their users had."""
        return sum(len(level.owed_in_order) for level in self._levels.values())

    def add(
        self, value: T, *, user_id: str, priority: Priority, weight: float = 1.0
    ) -> WaitingCall[T]:
        """Put a call behind the user's others of this class."""
        level = self._levels[priority]
        self._count += 1
        flow = level.flows.get(user_id) or level.begin(user_id, number=self._count, weight=weight)
        call = WaitingCall(value, self._count, flow)
        insort(level.slots, flow.slot(len(flow.calls)))
        flow.calls.append(call)
        return call

    def remove(self, call: WaitingCall[T]) -> None:
        """Take a waiting call out; the user's later ones move up. Only once, and not after `take`."""
        flow, level = call.flow, call.flow.level
        last = flow.slot(len(flow.calls) - 1)
        del level.slots[bisect_left(level.slots, last)]
        del flow.calls[flow.index(call)]
        if not flow.calls:
            level.end(flow)
        level.forget()

    def take(self) -> T | None:
        """The call that goes next, taken out; None when none waits."""
        level = self._next_level()
        if level is None:
            return None
        _, number, _ = level.slots.pop(0)
        flow = level.by_number[number]
        flow.taken += 1
        call = flow.calls.pop(0)
        if not flow.calls:
            level.end(flow)
        level.forget()
        return call.value

    def position(self, call: WaitingCall[T]) -> int:
        """From 1, as the line stands: as if nobody came, and no class were passed over too often."""
        flow, level = call.flow, call.flow.level
        ahead = 0
        for other in self._levels.values():
            if other is level:
                break
            ahead += len(other.slots)
        return ahead + bisect_left(level.slots, flow.slot(flow.index(call))) + 1

    def _next_level(self) -> _Level[T] | None:
        waiting = [level for level in self._levels.values() if level.slots]
        if not waiting:
            return None
        aged = [level for level in waiting[1:] if level.passed_over >= level.patience]
        chosen = aged[-1] if aged else waiting[0]
        for level in waiting[waiting.index(chosen) + 1 :]:
            level.passed_over += 1
        chosen.passed_over = 0
        return chosen
