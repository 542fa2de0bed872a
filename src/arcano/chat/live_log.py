"""The event log of a turn while this process writes it: numbered, heard at once, stored soon after.

Readers get whatever is there from any number on, and then what comes. Nothing is copied per reader.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import NamedTuple

import orjson

from arcano.chat.domain import Turn
from arcano.chat.events import AnsweredBy, ClosingEvent, ContextRead, TurnEvent
from arcano.chat.thoughts import Thoughts
from arcano.inference import AnsweredFromCache, TargetSwitched, UsageCounted
from arcano.providers import ReasoningDelta, TextDelta

Entry = tuple[str, bytes]
"""An event as it is kept: its type and its JSON."""


class Stretch(NamedTuple):
    """Consecutive events of one log, the first of them numbered `first_sequence`."""

    first_sequence: int
    entries: list[Entry]


def encoded(event: TurnEvent) -> Entry:
    """The event as JSON, on one line."""
    # Copied, because a log keeps its events: orjson's own bytes hold on to the four kilobytes
    # that they were written in.
    return event.type, b"%b" % orjson.dumps(event)


class KeptWords(NamedTuple):
    """What a message held before the turn that continues it."""

    text: str
    reasoning: str | None


NOTHING_KEPT = KeptWords("", None)


class LiveLog:
    """One turn's log, and the message it makes."""

    __slots__ = (
        "_changed",
        "_entries",
        "_reasoning",
        "_text",
        "answered_by",
        "closed",
        "context",
        "counted",
        "from_cache",
        "kept",
        "sealed",
        "stored",
        "thoughts",
        "ticks",
        "turn",
    )

    def __init__(self, turn: Turn, *, kept: KeptWords) -> None:
        self.turn = turn
        self.kept = kept
        self.closed = False
        self.sealed = False
        """True once the ending is being stored: the whole log goes with it."""
        self.stored = 0
        """How many events the database has. Only the one who stores moves it."""
        self.ticks = 0
        self.answered_by: AnsweredBy | None = None
        """Who wrote the end of it, where that is not simply the model that was asked for."""
        self.from_cache: AnsweredFromCache | None = None
        self.context: ContextRead | None = None
        """What the model was given to read."""
        self.counted: tuple[UsageCounted, ...] = ()
        """What each target used that said something. No event: readers hear the sum."""
        self._entries: list[Entry] = []
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self.thoughts = Thoughts(self._text, self._reasoning, at=len(kept.text))
        """What the vendor sealed of it. No event: it is for the vendor, not for the readers."""
        self._changed = asyncio.Event()

    @property
    def last_sequence(self) -> int:
        return len(self._entries)

    @property
    def text(self) -> str:
        """The whole answer so far."""
        return self.kept.text + "".join(self._text)

    @property
    def reasoning(self) -> str | None:
        return (self.kept.reasoning or "") + "".join(self._reasoning) or None

    def append(self, event: TurnEvent) -> None:
        """Add an event and wake the readers."""
        # First: what cannot be written, such as half a character, must not stay in a text that then never can be.
        written = encoded(event)
        if isinstance(event, TextDelta):
            self._text.append(event.text)
        elif isinstance(event, ReasoningDelta):
            self._reasoning.append(event.text)
        elif isinstance(event, AnsweredBy):
            self.answered_by = event
        elif isinstance(event, AnsweredFromCache):
            self.from_cache = event
        elif isinstance(event, ContextRead):
            self.context = event
        elif isinstance(event, TargetSwitched):
            self.thoughts.switched()
        self._entries.append(written)
        self._wake()

    def close(self, event: ClosingEvent) -> None:
        """Add the closing event. Nothing may follow."""
        self._entries.append(encoded(event))
        self.closed = True
        self._wake()

    def tick(self) -> None:
        """Wake the readers without news, so that they can show their clients that they live."""
        self.ticks += 1
        self._wake()

    def since(self, after: int) -> Stretch:
        """Everything after the number `after`."""
        return Stretch(after + 1, self._entries[after:])

    async def follow(self, after: int) -> AsyncGenerator[Stretch]:
        """What came after `after`, at once, and then what comes, until the log closes.

        An empty stretch means: nothing new, but still alive. A number that the log does not have
        was lost in a crash: the reader is given everything from the beginning.
        """
        position = after if after <= len(self._entries) else 0
        while True:
            fresh = self._entries[position:]
            yield Stretch(position + 1, fresh)
            position += len(fresh)
            ticks = self.ticks
            while position == len(self._entries) and ticks == self.ticks:
                if self.closed:
                    return
                await self._changed.wait()

    async def ended(self) -> None:
        """Returns once the log is closed."""
        while not self.closed:
            await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed.clear()
