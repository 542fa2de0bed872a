"""What was learned about how models read outlives the server: written now and then, not in every turn."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select

from arcano.inference.tokens.calibration import REMEMBERED_MODELS, Calibration, Calibrations
from arcano.inference.tokens.tables import TOKEN_CALIBRATIONS
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import StorageError
from arcano.platform.lasting import lasting

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=5)

_KNOWN = (
    select(
        TOKEN_CALIBRATIONS.c.model,
        TOKEN_CALIBRATIONS.c.factor,
        TOKEN_CALIBRATIONS.c.spread,
        TOKEN_CALIBRATIONS.c.samples,
    )
    .order_by(TOKEN_CALIBRATIONS.c.updated_at.desc())
    .limit(REMEMBERED_MODELS)
)


class CalibrationKeeper:
    """Reads what is known at the start, and stores what was learned since."""

    def __init__(self, calibrations: Calibrations, *, database: Database, clock: Clock) -> None:
        self._calibrations = calibrations
        self._database = database
        self._clock = clock

    async def load(self) -> None:
        """Take up what was learned before."""
        known = await self._database.read(_known)
        self._calibrations.add(known)

    async def keep(self) -> None:
        """Store what changed, again and again, until cancelled."""
        while True:
            await asyncio.sleep(EVERY.total_seconds())
            await self.save()

    async def save(self) -> None:
        """Store what changed. What cannot be stored now is tried again the next time."""
        changed = self._calibrations.changed()
        if not changed:
            return
        now = self._clock.now()
        rows = [
            {
                "model": model,
                "factor": calibration.factor,
                "spread": calibration.spread,
                "samples": calibration.samples,
                "updated_at": now,
            }
            for model, calibration in changed
        ]

        def unit(connection: Connection) -> None:
            models = [row["model"] for row in rows]
            connection.execute(
                delete(TOKEN_CALIBRATIONS).where(TOKEN_CALIBRATIONS.c.model.in_(models))
            )
            connection.execute(insert(TOKEN_CALIBRATIONS), rows)

        try:
            await self._database.write(unit)
        except StorageError as refused:
            self._calibrations.unsaved(model for model, _ in changed)
            logger.warning("what was learned about tokens is not stored yet: %s", refused.detail)


@asynccontextmanager
async def kept_calibrations(database: Database, clock: Clock) -> AsyncGenerator[Calibrations]:
    """What was learned before, kept up while the block runs; what it learned last is stored at its end."""
    calibrations = Calibrations()
    keeper = CalibrationKeeper(calibrations, database=database, clock=clock)
    await keeper.load()
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(lasting(keeper.keep))
        try:
            yield calibrations
        finally:
            keeping.cancel()
    await keeper.save()


def _known(connection: Connection) -> list[tuple[str, Calibration]]:
    return [
        (row.model, Calibration(row.factor, row.spread, row.samples))
        for row in connection.execute(_KNOWN)
    ]
