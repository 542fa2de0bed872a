"""What the doors of budgets take and give."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from arcano.platform.ids import new_id
from arcano.usage.budgets.domain import (
    Budget,
    BudgetId,
    BudgetPeriod,
    BudgetScope,
    BudgetUnit,
    Standing,
)

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Amount = Annotated[int, Field(ge=1, le=10**15)]
"""Tokens, or millionths of a dollar: up to a thousand million dollars."""


class BudgetDraft(BaseModel):
    """`amount` is in tokens, or in millionths of a dollar. `subject_id`: the group, person, key or model that it is for."""

    name: _Name
    scope: BudgetScope
    subject_id: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    unit: BudgetUnit
    amount: _Amount
    period: BudgetPeriod
    hard: bool = True

    @model_validator(mode="after")
    def _names_whom(self) -> Self:
        if (self.subject_id is None) != (self.scope == "organisation"):
            raise ValueError("A budget names whom it is for, unless it is for all.")
        return self

    def budget(self, now: datetime) -> Budget:
        return Budget(
            BudgetId(new_id()),
            self.name,
            self.scope,
            self.subject_id,
            self.unit,
            self.amount,
            self.period,
            self.hard,
            now,
        )


class BudgetChange(BaseModel):
    """What is left out stays as it is. For whom it is and in what it is counted cannot be changed: make another one."""

    name: _Name | None = None
    amount: _Amount | None = None
    period: BudgetPeriod | None = None
    hard: bool | None = None


class BudgetView(BaseModel):
    id: str
    name: str
    scope: BudgetScope
    subject_id: str | None
    subject_name: str | None
    """What the group, person, key or model is called; null where it is gone, or it is for all."""
    unit: BudgetUnit
    amount: int
    """In tokens, or in millionths of `currency`."""
    currency: str
    period: BudgetPeriod
    hard: bool
    """Whether it refuses what goes beyond it. If not, it only warns."""
    used: int
    reserved: int
    """What calls that run now may still use."""
    left: int
    percent: int
    renews_at: datetime | None
    """When nothing is used of it again; null: never."""

    @classmethod
    def of(cls, standing: Standing, subject_name: str | None) -> Self:
        budget = standing.budget
        return cls(
            id=budget.id,
            name=budget.name,
            scope=budget.scope,
            subject_id=budget.subject_id,
            subject_name=subject_name,
            unit=budget.unit,
            amount=budget.amount,
            currency=budget.currency,
            period=budget.period,
            hard=budget.hard,
            used=standing.used,
            reserved=standing.reserved,
            left=standing.left,
            percent=standing.percent,
            renews_at=standing.renews_at,
        )


class BudgetPage(BaseModel):
    items: list[BudgetView]
    next_cursor: None
