"""Responses that are written while nobody listens: each in a task of its own, heard by any number, stored when it ends.

What a killed process was writing is told as failed by the next one: half an answer in the background is nobody's.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from arcano.gateway.openai.responses.domain import ResponseId, StoredResponse
from arcano.gateway.openai.responses.errors import TooManyResponsesError
from arcano.gateway.openai.responses.repository import (
    ResponseRepository,
    abandoned,
    purge_some,
)
from arcano.gateway.openai.responses.response_writers import frames
from arcano.gateway.openai.responses.write_response import ResponseWriting
from arcano.identity import NotSignedInError, Sessions, UserId, Viewer
from arcano.inference import InferenceEvent
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import ArcanoError, ServerDrainingError, StorageError
from arcano.providers import ModelFinished

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 600.0
STOP_WITHIN_SECONDS = 10.0


@dataclass(slots=True, eq=False)
class Running:
    """One that is being written: what of its stream there is, and who writes it."""

    id: ResponseId
    user_id: UserId
    writing: ResponseWriting
    task: asyncio.Task[None] | None = None
    said: list[bytes] = field(default_factory=list[bytes])
    """The events so far; the number of each is its place."""
    more: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False
    cancelled: bool = False

    def say(self, events: list[dict[str, object]]) -> None:
        if events:
            self.said += [frames([event]) for event in events]
            self._wake()

    def end(self) -> None:
        self.ended = True
        self._wake()

    def _wake(self) -> None:
        self.more.set()
        self.more = asyncio.Event()


class BackgroundResponses:
    """Writes them in `tasks`, the application's. `most`: of one person, at the same time."""

    def __init__(
        self, database: Database, clock: Clock, *, tasks: asyncio.TaskGroup, most: int
    ) -> None:
        self._database = database
        self._clock = clock
        self._tasks = tasks
        self._most = most
        self._running: dict[ResponseId, Running] = {}
        self._drains = False

    async def begin(self) -> None:
        """What a process that is gone was writing gets its end. Only for who holds the data folder alone."""
        lost = ServerDrainingError("The server ended while this was written. Ask again.")

        def unit(connection: Connection) -> None:
            for response in abandoned(connection):
                writing = ResponseWriting({**response.whole, "output": []}, encrypted=False)
                said = frames([*writing.wait(), *writing.fail(lost)])
                repository = self._responses(connection, response.user_id)
                repository.change(response.id, writing.whole(), said)

        await self._database.write(unit)

    async def keep(self) -> None:
        """Take away those whose time is over, until cancelled."""
        while True:
            try:
                await self._purge()
            except StorageError as refused:
                logger.warning("%s", refused.detail)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _purge(self) -> None:
        more = True
        while more:
            more = await self._database.write(partial(purge_some, now=self._clock.now()))

    async def start(
        self,
        response: StoredResponse,
        writing: ResponseWriting,
        events: AsyncGenerator[InferenceEvent],
        *,
        viewer: Viewer,
        sessions: Sessions,
    ) -> Running:
        """Store it and begin to write it. Returns when it is stored.

        Raises:
            TooManyResponsesError: So many of this person's are being written already.
            ServerDrainingError: The server is about to stop.
            StorageError: It could not be stored.
        """
        self._expect_room(viewer.user_id)
        running = Running(response.id, viewer.user_id, writing)
        self._running[response.id] = running
        running.say(writing.wait())
        try:
            await self._database.write(lambda c: self._responses(c, viewer.user_id).add(response))
        except BaseException:
            del self._running[response.id]
            raise
        running.task = self._tasks.create_task(self._write(running, events, viewer, sessions))
        return running

    def running(self, response_id: str, user_id: UserId) -> Running | None:
        """One that is being written by this process, if it is this person's."""
        found = self._running.get(ResponseId(response_id))
        return found if found is not None and found.user_id == user_id else None

    async def cancel(self, running: Running) -> None:
        """End it now. Returns when its end is stored."""
        if running.task is None:
            return
        running.cancelled = True
        running.task.cancel()
        await asyncio.wait([running.task])

    async def stop_all_of(self, user_id: UserId) -> None:
        """They may not ask any more."""
        theirs = [one for one in self._running.values() if one.user_id == user_id]
        await asyncio.gather(*(self.cancel(one) for one in theirs))

    async def drain(self, seconds: float) -> None:
        """Begin nothing new, give what runs so long to end, and end the rest."""
        self._drains = True
        tasks = [one.task for one in self._running.values() if one.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=STOP_WITHIN_SECONDS)

    def _expect_room(self, user_id: UserId) -> None:
        if self._drains:
            raise ServerDrainingError("The server is about to stop. Try again in a moment.")
        if sum(one.user_id == user_id for one in self._running.values()) >= self._most:
            raise TooManyResponsesError(
                f"{self._most} of your responses are being written in the background already.",
                retry_after=timedelta(seconds=10),
            )

    async def _write(
        self,
        running: Running,
        events: AsyncGenerator[InferenceEvent],
        viewer: Viewer,
        sessions: Sessions,
    ) -> None:
        writing = running.writing
        with sessions.staying(viewer, through_changes=True) as stay:
            try:
                ending = await self._hear(running, events)
            except asyncio.CancelledError:
                # Whoever cancels a task of the background wants its end to be stored, and no more.
                if writing.ending is not None:
                    # It was complete, and is: only its call was still being left.
                    ending = writing.ending
                elif stay.ended:
                    ending = writing.fail(_revoked())
                elif running.cancelled:
                    ending = writing.cancel()
                else:
                    ending = writing.fail(_stopped())
        running.say(ending)
        try:
            await asyncio.shield(self._store(running))
        except StorageError as refused:
            logger.warning("%s", refused.detail)
        finally:
            running.end()
            self._running.pop(running.id, None)

    async def _hear(
        self, running: Running, events: AsyncGenerator[InferenceEvent]
    ) -> list[dict[str, object]]:
        """Listen to the call. Returns the events that are its end, which nobody has heard yet."""
        writing = running.writing
        begun = False
        try:
            async with aclosing(events):
                async for event in events:
                    if not begun:
                        begun = True
                        running.say(writing.begin())
                    if isinstance(event, ModelFinished):
                        return writing.finish(event)
                    running.say(writing.feed(event))
        except ArcanoError as failure:
            return writing.fail(failure)
        except Exception:
            logger.exception("unforeseen error in a response in the background")
            return writing.fail(_unforeseen())
        return writing.fail(_unforeseen())

    async def _store(self, running: Running) -> None:
        whole, said = running.writing.whole(), b"".join(running.said)
        await self._database.write(
            lambda c: self._responses(c, running.user_id).change(running.id, whole, said)
        )

    def _responses(self, connection: Connection, user_id: UserId) -> ResponseRepository:
        return ResponseRepository(connection, user_id, now=self._clock.now())


async def said_after(running: Running, after: int) -> AsyncGenerator[bytes]:
    """The events with higher numbers than `after`, and those to come, until the last."""
    place = after + 1
    while True:
        more = running.more
        waiting = running.said[place:]
        if waiting:
            place += len(waiting)
            yield b"".join(waiting)
        elif running.ended:
            return
        else:
            await more.wait()


def _revoked() -> ArcanoError:
    return NotSignedInError("The key or the session was revoked while this was answered.")


def _stopped() -> ArcanoError:
    return ServerDrainingError("The server stopped while this was written. Ask again.")


def _unforeseen() -> ArcanoError:
    return StorageError("Something unexpected went wrong on the server. Ask again.")
