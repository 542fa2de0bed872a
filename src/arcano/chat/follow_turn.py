"""Hearing a turn from any point on: live where it is being written here, from the database else."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from sqlalchemy import Connection

from arcano.chat.domain import Turn, TurnId
from arcano.chat.live_log import Entry, Stretch
from arcano.chat.turn_repository import TurnRepository
from arcano.chat.turn_runner import TurnRunner
from arcano.identity import UserId
from arcano.platform.database import Database
from arcano.platform.errors import StorageError

LOOK_AGAIN_SECONDS = 0.5


async def follow_turn(
    turn_id: TurnId, *, after: int, viewer: UserId, runner: TurnRunner, database: Database
) -> AsyncGenerator[Stretch]:
    """The events after `after`, and then those to come, until the closing one.

    An empty stretch means "still alive". A number the log does not have gives everything from 1.

    Raises:
        TurnNotFoundError: Not there, or not the viewer's.
        StorageError: The first look failed. Later ones are repeated.
    """
    live = runner.live_log(turn_id, viewer)
    if live is not None:
        async for stretch in live.follow(after):
            yield stretch
        return
    position = after
    turn, entries = await _stored(turn_id, viewer, database)
    while True:
        # A crash may have cost the last events heard, and an interruption takes the number of one:
        # who names it, or a later one, has not heard how it ended.
        lost = len(entries) <= position if turn.status == "interrupted" else len(entries) < position
        if lost:
            position = 0
        yield Stretch(position + 1, entries[position:])
        if turn.status != "running":
            return
        # Written by a process that we cannot hear, or that has gone and is about to be reaped.
        position = len(entries)
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        # The reader has a number to go on from: a database that is busy for a moment is asked again.
        with suppress(StorageError):
            turn, entries = await _stored(turn_id, viewer, database)


async def _stored(turn_id: TurnId, viewer: UserId, database: Database) -> tuple[Turn, list[Entry]]:
    def unit(connection: Connection) -> tuple[Turn, list[Entry]]:
        repository = TurnRepository(connection, viewer)
        stretches = repository.events(turn_id)
        return repository.one(turn_id), [entry for s in stretches for entry in s.entries]

    return await database.read(unit)
