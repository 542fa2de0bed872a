"""Gathering: calls that come at about the same time and can be asked as one wait a moment for each other.

It knows neither targets nor lines: what is gathered is handed to `send`, whose task belongs to nobody's call.
"""

import asyncio
import copy
import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from arcano.inference.routes import MicroBatch
from arcano.platform.errors import ArcanoError
from arcano.providers import ContextTooLongError, ProviderError, ProviderRejectedRequestError

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Place = TypeVar("Place", bound=Hashable)


@dataclass(slots=True, eq=False)
class Entry(Generic[Answer]):
    """What one call wants of a batch: an answer to its `texts`. `user_id` waits, with `weight`.

    `answer` is settled by whoever sends; a caller that leaves cancels it.
    """

    texts: tuple[str, ...]
    user_id: str
    weight: float
    answer: asyncio.Future[Answer]

    @property
    def characters(self) -> int:
        return sum(len(text) for text in self.texts)

    def answered(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def failed(self, failure: BaseException, *, shared: bool = False) -> None:
        """An error of its own: many callers raise it, and each writes its way into it."""
        if not self.answer.done():
            own = copy.copy(failure)
            if isinstance(own, ProviderError):
                own.shared = shared
            self.answer.set_exception(own)


Send = Callable[[Sequence[Entry[Answer]]], Awaitable[None]]
"""Settles every entry, or raises what all that are left have failed with."""

Ask = Callable[[Sequence[Entry[Answer]]], Awaitable[Sequence[Answer | ProviderError]]]
"""One request for all entries: the outcome of each, in their order, or it raises for all of them."""


class Gatherers(Generic[Place, Answer]):
    """Where calls wait for each other: those for one place, and no others, may share a request."""

    def __init__(
        self,
        *,
        tasks: asyncio.TaskGroup,
        send: Callable[[Place, Sequence[Entry[Answer]]], Awaitable[None]],
    ) -> None:
        self._tasks = tasks
        self._send = send
        self._open: dict[Place, Gatherer[Answer]] = {}

    def add(
        self,
        place: Place,
        texts: tuple[str, ...],
        *,
        rules: MicroBatch,
        user_id: str,
        weight: float,
    ) -> Entry[Answer]:
        """As `Gatherer.add`. `rules` count for the first call of a place."""
        gatherer = self._open.get(place)
        if gatherer is None:
            self._open = {at: open_ for at, open_ in self._open.items() if not open_.empty}
            gatherer = self._open[place] = Gatherer(
                rules, tasks=self._tasks, send=partial(self._send, place)
            )
        return gatherer.add(texts, user_id=user_id, weight=weight)


class Gatherer(Generic[Answer]):
    """The calls of one target that are open to others. Tasks that send run in `tasks`.

    A batch is sent when `rules` say it is full, or when its first call has waited long enough. One whose
    callers have all left is not sent; if it is on its way already, it is called off.
    """

    def __init__(self, rules: MicroBatch, *, tasks: asyncio.TaskGroup, send: Send[Answer]) -> None:
        self._rules = rules
        self._tasks = tasks
        self._send = send
        self._entries: list[Entry[Answer]] = []
        self._timer: asyncio.TimerHandle | None = None

    @property
    def empty(self) -> bool:
        return not self._entries

    def add(self, texts: tuple[str, ...], *, user_id: str, weight: float) -> Entry[Answer]:
        """Ask about `texts`, at most a batch full of them. What they have comes as `answer`."""
        loop = asyncio.get_running_loop()
        entry: Entry[Answer] = Entry(texts, user_id, weight, loop.create_future())
        self._entries = [waiting for waiting in self._entries if not waiting.answer.done()]
        if self._entries and not self._fits(entry):
            self._close()
        self._entries.append(entry)
        if self._full:
            self._close()
        elif self._timer is None:
            self._timer = loop.call_later(self._rules.max_wait.total_seconds(), self._close)
        return entry

    def _fits(self, entry: Entry[Answer]) -> bool:
        return (
            self._texts + len(entry.texts) <= self._rules.batch_size
            and self._characters + entry.characters <= self._rules.batch_characters
        )

    @property
    def _full(self) -> bool:
        return (
            self._texts >= self._rules.batch_size
            or self._characters >= self._rules.batch_characters
        )

    @property
    def _texts(self) -> int:
        return sum(len(entry.texts) for entry in self._entries)

    @property
    def _characters(self) -> int:
        return sum(entry.characters for entry in self._entries)

    def _close(self) -> None:
        """No more are taken into this batch: it goes."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        entries = [entry for entry in self._entries if not entry.answer.done()]
        self._entries = []
        if not entries:
            return
        task = self._tasks.create_task(self._sent(entries))

        def left(answer: asyncio.Future[Answer]) -> None:
            # The last one out calls it off. What is settled by the task itself is no reason to.
            if answer.cancelled() and all(entry.answer.done() for entry in entries):
                task.cancel()

        for entry in entries:
            entry.answer.add_done_callback(left)

    async def _sent(self, entries: list[Entry[Answer]]) -> None:
        try:
            await self._send(entries)
        except ArcanoError as failure:
            _fail(entries, failure)
        except Exception as bug:
            # Of nobody's call: it must not end the task group, and everybody is owed an answer.
            logger.exception("a batch of %s calls could not be sent", len(entries))
            _fail(entries, bug)
        finally:
            for entry in entries:
                entry.answer.cancel()


def _fail(entries: Sequence[Entry[Answer]], failure: BaseException) -> None:
    left = [entry for entry in entries if not entry.answer.done()]
    for place, entry in enumerate(left):
        entry.failed(failure, shared=place > 0)


async def settle(entries: Sequence[Entry[Answer]], ask: Ask[Answer]) -> None:
    """Give each its outcome; where the request is refused as a whole, find out whose fault it was.

    It is asked again for each half, and so on: that takes fewer than twice as many requests as there are
    entries.

    Raises:
        ProviderError: The call failed for another reason, with all that are not settled yet.
    """
    entries = [entry for entry in entries if not entry.answer.done()]
    if not entries:
        return
    try:
        outcomes = await ask(entries)
    except (ProviderRejectedRequestError, ContextTooLongError) as refused:
        if len(entries) == 1:
            entries[0].failed(refused)
            return
        half = len(entries) // 2
        await settle(entries[:half], ask)
        await settle(entries[half:], ask)
    else:
        for entry, outcome in zip(entries, outcomes, strict=True):
            if isinstance(outcome, ProviderError):
                entry.failed(outcome)
            else:
                entry.answered(outcome)


def share_out(total: int, parts: Sequence[int]) -> list[int]:
    """`total` in whole numbers, each in proportion to its part; together exactly `total`.

    What is left by rounding down goes to those who lost most by it, the first among equals.
    """
    whole = sum(parts)
    if whole == 0:
        parts, whole = [1] * len(parts), len(parts)
    shares = [total * part // whole for part in parts]
    lost = sorted(range(len(parts)), key=lambda place: -(total * parts[place] % whole))
    for place in lost[: total - sum(shares)]:
        shares[place] += 1
    return shares
