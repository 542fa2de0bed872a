"""The meter of a server, for as long as it lives."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.usage.ledger import DatabaseLedger
from arcano.usage.meter import Meter


@asynccontextmanager
async def open_meter(database: Database, clock: Clock) -> AsyncGenerator[Meter]:
    """Closes what a killed process left open, and writes how far long calls are while the block runs."""
    async with asyncio.TaskGroup() as tasks:
        ledger = DatabaseLedger(database, tasks=tasks)
        await ledger.close_abandoned()
        meter = Meter(ledger, clock)
        keeping = tasks.create_task(meter.keep())
        try:
            yield meter
        finally:
            keeping.cancel()
            await ledger.write_rest()
