"""Whether a call may begin, and what it is counted against when it is over: the budgets of whoever pays for it."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from arcano.identity import UserId, group_ids_of
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.platform.errors import StorageError
from arcano.providers import Price, TokenUsage
from arcano.usage.budgets.domain import WARN_AT, Standing
from arcano.usage.budgets.purse import NOTHING, Payer, Purse, Reserved
from arcano.usage.budgets.repository import BudgetRepository
from arcano.usage.cost import cost_of
from arcano.usage.domain import Caller, CallRecord

logger = logging.getLogger(__name__)

Quote = Callable[[], Awaitable[Price | None]]
"""What the dearest of those costs who may answer; asked for only where it counts."""
Warn = Callable[[Standing, Caller], None]
"""Tells that another part of a budget is used up."""

USUAL_OUTPUT = 2_048
"""Tokens that are set aside for an answer whose length nobody has limited. A longer one is seen while it is written."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a call is thought to use at most."""

    input_tokens: int
    output_tokens: int | None
    quote: Quote


class Gate:
    """Lets calls in, and settles them. One for a server."""

    def __init__(self, purse: Purse, database: Database, clock: Clock, *, warn: Warn) -> None:
        self.purse = purse
        self._database = database
        self._clock = clock
        self._warn = warn

    async def load(self) -> None:
        """Read the budgets and what was used of them. Before the first call."""
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            repository = BudgetRepository(connection)
            for budget in repository.all():
                used, warned = repository.used(budget, now), repository.warned(budget, now)
                self.purse.put(budget, used=used, warned=warned)

        await self._database.read(unit)

    async def enter(self, caller: Caller, model: str, expected: Expected) -> Reserved:
        """Set aside what the call may use.

        Raises:
            BudgetSpentError: It would go beyond a hard budget.
        """
        if not self.purse.is_watching:
            return NOTHING
        groups: Sequence[str] = ()
        if self.purse.watches("group"):
            user_id = UserId(caller.user_id)
            groups = await self._database.read(lambda c: group_ids_of(c, user_id))
        written = USUAL_OUTPUT if expected.output_tokens is None else expected.output_tokens
        usage = TokenUsage(expected.input_tokens, written)
        price = await expected.quote()
        # From here on nothing is awaited: who comes meanwhile sees what is set aside.
        return self.purse.reserve(
            Payer(caller.user_id, frozenset(groups), caller.key_id, model),
            money=None if price is None else cost_of(usage, price),
            tokens=expected.input_tokens + written,
        )

    def look(self, reserved: Reserved, so_far: CallRecord) -> None:
        """A call still runs and has used this much."""
        self.purse.raise_to(reserved, money=so_far.cost_micros, tokens=_tokens(so_far))

    async def settle(self, reserved: Reserved, record: CallRecord) -> None:
        """The call is over. People are told where a budget nears its end."""
        due = self.purse.settle(reserved, money=record.cost_micros, tokens=_tokens(record))
        for standing in due:
            self._warn(standing, record.caller)
        if due:
            await self._note(due)

    async def _note(self, due: Sequence[Standing]) -> None:
        """So that a server that starts again does not warn again."""
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            repository = BudgetRepository(connection)
            for standing in due:
                passed = [percent for percent in WARN_AT if standing.percent >= percent]
                if repository.find(standing.budget.id) is not None:
                    repository.note_warned(standing.budget, passed, now)

        try:
            await self._database.write(unit)
        except StorageError as refused:
            logger.warning("a warning about a budget is not noted: %s", refused.detail)


def _tokens(record: CallRecord) -> int:
    return (record.tokens.input or 0) + (record.tokens.output or 0)
