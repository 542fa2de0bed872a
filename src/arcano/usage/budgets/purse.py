"""Budgets at work: what a call may use is set aside before it begins and settled when it is over.

Setting aside is one step between two awaits of one process, which alone holds the data folder: a hundred calls at the same
moment see each other. What a killed process had set aside is set aside nowhere. What was used is the ledger's: it is read
from there at the start and whenever a budget changes, and added to here as calls end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from arcano.platform.clock import Clock
from arcano.usage.budgets.domain import WARN_AT, Budget, BudgetId, Standing, in_words
from arcano.usage.budgets.errors import BudgetSpentError


@dataclass(frozen=True, slots=True)
class Payer:
    """For whom a call counts, from its beginning to its end."""

    user_id: str
    group_ids: frozenset[str]
    key_id: str | None
    model: str

    def pays_into(self, budget: Budget) -> bool:
        """Whether the call counts against this budget."""
        match budget.scope:
            case "organisation":
                return True
            case "group":
                return budget.subject_id in self.group_ids
            case "person":
                return budget.subject_id == self.user_id
            case "key":
                return budget.subject_id is not None and budget.subject_id == self.key_id
            case "model":
                return budget.subject_id == self.model


@dataclass(slots=True, eq=False)
class Reserved:
    """What is set aside for one call: of these budgets, so much money and so many tokens."""

    payer: Payer
    budget_ids: tuple[BudgetId, ...]
    money: int
    tokens: int


NOTHING = Reserved(Payer("", frozenset(), None, ""), (), 0, 0)
"""Of a call that nobody watches."""


@dataclass(slots=True, eq=False)
class _Account:
    """A budget, and what is used and set aside of it in the period that `begins`."""

    budget: Budget
    begins: datetime | None
    used: int
    reserved: int = 0
    warned: set[int] = field(default_factory=set[int])


class Purse:
    """All budgets of this server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accounts: dict[BudgetId, _Account] = {}

    @property
    def is_watching(self) -> bool:
        """Whether there is any budget."""
        return bool(self._accounts)

    def put(self, budget: Budget, *, used: int, warned: Iterable[int] = ()) -> None:
        """Add a budget, or change its name, amount, period or hardness. What is set aside stays so.

        `used`: by all calls that have ended in the period of now.
        """
        standing = self._accounts.get(budget.id)
        account = _Account(budget, budget.begins(self._clock.now()), used, warned=set(warned))
        if standing is not None:
            account.reserved = standing.reserved
        self._accounts[budget.id] = account

    def drop(self, budget_id: BudgetId) -> None:
        self._accounts.pop(budget_id, None)

    def standings(self) -> list[Standing]:
        """All of them, the oldest first."""
        found = [self.standing(budget_id) for budget_id in sorted(self._accounts)]
        return [standing for standing in found if standing is not None]

    def standing(self, budget_id: BudgetId) -> Standing | None:
        account = self._accounts.get(budget_id)
        if account is None:
            return None
        now = self._clock.now()
        self._turn_page(account, now)
        return Standing(account.budget, account.used, account.reserved, account.budget.renews(now))

    def reserve(self, payer: Payer, *, money: int | None, tokens: int) -> Reserved:
        """Set aside what a call may use; `money` None: nobody knows what it costs.

        Budgets of money let calls of unknown price pass: they can be neither counted nor refused by it.

        Raises:
            BudgetSpentError: One that is hard has less left. Nothing is set aside.
        """
        accounts = [
            account for account in self._accounts.values() if payer.pays_into(account.budget)
        ]
        now = self._clock.now()
        for account in accounts:
            self._turn_page(account, now)
            self._expect_room(account, money, tokens, now)
        for account in accounts:
            account.reserved += part_of(account.budget, money, tokens)
        budget_ids = tuple(account.budget.id for account in accounts)
        return Reserved(payer, budget_ids, money or 0, tokens)

    def raise_to(self, reserved: Reserved, *, money: int | None, tokens: int) -> None:
        """A call uses more than was set aside for it: newcomers are to see that. It is not ended for it."""
        more_money, more_tokens = max(reserved.money, money or 0), max(reserved.tokens, tokens)
        for account in self._of(reserved):
            account.reserved += part_of(account.budget, more_money, more_tokens) - part_of(
                account.budget, reserved.money, reserved.tokens
            )
        if reserved is not NOTHING:
            reserved.money, reserved.tokens = more_money, more_tokens

    def settle(
        self, reserved: Reserved, *, money: int | None, tokens: int, ended_at: datetime
    ) -> list[Standing]:
        """The call is over and used this much. Returns the budgets of which another warning is due.

        It counts against all budgets that there are now, those too that were made while it ran: the ledger, from which
        they are read at the next start, does not know which came first.
        """
        now = self._clock.now()
        due: list[Standing] = []
        for account in self._of(reserved):
            account.reserved = max(
                0, account.reserved - part_of(account.budget, reserved.money, reserved.tokens)
            )
        for account in self._accounts.values():
            budget = account.budget
            self._turn_page(account, now)
            if not reserved.payer.pays_into(budget) or budget.begins(ended_at) != account.begins:
                continue
            account.used += part_of(budget, money, tokens)
            standing = Standing(budget, account.used, account.reserved, budget.renews(now))
            if self._is_news(account, standing):
                due.append(standing)
        return due

    def _of(self, reserved: Reserved) -> list[_Account]:
        return [
            self._accounts[budget_id]
            for budget_id in reserved.budget_ids
            if budget_id in self._accounts
        ]

    def _expect_room(
        self, account: _Account, money: int | None, tokens: int, now: datetime
    ) -> None:
        budget = account.budget
        if not budget.hard or (budget.unit == "money" and money is None):
            return
        left = budget.amount - account.used - account.reserved
        wanted = part_of(budget, money, tokens)
        if wanted <= left and left > 0:
            return
        renews = budget.renews(now)
        when = "" if renews is None else f" It begins anew on {renews:%Y-%m-%d at %H:%M} UTC."
        raise BudgetSpentError(
            f"The budget “{budget.name}” of {in_words(budget, budget.amount)} has "
            f"{in_words(budget, max(0, left))} left, and this may take {in_words(budget, wanted)}.{when}",
            retry_after=None if renews is None else max(renews - now, timedelta(seconds=1)),
        )

    def _turn_page(self, account: _Account, now: datetime) -> None:
        """A new period: nothing is used in it yet. What is set aside is so for calls that still run."""
        begins = account.budget.begins(now)
        if begins != account.begins:
            account.begins, account.used = begins, 0
            account.warned.clear()

    def _is_news(self, account: _Account, standing: Standing) -> bool:
        """Whether a threshold was passed that nobody was warned of yet."""
        passed = {percent for percent in WARN_AT if standing.percent >= percent}
        news = passed - account.warned
        account.warned |= passed
        return bool(news)


def part_of(budget: Budget, money: int | None, tokens: int) -> int:
    """What of a call counts against a budget of its unit."""
    return tokens if budget.unit == "tokens" else money or 0
