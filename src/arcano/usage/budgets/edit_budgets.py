"""Making, changing and removing budgets. A change is in effect for new calls when the deed returns.

What was used is summed up from the ledger, and by calls that have ended and do not stand there yet: each call counts once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from arcano.identity import UserId, group_names, key_names, names_of
from arcano.platform.acts import Act, Actor, Subject, record
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import ConflictError, InvalidInputError
from arcano.usage.budgets.domain import Budget, BudgetId
from arcano.usage.budgets.errors import BudgetNotFoundError
from arcano.usage.budgets.purse import part_of
from arcano.usage.budgets.repository import BudgetRepository
from arcano.usage.domain import CallId
from arcano.usage.gate import Ended, Gate
from arcano.usage.tables import LEDGER

MOST_BUDGETS = 1000


@dataclass(frozen=True, slots=True)
class BudgetEditor:
    """Changes budgets in somebody's name. Whether they may, their door has asked."""

    database: Database
    clock: Clock
    gate: Gate
    by: Actor

    async def add(self, budget: Budget) -> Budget:
        """Keep a new budget.

        Raises:
            InvalidInputError: There is nobody and nothing that it is about.
            ConflictError: There are as many as there may be.
        """
        act = Act("budget.made", self.by)

        def unit(connection: Connection, now: datetime) -> Budget:
            budgets = BudgetRepository(connection)
            if len(budgets.all()) >= MOST_BUDGETS:
                raise ConflictError(f"There are {MOST_BUDGETS} budgets already. Delete one first.")
            _expect_subject(connection, budget)
            budgets.add(budget)
            record(connection, _of(budget, act), now=now)
            return budget

        return await self._apply(unit)

    async def change(self, budget_id: str, changed: Callable[[Budget], Budget]) -> Budget:
        """Put what `changed` makes of a budget in its place.

        Raises:
            BudgetNotFoundError: There is none.
        """
        act = Act("budget.changed", self.by)

        def unit(connection: Connection, now: datetime) -> Budget:
            budgets = BudgetRepository(connection)
            budget = changed(_existing(budgets, budget_id))
            budgets.change(budget)
            record(connection, _of(budget, act), now=now)
            return budget

        return await self._apply(unit)

    async def remove(self, budget_id: str) -> None:
        """Forget a budget. What was used stays in the ledger.

        Raises:
            BudgetNotFoundError: There is none.
        """
        act, now = Act("budget.removed", self.by), self.clock.now()

        def unit(connection: Connection) -> BudgetId:
            budgets = BudgetRepository(connection)
            budget = _existing(budgets, budget_id)
            budgets.remove(budget.id)
            record(connection, _of(budget, act), now=now)
            return budget.id

        self.gate.purse.drop(await self.database.write(unit))

    async def _apply(self, unit: Callable[[Connection, datetime], Budget]) -> Budget:
        now = self.clock.now()

        def edit(connection: Connection) -> tuple[Budget, int, set[CallId]]:
            budget = unit(connection, now)
            used = BudgetRepository(connection).used(budget, now)
            return budget, used, _written(connection, list(ended))

        with self.gate.remembering() as ended:
            budget, used, written = await self.database.write(edit)
            used += _not_yet_written(budget, ended, written, now)
            self.gate.purse.put(budget, used=used)
        return budget


def _existing(budgets: BudgetRepository, budget_id: str) -> Budget:
    budget = budgets.find(budget_id)
    if budget is None:
        raise BudgetNotFoundError("There is no such budget.")
    return budget


def _written(connection: Connection, call_ids: list[CallId]) -> set[CallId]:
    """Those that the sums of the ledger have in them."""
    final = LEDGER.c.id.in_(call_ids) & (LEDGER.c.outcome != "running")
    return {CallId(call_id) for call_id in connection.scalars(select(LEDGER.c.id).where(final))}


def _not_yet_written(
    budget: Budget, ended: Mapping[CallId, Ended], written: set[CallId], now: datetime
) -> int:
    return sum(
        part_of(budget, call.money, call.tokens)
        for call_id, call in ended.items()
        if call_id not in written
        and call.payer.pays_into(budget)
        and budget.begins(call.at) == budget.begins(now)
    )


def _expect_subject(connection: Connection, budget: Budget) -> None:
    """A model may come later; people, groups and keys are there or are a mistake."""
    subject = budget.subject_id or ""
    match budget.scope:
        case "person":
            known = bool(names_of(connection, {UserId(subject)}))
        case "group":
            known = bool(group_names(connection, {subject}))
        case "key":
            known = bool(key_names(connection, {subject}))
        case _:
            known = True
    if not known:
        raise InvalidInputError(f"subject_id: There is no such {budget.scope}.")


def _of(budget: Budget, act: Act) -> Act:
    told = act.noting(
        name=budget.name,
        scope=budget.scope,
        whose=budget.subject_id or "",
        amount=budget.amount,
        unit=budget.unit,
        period=budget.period,
        hard=budget.hard,
    )
    return replace(told, subject=Subject("budget", budget.id))
