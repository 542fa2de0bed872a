"""What sums are kept by: hours, days, and how long something took.

A histogram's buckets are 15 % wide, so that a percentile is known to within 8 %, however many there were.
"""

import math
from collections.abc import Sequence
from datetime import datetime

_BUCKET_RATIO = 1.15
MAX_BUCKET = 120
"""About five hours in milliseconds, half a year in seconds."""


def hour_of(moment: datetime) -> datetime:
    """The hour that a moment is in."""
    return moment.replace(minute=0, second=0, microsecond=0)


def day_of(moment: datetime) -> datetime:
    """The day that a moment is in, in UTC."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def bucket_of(duration: float) -> int:
    """The bucket of a histogram that a duration falls into. Its unit is the histogram's."""
    if duration < 1:
        return 0
    return min(MAX_BUCKET, 1 + math.floor(math.log(duration, _BUCKET_RATIO)))


def middle_of(bucket: int) -> float:
    """A duration in the middle of a bucket."""
    return 0.5 if bucket == 0 else _BUCKET_RATIO ** (bucket - 0.5)


def percentile_of(buckets: Sequence[tuple[int, int]], share: float) -> float | None:
    """The duration that this share of them did not exceed; None where there was none.

    `buckets` are pairs of a bucket and how many fell into it.
    """
    total = sum(count for _, count in buckets)
    seen = 0
    for bucket, count in sorted(buckets):
        seen += count
        if seen >= share * total and count:
            return middle_of(bucket)
    return None
