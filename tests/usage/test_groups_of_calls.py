"""A call is its person's groups' as they were when it was let in: budgets and the ledger say the same, whoever comes or goes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from sqlalchemy import select
from tests.support.clock import StillClock
from tests.support.fresh_database import a_database

from arcano.identity import GroupId, UserId
from arcano.identity.groups.repository import Group, GroupRepository
from arcano.identity.passwords import Passwords
from arcano.identity.set_up_owner import set_up_owner
from arcano.platform.acts import Actor
from arcano.platform.sqlite import SqliteDatabase
from arcano.providers import Price, TokenUsage
from arcano.usage import Caller, Expected, Gate, LimitSettings, Meter, Metered, Standing, open_meter
from arcano.usage.budgets.domain import Budget, BudgetId
from arcano.usage.budgets.edit_budgets import BudgetEditor
from arcano.usage.budgets.repository import BudgetRepository
from arcano.usage.tables import LEDGER

TEAM = GroupId("team")
CLOCK = StillClock()
BUDGET = Budget(
    BudgetId("b1"), "The team's", "group", TEAM, "tokens", 1000, "total", True, CLOCK.now()
)


def warn_nobody(_standing: Standing, _caller: Caller) -> None:
    """Nothing here is about warnings."""


async def no_price() -> Price | None:
    return None


@dataclass(frozen=True, slots=True)
class Books:
    """Ada, her team, and what is written down of her calls."""

    database: SqliteDatabase
    meter: Meter
    gate: Gate
    ada: UserId

    def call(self, *groups: GroupId | None) -> Metered:
        """One of Ada's. `groups`: those that whoever asks in her name knows her to be in."""
        known = frozenset(group for group in groups if group) if groups else None
        caller = Caller(self.ada, group_ids=known)
        return self.meter.opened(caller, "fast", Expected(10, 10, no_price))

    async def joins(self) -> None:
        await self.database.write(lambda c: GroupRepository(c).put_in(TEAM, [self.ada]))

    async def leaves(self) -> None:
        await self.database.write(lambda c: GroupRepository(c).take_out(TEAM, self.ada))

    async def add_budget(self) -> None:
        actor = Actor("person", self.ada, "Ada")
        await BudgetEditor(self.database, CLOCK, self.gate, actor).add(BUDGET)

    async def used(self) -> tuple[int, int, int]:
        """Of the team's budget: as it stands, as it would after a restart, and by the rows themselves."""
        standing = self.gate.purse.standing(BUDGET.id)
        assert standing is not None
        assert standing.reserved == 0
        now = CLOCK.now()
        read = await self.database.read(lambda c: BudgetRepository(c).used(BUDGET, now))
        rows = await self.database.read(lambda c: c.execute(select(LEDGER)).all())
        theirs = [row for row in rows if TEAM in orjson.loads(row.group_ids)]
        tokens = sum((row.input_tokens or 0) + (row.output_tokens or 0) for row in theirs)
        return standing.used, read, tokens


@asynccontextmanager
async def books(folder: Path) -> AsyncGenerator[Books]:
    database = await a_database(folder / "arcano.db")
    owner = await set_up_owner(
        email="ada@example.org",
        password="a long enough password",
        name="Ada",
        database=database,
        passwords=Passwords(),
        clock=CLOCK,
    )
    team = Group(TEAM, "Team", "", frozenset(), CLOCK.now())
    await database.write(lambda c: GroupRepository(c).add(team))
    async with open_meter(
        database, CLOCK, limits=LimitSettings(), redis_url=None, warn=warn_nobody
    ) as (meter, gate):
        yield Books(database, meter, gate, owner.id)
    database.close()


def end(call: Metered) -> None:
    call.counted(TokenUsage(10, 5), 20, None)
    call.finish()


async def test_whoever_leaves_in_the_middle_of_a_call_leaves_it_to_the_group(
    tmp_path: Path,
) -> None:
    async with books(tmp_path) as there:
        await there.add_budget()
        await there.joins()
        async with there.call() as call:
            await there.leaves()
            end(call)

        assert await there.used() == (15, 15, 15)


async def test_whoever_joins_in_the_middle_of_a_call_brings_nothing_along(tmp_path: Path) -> None:
    async with books(tmp_path) as there:
        await there.add_budget()
        async with there.call() as call:
            await there.joins()
            end(call)

        assert await there.used() == (0, 0, 0)


async def test_a_budget_made_meanwhile_counts_the_call_for_the_groups_of_its_beginning(
    tmp_path: Path,
) -> None:
    async with books(tmp_path) as there:
        await there.joins()
        async with there.call() as call:
            await there.leaves()
            await there.add_budget()
            end(call)

        assert await there.used() == (15, 15, 15)


async def test_a_budget_made_while_the_end_is_written_counts_the_call_as_the_ledger_does(
    tmp_path: Path,
) -> None:
    async with books(tmp_path) as there:
        await there.joins()

        async def ask() -> None:
            async with there.call() as call:
                end(call)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(5):
                tasks.create_task(ask())
            tasks.create_task(there.add_budget())

        assert await there.used() == (75, 75, 75)


async def test_the_groups_that_a_door_knows_are_taken_as_it_knows_them(tmp_path: Path) -> None:
    async with books(tmp_path) as there:
        await there.add_budget()
        async with there.call(TEAM) as call:
            end(call)
        async with there.call(None) as call:
            await there.joins()
            end(call)

        assert await there.used() == (15, 15, 15)
