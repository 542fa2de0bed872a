"""Whether a call may begin, and what it is counted against: limits in each minute, and the budgets of whoever pays for it."""

import logging
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

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
from arcano.usage.domain import Caller, CallId, CallRecord
from arcano.usage.limits.limiter import NOTHING_TAKEN, Limiter, Taken

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


@dataclass(frozen=True, slots=True)
class Ended:
    """What a call used that is over, by whom."""

    payer: Payer
    money: int | None
    tokens: int
    at: datetime


@dataclass(slots=True, eq=False)
class Admission:
    """That a call may begin: what is set aside for it and what it has taken of limits, until it is settled."""

    reserved: Reserved
    taken: Taken


UNASKED = Admission(NOTHING, NOTHING_TAKEN)
"""Of a call that nobody let in."""


class Gate:
    """Lets calls in, and settles them. One for a server."""

    def __init__(
        self, purse: Purse, limiter: Limiter, database: Database, clock: Clock, *, warn: Warn
    ) -> None:
        self.purse = purse
        self.limiter = limiter
        self._database = database
        self._clock = clock
        self._warn = warn
        self._ended: dict[CallId, Ended] = {}
        self._unwritten: set[CallId] = set()
        self._remembering = 0

    async def load(self) -> None:
        """Read the budgets and what was used of them. Before the first call."""
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            repository = BudgetRepository(connection)
            for budget in repository.all():
                used, warned = repository.used(budget, now), repository.warned(budget, now)
                self.purse.put(budget, used=used, warned=warned)

        await self._database.read(unit)

    async def with_groups(self, caller: Caller) -> Caller:
        """The same with the groups that they are in now, where whoever asks in their name did not know them.

        Raises:
            StorageError: The database cannot be read.
        """
        if caller.group_ids is not None:
            return caller
        user_id = UserId(caller.user_id)
        groups = await self._database.read(lambda c: group_ids_of(c, user_id))
        return replace(caller, group_ids=frozenset(groups))

    async def enter(self, caller: Caller, model: str, expected: Expected) -> Admission:
        """Count the call and set aside what it may use. `caller` is one whose groups are known.

        Raises:
            RateLimitedError: It is beyond a limit.
            BudgetSpentError: It would go beyond a hard budget.
        """
        written = USUAL_OUTPUT if expected.output_tokens is None else expected.output_tokens
        taken = await self.limiter.enter(caller, model, expected.input_tokens + written)
        try:
            return Admission(await self._reserve(caller, model, expected, written), taken)
        except BaseException:
            await self.limiter.leave(taken, 0)
            raise

    async def _reserve(
        self, caller: Caller, model: str, expected: Expected, written: int
    ) -> Reserved:
        groups = caller.group_ids or frozenset()
        payer = Payer(caller.user_id, groups, caller.key_id, model)
        if not self.purse.is_watching:
            return Reserved(payer, (), 0, 0)
        usage = TokenUsage(expected.input_tokens, written)
        price = await expected.quote()
        # From here on nothing is awaited: who comes meanwhile sees what is set aside.
        return self.purse.reserve(
            payer,
            money=None if price is None else cost_of(usage, price),
            tokens=expected.input_tokens + written,
        )

    def look(self, admission: Admission, so_far: CallRecord) -> None:
        """A call still runs and has used this much."""
        self.purse.raise_to(admission.reserved, money=so_far.cost_micros, tokens=_tokens(so_far))

    async def settle(self, admission: Admission, record: CallRecord) -> None:
        """The call is over. People are told where a budget nears its end."""
        due = self._settle(admission.reserved, record)
        await self.limiter.leave(admission.taken, _tokens(record))
        for standing in due:
            self._warn(standing, record.caller)
        if due:
            await self._note(due)

    def _settle(self, reserved: Reserved, record: CallRecord) -> list[Standing]:
        # Nothing is awaited here: a budget that is made meanwhile finds the call either in these or in the ledger.
        money, tokens = record.cost_micros, _tokens(record)
        self._ended[record.id] = Ended(reserved.payer, money, tokens, record.ended_at)
        self._unwritten.add(record.id)
        return self.purse.settle(reserved, money=money, tokens=tokens, ended_at=record.ended_at)

    def written(self, call_id: CallId) -> None:
        """The call stands in the ledger: whoever sums that up finds it there."""
        self._unwritten.discard(call_id)
        if not self._remembering:
            self._ended.pop(call_id, None)

    @contextmanager
    def remembering(self) -> Generator[Mapping[CallId, Ended]]:
        """All calls that have ended and may not stand in the ledger yet, for as long as the block runs, and more."""
        self._remembering += 1
        try:
            yield self._ended
        finally:
            self._remembering -= 1
            if not self._remembering:
                self._ended = {call_id: self._ended[call_id] for call_id in sorted(self._unwritten)}

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
