"""Rows of budgets, and of which warnings were given. What was used is read from the sums of the ledger."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Named, Table, TypedColumns

from arcano.platform.tables import METADATA, UtcTime


class BudgetColumns(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    name: Named[str]
    scope: Named[str]
    subject_id: Named[str | None]
    unit: Named[str]
    amount: Named[int] = Column(BigInteger)
    currency: Named[str]
    period: Named[str]
    hard: Named[bool]
    created_at: Named[datetime] = Column(UtcTime)


BUDGETS = Table("budgets", METADATA, BudgetColumns)


class WarningColumns(TypedColumns):
    """That so many percent of a budget were used, in the period that began then (0: it has none)."""

    budget_id: Named[str] = Column(ForeignKey("budgets.id", ondelete="CASCADE"), primary_key=True)
    period: Named[int] = Column(BigInteger, primary_key=True)
    percent: Named[int] = Column(primary_key=True)
    at: Named[datetime] = Column(UtcTime)


BUDGET_WARNINGS = Table("budget_warnings", METADATA, WarningColumns)
