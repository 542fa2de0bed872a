"""A ledger in memory, for tests of those who make calls; its promise is that of `tests/contracts/ledger.py`."""

from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import override

from arcano.platform.clock import Clock
from arcano.usage import CallId, CallRecord, Ledger, Meter


class RememberedLedger(Ledger):
    """Keeps every record, the latest of each call."""

    def __init__(self) -> None:
        self.records: dict[CallId, CallRecord] = {}
        self.writes = 0

    @override
    async def keep(self, record: CallRecord) -> None:
        self.writes += 1
        self.records[record.id] = record

    @override
    async def keep_all(self, records: Sequence[CallRecord]) -> None:
        for record in records:
            await self.keep(record)

    @override
    async def write_rest(self) -> None:
        """There is never a rest."""

    @override
    async def close_abandoned(self) -> int:
        abandoned = [record for record in self.records.values() if record.outcome == "running"]
        for record in abandoned:
            self.records[record.id] = replace(record, outcome="interrupted")
        return len(abandoned)


def a_meter(clock: Clock) -> Meter:
    """A meter that nobody reads."""
    return Meter(RememberedLedger(), clock)
