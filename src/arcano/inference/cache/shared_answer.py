"""One answer being given to several who asked the same at the same time.

It is written by a task of its own, so that whoever goes takes nothing from those who stay; only when the last
one has gone is it ended.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime

from arcano.inference.events import (
    AnsweredFromCache,
    InferenceEvent,
    TargetChosen,
    TargetSwitched,
    UsageCounted,
)
from arcano.inference.queue import Priority
from arcano.providers import CallAccepted, ModelFinished, PhaseEntered

_BEFORE_THE_WORDS = (TargetChosen, TargetSwitched, PhaseEntered, CallAccepted)


Place = tuple[bytes, Priority]
"""Where others find it: the digest of the question, and who waits at its side."""


class SharedAnswer:
    """What was said so far, and who hears it. `begun_at` is when it was asked for."""

    def __init__(self, begun_at: datetime, *, place: Place | None) -> None:
        self.begun_at = begun_at
        self.place = place
        self.events: list[InferenceEvent] = []
        self.ended = False
        self.failure: Exception | None = None
        self.was_kept = False
        """It is replayed, not asked for: each who hears it is told so by its own events."""
        self.writer: asyncio.Task[None] | None = None
        self._listeners: list[Listener] = []
        self._payers: dict[int, Listener] = {}
        self._changed = asyncio.Event()

    def hear(self, event: InferenceEvent) -> None:
        if isinstance(event, UsageCounted | ModelFinished) and self._listeners:
            self._payers[len(self.events)] = self._listeners[0]
        self.events.append(event)
        self._wake()

    def end(self, failure: Exception | None = None) -> None:
        """Nothing more comes."""
        self.failure = failure
        self.ended = True
        self._wake()

    def join(self) -> "Listener":
        listener = Listener(self, follows=bool(self._listeners))
        self._listeners.append(listener)
        return listener

    def leave(self, listener: "Listener") -> bool:
        """Returns whether that was the last one: then nobody is left to write for."""
        self._listeners.remove(listener)
        return not self._listeners

    def paid_by(self, position: int) -> "Listener | None":
        """Who had listened longest when something was used: it was used for them."""
        return self._payers.get(position)

    async def changed(self) -> None:
        await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed.clear()


class Listener:
    """One of those who hear a shared answer, each from its first event on."""

    def __init__(self, shared: SharedAnswer, *, follows: bool) -> None:
        self._shared = shared
        self._follows = follows
        self._told = False

    def may_ask_alone(self, failure: Exception) -> bool:
        """The call that this one only joined failed before its first word: an own one may do better."""
        return self._follows and not self._told and getattr(failure, "retryable", False) is True

    async def events(self) -> AsyncGenerator[InferenceEvent]:
        """All events, and the failure at the end if it failed."""
        shared, position = self._shared, 0
        while True:
            while position < len(shared.events):
                event = shared.events[position]
                if self._follows and not shared.was_kept:
                    for said in self._as_follower(event, position):
                        yield said
                else:
                    yield event
                position += 1
            if not shared.ended:
                await shared.changed()
            elif shared.failure is not None:
                raise shared.failure
            else:
                return

    def _as_follower(self, event: InferenceEvent, position: int) -> list[InferenceEvent]:
        """It was asked for by somebody else: this is said before the first word, and it is not billed twice."""
        if isinstance(event, _BEFORE_THE_WORDS):
            return [event]
        said: list[InferenceEvent] = []
        if not self._told:
            self._told = True
            said.append(AnsweredFromCache(self._shared.begun_at, "together", None))
        if self._shared.paid_by(position) is not self:
            if isinstance(event, UsageCounted):
                event = replace(event, from_cache=True)
            elif isinstance(event, ModelFinished):
                event = ModelFinished(event.reason)
        return [*said, event]
