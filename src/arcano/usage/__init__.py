"""What calls use and cost."""

from arcano.usage.budgets.domain import Standing
from arcano.usage.budgets.errors import BudgetSpentError
from arcano.usage.domain import Caller, CallId, CallRecord, Door, Outcome, TokenCounts
from arcano.usage.gate import Expected, Gate
from arcano.usage.ledger import DatabaseLedger, Ledger
from arcano.usage.meter import CallListener, Meter, Metered
from arcano.usage.open_ledger import open_meter

__all__ = [
    "BudgetSpentError",
    "CallId",
    "CallListener",
    "CallRecord",
    "Caller",
    "DatabaseLedger",
    "Door",
    "Expected",
    "Gate",
    "Ledger",
    "Meter",
    "Metered",
    "Outcome",
    "Standing",
    "TokenCounts",
    "open_meter",
]
