"""Acts that are no units of work, and refusals that somebody may cause without end."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.support.acts import a_trail, acts_in, recorded
from tests.support.clock import StillClock

from arcano.platform.act_log import PER_ACTOR, PER_MINUTE, ActLog
from arcano.platform.acts import ANONYMOUS, Act, Actor, Origin
from arcano.platform.database import Database
from arcano.platform.errors import NotFoundError


@dataclass
class Bench:
    acts: ActLog
    clock: StillClock
    database: Database


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with a_trail() as (_, database):
        clock = StillClock()
        yield Bench(ActLog(database, clock), clock, database)


def a_refusal(name: str = "eve") -> Act:
    return Act("access.refused", Actor("person", name, name), outcome="refused")


async def test_a_deed_that_is_done_is_kept_as_done(bench: Bench) -> None:
    async with bench.acts.around(Act("cache.cleared", Actor("person", "ada"))):
        assert await acts_in(bench.database) == []

    assert await acts_in(bench.database) == [("cache.cleared", "done")]


async def test_a_deed_that_fails_is_kept_as_failed_with_its_code(bench: Bench) -> None:
    with pytest.raises(NotFoundError):
        async with bench.acts.around(Act("model.deleted", Actor("person", "ada"))):
            raise NotFoundError("It is not there, and its secret is hunter2.")

    [row] = await recorded(bench.database)
    assert (row.outcome, row.details) == ("failed", '{"code":"not-found"}')


async def test_who_is_refused_without_end_does_not_fill_the_disk(bench: Bench) -> None:
    for _ in range(1000):
        await bench.acts.keep_refusal(a_refusal())
    assert len(await recorded(bench.database)) == PER_ACTOR

    bench.clock.pass_by(timedelta(minutes=1))
    await bench.acts.keep_refusal(a_refusal())

    told, last = (await recorded(bench.database))[PER_ACTOR:]
    assert (told.action, told.actor_kind) == ("refusals.left-out", "system")
    assert told.details == f'{{"number":{1000 - PER_ACTOR}}}'
    assert last.actor_id == "eve"


async def test_many_who_are_refused_do_not_fill_it_together_either(bench: Bench) -> None:
    for number in range(500):
        act = Act("session.opened", ANONYMOUS, outcome="failed", origin=Origin(f"192.0.2.{number}"))
        await bench.acts.keep_refusal(act)
    await bench.acts.settle()

    records = await recorded(bench.database)
    assert len(records) == PER_MINUTE + 1
    assert records[-1].details == f'{{"number":{500 - PER_MINUTE}}}'


async def test_one_who_is_refused_often_leaves_room_for_the_others(bench: Bench) -> None:
    for _ in range(100):
        await bench.acts.keep_refusal(a_refusal("eve"))
    await bench.acts.keep_refusal(a_refusal("mallory"))

    assert [row.actor_id for row in await recorded(bench.database)][-1] == "mallory"


async def test_what_is_done_has_no_limit(bench: Bench) -> None:
    for _ in range(PER_MINUTE * 2):
        await bench.acts.keep(Act("cache.cleared", Actor("person", "ada")))

    assert len(await recorded(bench.database)) == PER_MINUTE * 2


async def test_a_clock_that_goes_back_does_not_close_the_door(bench: Bench) -> None:
    for _ in range(PER_ACTOR + 1):
        await bench.acts.keep_refusal(a_refusal())
    bench.clock.pass_by(-timedelta(hours=1))

    await bench.acts.keep_refusal(a_refusal())

    assert [row.action for row in await recorded(bench.database)][-2:] == [
        "refusals.left-out",
        "access.refused",
    ]


async def test_who_is_refused_hears_so_even_if_it_cannot_be_kept(bench: Bench) -> None:
    await bench.database.write(lambda c: c.execute(text("DROP TABLE audit_records")))

    await bench.acts.keep_refusal(a_refusal())
