"""Hearing a turn from any point on: live where it is being written here, from the database else."""

import asyncio
from collections.abc import AsyncGenerator

from arcano.chat.domain import TurnId
from arcano.chat.live_log import Stretch
from arcano.chat.turn_repository import TurnRepository
from arcano.chat.turn_runner import TurnRunner
from arcano.identity import UserId
from arcano.platform.database import Database

LOOK_AGAIN_SECONDS = 0.5


async def follow_turn(
    turn_id: TurnId, *, after: int, viewer: UserId, runner: TurnRunner, database: Database
) -> AsyncGenerator[Stretch]:
    """The events after `after`, and then those to come, until the closing one.

    An empty stretch means "still alive". A number the log does not have gives everything from 1.

    Raises:
        TurnNotFoundError: Not there, or not the viewer's.
    """
    live = runner.live_log(turn_id, viewer)
    if live is not None:
        async for stretch in live.follow(after):
            yield stretch
        return
    position = after
    while True:
        turn, stretches = await database.read(
            lambda c: (
                (repository := TurnRepository(c, viewer)).one(turn_id),
                repository.events(turn_id),
            )
        )
        entries = [entry for stretch in stretches for entry in stretch.entries]
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
