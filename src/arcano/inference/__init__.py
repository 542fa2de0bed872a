"""Which waiting call runs next and where: routes, queue, fallback."""

from arcano.inference.errors import QueueFullError, QueueUnavailableError
from arcano.inference.fair_queue import FairQueue
from arcano.inference.queue import (
    Bounds,
    CallQueue,
    Place,
    Priority,
    QueueState,
    Ticket,
)

__all__ = [
    "Bounds",
    "CallQueue",
    "FairQueue",
    "Place",
    "Priority",
    "QueueFullError",
    "QueueState",
    "QueueUnavailableError",
    "Ticket",
]
