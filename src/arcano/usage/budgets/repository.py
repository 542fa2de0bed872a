"""Reading and writing budgets, and what was used of them by the sums of the ledger."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from arcano.usage.budgets.domain import Budget, BudgetId
from arcano.usage.budgets.tables import BUDGET_WARNINGS, BUDGETS
from arcano.usage.tables import USAGE_HOURS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BudgetRepository:
    """Budgets, inside one unit of work. Who may see and change them is the doors' to decide."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Budget]:
        """The oldest first."""
        rows = self._connection.execute(select(BUDGETS).order_by(BUDGETS.c.id))
        return [_budget(row) for row in rows]

    def find(self, budget_id: str) -> Budget | None:
        row = self._connection.execute(select(BUDGETS).where(BUDGETS.c.id == budget_id)).first()
        return None if row is None else _budget(row)

    def add(self, budget: Budget) -> None:
        self._connection.execute(insert(BUDGETS), _row(budget))

    def change(self, budget: Budget) -> None:
        """Write a budget over the one with its id. What was warned of is forgotten: it may be due again."""
        there = BUDGETS.c.id == budget.id
        self._connection.execute(update(BUDGETS).where(there).values(_row(budget)))
        self._connection.execute(
            delete(BUDGET_WARNINGS).where(BUDGET_WARNINGS.c.budget_id == budget.id)
        )

    def remove(self, budget_id: BudgetId) -> None:
        self._connection.execute(delete(BUDGETS).where(BUDGETS.c.id == budget_id))

    def used(self, budget: Budget, now: datetime) -> int:
        """What was used of it in the period of `now`. Calls of unknown price count nothing where it is of money."""
        amount = (
            USAGE_HOURS.c.input_tokens + USAGE_HOURS.c.output_tokens
            if budget.unit == "tokens"
            else USAGE_HOURS.c.cost_micros
        )
        asked = select(func.coalesce(func.sum(amount), 0)).where(*_counts(budget))
        begins = budget.begins(now)
        if begins is not None:
            asked = asked.where(USAGE_HOURS.c.hour >= begins)
        return int(self._connection.scalar(asked) or 0)

    def warned(self, budget: Budget, now: datetime) -> set[int]:
        """The percentages that were warned of in the period of `now`."""
        asked = select(BUDGET_WARNINGS.c.percent).where(
            BUDGET_WARNINGS.c.budget_id == budget.id,
            BUDGET_WARNINGS.c.period == _number(budget.begins(now)),
        )
        return set(self._connection.scalars(asked))

    def note_warned(self, budget: Budget, percents: Iterable[int], now: datetime) -> None:
        """That these were warned of. Once is enough, whoever says it again."""
        period = _number(budget.begins(now))
        known = self.warned(budget, now)
        rows = [
            {"budget_id": budget.id, "period": period, "percent": percent, "at": now}
            for percent in percents
            if percent not in known
        ]
        if rows:
            self._connection.execute(insert(BUDGET_WARNINGS), rows)


def _counts(budget: Budget) -> list[ColumnElement[bool]]:
    """Which sums count against it."""
    hours, subject = USAGE_HOURS.c, budget.subject_id
    match budget.scope:
        case "organisation":
            return []
        case "group":
            # A list of ids in JSON: an id stands in it between quotes, and ids hold none.
            return [hours.group_ids.contains(f'"{subject}"', autoescape=True)]
        case "person":
            return [hours.user_id == subject]
        case "key":
            return [hours.key_id == subject]
        case "model":
            return [hours.model == subject]


def _number(begins: datetime | None) -> int:
    return 0 if begins is None else (begins - _EPOCH) // timedelta(microseconds=1)


def _row(budget: Budget) -> dict[str, object]:
    return {
        "id": budget.id,
        "name": budget.name,
        "scope": budget.scope,
        "subject_id": budget.subject_id,
        "unit": budget.unit,
        "amount": budget.amount,
        "currency": budget.currency,
        "period": budget.period,
        "hard": budget.hard,
        "created_at": budget.created_at,
    }


def _budget(row: Row[tuple[object, ...]]) -> Budget:
    return Budget(
        id=BudgetId(row.id),
        name=row.name,
        scope=row.scope,
        subject_id=row.subject_id,
        unit=row.unit,
        amount=row.amount,
        period=row.period,
        hard=row.hard,
        created_at=row.created_at,
        currency=row.currency,
    )
