"""Where responses are stored, and who writes those of the background."""

from dataclasses import dataclass
from datetime import timedelta

from arcano.gateway.openai.responses.run_in_background import BackgroundResponses
from arcano.platform.clock import Clock
from arcano.platform.database import Database


@dataclass(frozen=True, slots=True)
class StoredResponses:
    """Put into the `Gateway` by the wiring. `keep`: how long."""

    database: Database
    clock: Clock
    background: BackgroundResponses
    keep: timedelta
