"""What calls use and cost."""

from arcano.usage.budgets.domain import Standing
from arcano.usage.budgets.errors import BudgetSpentError
from arcano.usage.budgets.http import Budgets
from arcano.usage.budgets.http import router as budgets_router
from arcano.usage.domain import Caller, CallId, CallRecord, Door, Outcome, TokenCounts
from arcano.usage.gate import Expected, Gate
from arcano.usage.http import Usage
from arcano.usage.http import router as usage_router
from arcano.usage.ledger import DatabaseLedger, Ledger
from arcano.usage.limits.errors import RateLimitedError
from arcano.usage.limits.limiter import Left, Limiter, Measure
from arcano.usage.message_usage import MessageUsage, usage_of_conversation
from arcano.usage.meter import CallListener, Meter, Metered
from arcano.usage.open_ledger import open_meter
from arcano.usage.settings import LimitSettings, UsageSettings

ROUTERS = (budgets_router, usage_router)
"""All doors of usage."""

__all__ = [
    "ROUTERS",
    "BudgetSpentError",
    "Budgets",
    "CallId",
    "CallListener",
    "CallRecord",
    "Caller",
    "DatabaseLedger",
    "Door",
    "Expected",
    "Gate",
    "Ledger",
    "Left",
    "LimitSettings",
    "Limiter",
    "Measure",
    "MessageUsage",
    "Meter",
    "Metered",
    "Outcome",
    "RateLimitedError",
    "Standing",
    "TokenCounts",
    "Usage",
    "UsageSettings",
    "open_meter",
    "usage_of_conversation",
]
