"""What a budget is: whose, how much of what, in which time, and what happens when it is used up."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NewType, get_args

BudgetId = NewType("BudgetId", str)

BudgetScope = Literal["organisation", "group", "person", "key", "model"]
BudgetUnit = Literal["money", "tokens"]
BudgetPeriod = Literal["day", "week", "month", "total"]

SCOPES: tuple[BudgetScope, ...] = get_args(BudgetScope)
WARN_AT = (50, 80, 100)
"""Of how many percent people are told."""


@dataclass(frozen=True, slots=True)
class Budget:
    """So much may be used in each period. `subject_id` names the group, person, key or model; None for all.

    `amount` is in millionths of `currency`, or in tokens, read and written together. A `hard` one refuses what goes
    beyond it; any other only warns.
    """

    id: BudgetId
    name: str
    scope: BudgetScope
    subject_id: str | None
    unit: BudgetUnit
    amount: int
    period: BudgetPeriod
    hard: bool
    created_at: datetime
    currency: str = "USD"

    def begins(self, now: datetime) -> datetime | None:
        """When the period that `now` is in began, in UTC; None for a budget that never begins anew."""
        day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        match self.period:
            case "day":
                return day
            case "week":
                return day - timedelta(days=day.weekday())
            case "month":
                return day.replace(day=1)
            case "total":
                return None

    def renews(self, now: datetime) -> datetime | None:
        """When the next period begins; None: never."""
        begins = self.begins(now)
        if begins is None:
            return None
        match self.period:
            case "day":
                return begins + timedelta(days=1)
            case "week":
                return begins + timedelta(days=7)
            case _:
                return (begins + timedelta(days=32)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands: what was used in this period, and what calls under way may still use."""

    budget: Budget
    used: int
    reserved: int
    renews_at: datetime | None

    @property
    def left(self) -> int:
        """What new calls may still use; never below 0."""
        return max(0, self.budget.amount - self.used - self.reserved)

    @property
    def percent(self) -> int:
        """How much of it is used."""
        return self.used * 100 // self.budget.amount if self.budget.amount else 100


def in_words(budget: Budget, amount: int) -> str:
    """An amount of a budget, for a person."""
    if budget.unit == "tokens":
        return f"{amount:,} tokens"
    return f"{amount / 1_000_000:,.2f} {budget.currency}"
