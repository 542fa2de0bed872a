"""What calls use and cost."""

from arcano.usage.domain import Caller, CallId, CallRecord, Door, Outcome, TokenCounts
from arcano.usage.ledger import DatabaseLedger, Ledger
from arcano.usage.meter import Meter, Metered
from arcano.usage.open_ledger import open_meter

__all__ = [
    "CallId",
    "CallRecord",
    "Caller",
    "DatabaseLedger",
    "Door",
    "Ledger",
    "Meter",
    "Metered",
    "Outcome",
    "TokenCounts",
    "open_meter",
]
