"""A clock that moves only when told to."""

from datetime import UTC, datetime, timedelta

from typing_extensions import override

from arcano.platform.clock import Clock


class StillClock(Clock):
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    @override
    def now(self) -> datetime:
        return self.moment

    def pass_by(self, time: timedelta) -> None:
        self.moment += time
