"""The meter of a server and the gate before it, for as long as it lives."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.usage.budgets.purse import Purse
from arcano.usage.gate import Gate, Warn
from arcano.usage.ledger import DatabaseLedger
from arcano.usage.meter import Meter


@asynccontextmanager
async def open_meter(
    database: Database, clock: Clock, *, warn: Warn
) -> AsyncGenerator[tuple[Meter, Gate]]:
    """Closes what a killed process left open, and writes how far long calls are while the block runs."""
    async with asyncio.TaskGroup() as tasks:
        ledger = DatabaseLedger(database, tasks=tasks)
        await ledger.close_abandoned()
        gate = Gate(Purse(clock), database, clock, warn=warn)
        await gate.load()
        meter = Meter(ledger, clock, gate)
        keeping = tasks.create_task(meter.keep())
        try:
            yield meter, gate
        finally:
            keeping.cancel()
            await ledger.write_rest()
