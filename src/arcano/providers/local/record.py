"""What is remembered of a model between its loads, for as long as the server runs."""

from dataclasses import dataclass
from datetime import datetime

_NEWEST_COUNTS = 0.3


@dataclass(slots=True)
class Record:
    """`load_seconds` is how long the last load took, `tokens_per_second` how fast an answer is written.

    `problem` says why the last load failed; a later success takes it back.
    """

    load_seconds: float | None = None
    tokens_per_second: float | None = None
    last_used_at: datetime | None = None
    problem: str | None = None

    def wrote(self, tokens: int, seconds: float) -> None:
        """Heed one answer: its speed counts more than that of those before."""
        if tokens < 2 or seconds <= 0:
            return
        speed = (tokens - 1) / seconds  # the first ends the reading and begins the writing
        known = self.tokens_per_second
        self.tokens_per_second = (
            speed if known is None else known + (speed - known) * _NEWEST_COUNTS
        )
