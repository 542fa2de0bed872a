"""Sessions: calls of one person with less than half an hour between are one, in whatever order they are written."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, insert, select
from tests.support.fresh_database import a_database

from arcano.entrypoints import migrations
from arcano.identity import BUILT_IN_ROLES, NotAllowedError, SessionId, UserId, Viewer
from arcano.identity.tables import USERS
from arcano.platform.sqlite import SqliteDatabase
from arcano.usage.buckets import bucket_of, day_of, percentile_of
from arcano.usage.sessions import GAP, add_to_sessions, joined, session_lengths
from arcano.usage.tables import LEDGER, USAGE_SESSION_DAYS, USAGE_SESSIONS

MORNING = datetime(2026, 11, 28, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ADA, GRACE = "ada", "grace"
PEOPLE = [
    {
        "id": one,
        "email": f"{one}@example.org",
        "name": one,
        "password_hash": "",
        "role": "member",
        "created_at": MORNING,
    }
    for one in (ADA, GRACE)
]


def a_call(minute: float, *, lasts: float = 1, user_id: str | None = ADA, door: str = "page"):  # noqa: ANN201 - a row
    began_at = MORNING + minute * MINUTE
    row: dict[str, Any] = {
        "user_id": user_id,
        "door": door,
        "began_at": began_at,
        "ended_at": began_at + lasts * MINUTE,
    }
    return row


async def a_house(folder: Path) -> SqliteDatabase:
    database = await a_database(folder / "arcano.db")
    await database.write(lambda c: c.execute(insert(USERS), PEOPLE))
    return database


def sessions(connection: Connection, user_id: str = ADA) -> list[tuple[float, float]]:
    """Begin and end of each, in minutes of the morning."""
    rows = connection.execute(
        select(USAGE_SESSIONS.c.began_at, USAGE_SESSIONS.c.ended_at)
        .where(USAGE_SESSIONS.c.user_id == user_id)
        .order_by(USAGE_SESSIONS.c.began_at)
    )
    return [((began - MORNING) / MINUTE, (ended - MORNING) / MINUTE) for began, ended in rows]


def counted(connection: Connection) -> dict[tuple[datetime, int], int]:
    rows = connection.execute(select(USAGE_SESSION_DAYS)).all()
    return {(row.day, row.bucket): row.sessions for row in rows if row.sessions}


def expected(connection: Connection) -> dict[tuple[datetime, int], int]:
    """What the sums must be, by the sessions themselves."""
    found: dict[tuple[datetime, int], int] = {}
    for row in connection.execute(select(USAGE_SESSIONS)):
        place = (day_of(row.began_at), bucket_of((row.ended_at - row.began_at).total_seconds()))
        found[place] = found.get(place, 0) + 1
    return found


async def test_a_call_within_half_an_hour_goes_on_with_the_session_and_a_later_one_begins_another(
    tmp_path: Path,
) -> None:
    database = await a_house(tmp_path)
    for call in (a_call(0), a_call(30.9), a_call(62), a_call(93), a_call(40, user_id=GRACE)):
        await database.write(lambda c, call=call: add_to_sessions(c, [call]))

    found = await database.read(sessions)

    # The last one begins exactly half an hour after the end of the one before: that is not less.
    assert found == [(0, 31.9), (62, 63), (93, 94)]
    assert await database.read(lambda c: sessions(c, GRACE)) == [(40, 41)]
    database.close()


async def test_a_call_that_is_told_late_joins_what_stood_apart(tmp_path: Path) -> None:
    database = await a_house(tmp_path)
    await database.write(lambda c: add_to_sessions(c, [a_call(0), a_call(50)]))
    assert await database.read(sessions) == [(0, 1), (50, 51)]

    await database.write(lambda c: add_to_sessions(c, [a_call(20, lasts=10)]))

    assert await database.read(sessions) == [(0, 51)]
    assert await database.read(counted) == await database.read(expected)
    database.close()


async def test_programs_and_batches_and_whoever_is_gone_have_none(tmp_path: Path) -> None:
    database = await a_house(tmp_path)
    others = [a_call(0, door="openai"), a_call(1, door="batch"), a_call(2, user_id=None)]
    await database.write(lambda c: add_to_sessions(c, others))

    assert await database.read(sessions) == []
    assert await database.read(counted) == {}
    database.close()


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_the_order_the_same_sessions_come_of_it(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    calls = [
        a_call(chance.uniform(0, 3000), lasts=chance.expovariate(0.2), user_id=who)
        for who in (ADA, GRACE)
        for _ in range(120)
    ]
    chance.shuffle(calls)
    database = await a_house(tmp_path)
    while calls:
        some = [calls.pop() for _ in range(min(len(calls), chance.randint(1, 9)))]
        await database.write(lambda c, some=some: add_to_sessions(c, some))

    found = await database.read(sessions)

    assert found == sorted(found)
    assert all(after[0] - before[1] >= GAP / MINUTE for before, after in pairwise(found))
    assert await database.read(counted) == await database.read(expected)
    database.close()


def test_calls_beside_and_within_each_other_are_one() -> None:
    stretches = [
        (MORNING + begin * MINUTE, MORNING + end * MINUTE)
        for begin, end in [(5, 6), (0, 40), (60, 61)]
    ]

    assert joined(stretches) == [(MORNING, MORNING + 61 * MINUTE)]


async def test_lengths_are_told_by_day_ones_own_and_everybodys_only_to_whoever_may(
    tmp_path: Path,
) -> None:
    database = await a_house(tmp_path)
    day = timedelta(days=1) / MINUTE
    calls = [a_call(0, lasts=10), a_call(day, lasts=1), a_call(0, lasts=100, user_id=GRACE)]
    await database.write(lambda c: add_to_sessions(c, calls))
    ada = Viewer(UserId(ADA), SessionId("s"), "member", BUILT_IN_ROLES["member"])
    owner = Viewer(UserId(GRACE), SessionId("t"), "owner", BUILT_IN_ROLES["owner"])
    since = day_of(MORNING)

    def lengths(c: Connection, viewer: Viewer, *, days: int, everybodys: bool):  # noqa: ANN202
        until = since + timedelta(days=days)
        return session_lengths(c, viewer, since=since, until=until, everybodys=everybodys)

    own = await database.read(lambda c: lengths(c, ada, days=2, everybodys=False))
    everybodys = await database.read(lambda c: lengths(c, owner, days=1, everybodys=True))

    assert {day: sum(count for _, count in found) for day, found in own.items()} == {
        since: 1,
        since + timedelta(days=1): 1,
    }
    assert percentile_of(own[since], 0.5) == pytest.approx(600, rel=0.08)
    assert list(everybodys) == [since]
    assert percentile_of(everybodys[since], 0.9) == pytest.approx(6000, rel=0.08)
    with pytest.raises(NotAllowedError):
        await database.read(lambda c: lengths(c, ada, days=1, everybodys=True))
    database.close()


def test_of_the_calls_of_an_older_version_the_same_sessions_are_made() -> None:
    chance = random.Random(7)
    calls = [
        a_call(chance.uniform(0, 6000), lasts=chance.expovariate(0.1), user_id=who, door=door)
        for who, door in ((ADA, "page"), (GRACE, "page"), (ADA, "openai"), (None, "page"))
        for _ in range(100)
    ]
    unsaid = dict.fromkeys((column.name for column in LEDGER.c), 0)
    rows = [
        {**unsaid, **call, "id": str(number), "key_id": None, "outcome": "finished"}
        for number, call in enumerate(calls)
    ]
    before, after = create_engine("sqlite://"), create_engine("sqlite://")
    with before.begin() as old, after.begin() as new:
        to_revision(old, "0017")
        old.execute(insert(USERS), PEOPLE)
        old.execute(insert(LEDGER), rows)
        to_revision(old, "head")
        to_revision(new, "head")
        new.execute(insert(USERS), PEOPLE)
        add_to_sessions(new, calls)

        for person in (ADA, GRACE):
            assert len(sessions(new, person)) > 1
            assert sessions(old, person) == sessions(new, person)
        assert counted(old) == counted(new)


def to_revision(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
