"""The meter of a server and the gate before it, for as long as it lives."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.lasting import lasting
from arcano.usage.budgets.purse import Purse
from arcano.usage.gate import Gate, Warn
from arcano.usage.ledger import DatabaseLedger
from arcano.usage.limits.limiter import Limiter
from arcano.usage.limits.open_counting import open_counting
from arcano.usage.meter import CallListener, Meter
from arcano.usage.settings import LimitSettings


@asynccontextmanager
async def open_meter(
    database: Database,
    clock: Clock,
    *,
    limits: LimitSettings,
    redis_url: str | None,
    warn: Warn,
    listener: CallListener | None = None,
) -> AsyncGenerator[tuple[Meter, Gate]]:
    """Closes what a killed process left open, and writes how far long calls are while the block runs.

    `redis_url`: of the Redis that several servers share; limits are counted there.
    """
    if limits.redis_url is not None:
        redis_url = limits.redis_url.get_secret_value()
    async with open_counting(redis_url) as counting, asyncio.TaskGroup() as tasks:
        ledger = DatabaseLedger(database, tasks=tasks)
        await ledger.close_abandoned()
        gate = Gate(Purse(clock), Limiter(limits, counting), database, clock, warn=warn)
        await gate.load()
        meter = Meter(ledger, clock, gate, listener)
        keeping = tasks.create_task(lasting(meter.keep))
        try:
            yield meter, gate
        finally:
            keeping.cancel()
            await ledger.write_rest()
