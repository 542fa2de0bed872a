"""What calls use and cost."""

from arcano.usage.budgets.domain import Standing
from arcano.usage.budgets.errors import BudgetSpentError
from arcano.usage.budgets.http import Budgets
from arcano.usage.budgets.http import router as budgets_router
from arcano.usage.domain import Caller, CallId, CallRecord, Door, Outcome, TokenCounts
from arcano.usage.files import MEDIA_TYPES, Form, head_of_file, lines_of_file
from arcano.usage.gate import Expected, Gate
from arcano.usage.http import AskedSpan, Usage
from arcano.usage.http import router as usage_router
from arcano.usage.ledger import DatabaseLedger, Ledger
from arcano.usage.limits.errors import RateLimitedError
from arcano.usage.limits.limiter import Left, Limiter, Measure
from arcano.usage.message_usage import MessageUsage, usage_of_conversation
from arcano.usage.meter import CallListener, Meter, Metered
from arcano.usage.open_ledger import open_meter
from arcano.usage.reading import MOST_ROWS, By, Span
from arcano.usage.schemas import NameView, names
from arcano.usage.settings import LimitSettings, UsageSettings

ROUTERS = (budgets_router, usage_router)
"""All doors of usage."""

__all__ = [
    "MEDIA_TYPES",
    "MOST_ROWS",
    "ROUTERS",
    "AskedSpan",
    "BudgetSpentError",
    "Budgets",
    "By",
    "CallId",
    "CallListener",
    "CallRecord",
    "Caller",
    "DatabaseLedger",
    "Door",
    "Expected",
    "Form",
    "Gate",
    "Ledger",
    "Left",
    "LimitSettings",
    "Limiter",
    "Measure",
    "MessageUsage",
    "Meter",
    "Metered",
    "NameView",
    "Outcome",
    "RateLimitedError",
    "Span",
    "Standing",
    "TokenCounts",
    "Usage",
    "UsageSettings",
    "head_of_file",
    "lines_of_file",
    "names",
    "open_meter",
    "usage_of_conversation",
]
